package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Repositories and organisations as Azure DevOps has them. */
final class AzureRepository {

  private static final Pattern ORGANISATION =
      Pattern.compile(
          "https?://(?:[^/@]*@)?(?:(?:[a-z]+\\.)?dev\\.azure\\.com/([^/?#]+)"
              + "|([^./@]+)(?:\\.[a-z]+)?\\.visualstudio\\.com)(?:[/?#].*)?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private AzureRepository() {}

  /**
   * A repository by an address of it; else by the names of the organisation, its project and
   * itself.
   */
  static ForgeRepository of(Fields repository, Fields body, SenderSettings settings) {
    Optional<String> address =
        Stream.of("remoteUrl", "webUrl", "sshUrl")
            .flatMap(name -> repository.maybeText(name).stream())
            .findFirst();
    Optional<String> text =
        address.or(
            () ->
                organisationName(body)
                    .flatMap(
                        organisation ->
                            repository
                                .maybeObject("project")
                                .flatMap(project -> project.maybeText("name"))
                                .flatMap(
                                    project ->
                                        repository
                                            .maybeText("name")
                                            .map(name -> address(organisation, project, name)))));
    String found =
        text.orElseThrow(
            () -> repository.absent("remoteUrl", RepositoryName.EXPECTED + AzureDevOpsSender.FULL));
    String name =
        settings
            .repositories()
            .normalise(found)
            .orElseThrow(() -> repository.unusable("remoteUrl", found, RepositoryName.EXPECTED));
    return new ForgeRepository(
        name,
        repository.maybeText("webUrl").or(() -> Optional.of(found)),
        repository.maybeText("defaultBranch").flatMap(ForgePush::branchOf));
  }

  /** The address of a repository of the service. */
  static String address(String organisation, String project, String name) {
    return "https://dev.azure.com/%s/%s/_git/%s".formatted(organisation, project, name);
  }

  /** The id of a thing whose number is unique in an organisation. */
  static String idOf(Fields body, String kind, String number) {
    String organisation =
        organisationName(body)
            .or(() -> container(body, "collection", "id"))
            .or(() -> container(body, "account", "id"))
            .orElse("");
    return "azure-devops:"
        + (organisation.isEmpty() ? "" : organisation.toLowerCase(Locale.ROOT) + ":")
        + kind
        + number;
  }

  /** The name of the organisation, as far as an address of the payload has it. */
  static Optional<String> organisationName(Fields body) {
    Optional<Fields> resource = body.maybeObject("resource");
    Function<String, Stream<Fields>> in =
        name -> resource.flatMap(r -> r.maybeObject(name)).stream();
    Stream<Optional<String>> ofContainers =
        Stream.of("account", "collection", "project").map(name -> container(body, name, "baseUrl"));
    Stream<Optional<String>> ofThings =
        Stream.concat(
                resource.stream(),
                Stream.of("run", "pipeline", "repository", "release", "deployment").flatMap(in))
            .flatMap(
                thing ->
                    Stream.of(
                        thing.maybeText("url"),
                        thing.maybeText("remoteUrl"),
                        AzureDevOpsSender.page(thing)));
    Stream<Optional<String>> ofEnvironment =
        in.apply("environment")
            .flatMap(environment -> environment.maybeObject("release").stream())
            .flatMap(
                release -> Stream.of(release.maybeText("url"), AzureDevOpsSender.page(release)));
    return Stream.of(ofContainers, ofThings, ofEnvironment)
        .flatMap(texts -> texts)
        .flatMap(Optional::stream)
        .flatMap(text -> organisationIn(text).stream())
        .findFirst();
  }

  private static Optional<String> organisationIn(String address) {
    var found = ORGANISATION.matcher(address.substring(0, Math.min(address.length(), 500)));
    return found.matches()
        ? Optional.of(found.group(1) == null ? found.group(2) : found.group(1))
        : Optional.empty();
  }

  private static Optional<String> container(Fields body, String name, String field) {
    return body.maybeObject("resourceContainers")
        .flatMap(containers -> containers.maybeObject(name))
        .flatMap(container -> container.maybeText(field));
  }
}
