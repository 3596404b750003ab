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
    try {
      return fact.getRepository() == null
          ? generic(fact.getService(), version).build().canonicalize()
          : ofRepository(fact.getRepository(), version);
    } catch (MalformedPackageURLException e) {
      throw new IllegalStateException(
          "no package URL names deployment %s of %s: %s"
              .formatted(fact.getId(), fact.getService(), e.getMessage()),
          e);
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
    return generic(repository, version)
        .withQualifier(
            "vcs_url", "git+https://" + repository + version.map(text -> "@" + text).orElse(""))
        .build()
        .canonicalize();
  }

  private static PackageURLBuilder generic(String path, Optional<String> version) {
    return named("generic", path, version);
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
