package dev.dorado.streams.cdevents;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURLBuilder;
import dev.dorado.facts.DeploymentFact;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The {@code artifactId} of a deployment: a package URL of the commit that it deployed, since facts
 * know commits and no artifacts.
 */
final class ArtifactPurl {

  /** Hosts that have a type of their own in package URLs. */
  private static final Map<String, String> TYPES =
      Map.of("github.com", "github", "bitbucket.org", "bitbucket");

  private ArtifactPurl() {}

  static String of(DeploymentFact fact) {
    Optional<String> version =
        Stream.of(fact.getSha(), fact.getVersion(), fact.getRef())
            .filter(text -> text != null && !text.isBlank())
            .findFirst();
    String path = fact.getRepository() == null ? fact.getService() : fact.getRepository();
    try {
      return fact.getRepository() == null
          ? named("generic", path, version).build().canonicalize()
          : ofRepository(path, version);
    } catch (MalformedPackageURLException e) {
      // Names are any text; one that is no path is a name without a namespace.
      return unstructured(path, version);
    }
  }

  private static String unstructured(String name, Optional<String> version) {
    var url = PackageURLBuilder.aPackageURL().withType("generic").withName(name);
    version.ifPresent(url::withVersion);
    try {
      return url.build().canonicalize();
    } catch (MalformedPackageURLException e) {
      throw new IllegalStateException("any text can be the name of a generic package", e);
    }
  }

  /** A repository is {@code host/owner/name}. */
  private static String ofRepository(String repository, Optional<String> version)
      throws MalformedPackageURLException {
    int slash = repository.indexOf('/');
    String type = TYPES.get(slash < 0 ? "" : repository.substring(0, slash));
    if (type != null) {
      return named(type, repository.substring(slash + 1), version).build().canonicalize();
    }
    return named("generic", repository, version)
        .withQualifier(
            "vcs_url", "git+https://" + repository + version.map(text -> "@" + text).orElse(""))
        .build()
        .canonicalize();
  }

  private static PackageURLBuilder named(String type, String path, Optional<String> version) {
    int slash = path.lastIndexOf('/');
    var url = PackageURLBuilder.aPackageURL().withType(type).withName(path.substring(slash + 1));
    if (slash > 0) {
      url.withNamespace(path.substring(0, slash));
    }
    version.ifPresent(url::withVersion);
    return url;
  }
}
