package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.RepositoryName;
import java.util.Locale;
import java.util.Optional;

/**
 * What people state of a deployment where the tool that deploys has no word for it: annotations
 * {@code dorado.dev/repository}, {@code dorado.dev/service} and so on of an object in Kubernetes,
 * parameters {@code dorado_repository} of a pipeline, or the plain names in metadata that is theirs
 * alone. It comes before whatever the tool says.
 *
 * @param repository {@code host/owner/name} of the code that is deployed
 * @param service name of the service, lower case
 * @param environment name of the environment
 * @param sha the commit of the code, maybe a prefix
 * @param ref branch or tag
 * @param version version
 * @param strategy how traffic is shifted to it, a word of {@link RolloutStrategy}
 */
record Stated(
    Optional<String> repository,
    Optional<String> service,
    Optional<String> environment,
    Optional<String> sha,
    Optional<String> ref,
    Optional<String> version,
    Optional<String> strategy) {

  static final String PREFIX = "dorado.dev/";

  /** What annotations state. */
  static Stated inAnnotations(Optional<Fields> metadata, SenderSettings settings) {
    return in(metadata.flatMap(m -> m.maybeObject("annotations")), PREFIX, settings);
  }

  /** What metadata of the user's states, by plain names. */
  static Stated inMetadata(Optional<Fields> metadata, SenderSettings settings) {
    return in(metadata, "", settings);
  }

  /** What parameters of a pipeline state, as {@code dorado_repository}. */
  static Stated inParameters(Optional<Fields> parameters, SenderSettings settings) {
    return in(parameters, "dorado_", settings);
  }

  private static Stated in(Optional<Fields> fields, String prefix, SenderSettings settings) {
    return new Stated(
        text(fields, prefix + "repository")
            .flatMap(
                name ->
                    settings
                        .repositories()
                        .normalise(name)
                        .or(
                            () ->
                                fields
                                    .orElseThrow()
                                    .leaveOut(
                                        prefix + "repository", name, RepositoryName.EXPECTED))),
        text(fields, prefix + "service").map(name -> name.toLowerCase(Locale.ROOT)),
        text(fields, prefix + "environment"),
        fields.flatMap(f -> Shas.maybe(f, prefix + "sha")),
        text(fields, prefix + "ref"),
        text(fields, prefix + "version"),
        fields.flatMap(f -> RolloutStrategy.maybe(f, prefix + "strategy")));
  }

  private static Optional<String> text(Optional<Fields> fields, String name) {
    return fields.flatMap(f -> f.maybeText(name));
  }
}
