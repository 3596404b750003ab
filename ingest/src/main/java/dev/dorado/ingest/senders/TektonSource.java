package dev.dorado.ingest.senders;

import com.google.common.base.CharMatcher;
import dev.dorado.ingest.delivery.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a PipelineRun was run for. Tekton itself does not say it, so it is looked for where it is by
 * custom: in annotations of Dorado's, in those of Pipelines-as-Code, in the run's parameters and in
 * its results, in this order.
 */
final class TektonSource {

  private static final String PIPELINES_AS_CODE = "pipelinesascode.tekton.dev/";
  private static final Set<String> SHA_NAMES =
      Set.of(
          "sha",
          "commit",
          "commitsha",
          "commitid",
          "gitcommit",
          "gitsha",
          "revision",
          "gitrevision",
          "reposha",
          "sourcesha",
          "chainsgitcommit");
  private static final Set<String> REPOSITORY_NAMES =
      Set.of(
          "repository",
          "repo",
          "repourl",
          "repositoryurl",
          "giturl",
          "gitrepo",
          "gitrepositoryurl",
          "gitrepourl",
          "sourceurl",
          "url",
          "chainsgiturl");
  private static final Set<String> BRANCH_NAMES =
      Set.of("branch", "gitbranch", "branchname", "sourcebranch");

  private final Fields run;
  private final Fields metadata;
  private final SenderSettings settings;
  private final List<Value> values = new ArrayList<>();

  TektonSource(Fields run, Fields metadata, Optional<Fields> state, SenderSettings settings) {
    this.run = run;
    this.metadata = metadata;
    this.settings = settings;
    run.maybeObject("spec").ifPresent(spec -> addAll(spec, "params"));
    state.ifPresent(
        s -> {
          addAll(s, "results");
          // What results were called before v1.
          addAll(s, "pipelineResults");
        });
  }

  Optional<String> repository() {
    Optional<String> ofPipelinesAsCode =
        marked(PIPELINES_AS_CODE + "repo-url")
            .or(
                () ->
                    marked(PIPELINES_AS_CODE + "url-org")
                        .flatMap(
                            owner ->
                                marked(PIPELINES_AS_CODE + "url-repository")
                                    .map(name -> owner + "/" + name)));
    return Stream.concat(
            Stream.of(marked(Stated.PREFIX + "repository"), ofPipelinesAsCode)
                .flatMap(Optional::stream),
            named(REPOSITORY_NAMES))
        .flatMap(text -> settings.repositories().normalise(text).stream())
        .findFirst();
  }

  Optional<String> sha() {
    return Stream.concat(
            Stream.of(marked(Stated.PREFIX + "sha"), marked(PIPELINES_AS_CODE + "sha"))
                .flatMap(Optional::stream),
            named(SHA_NAMES))
        .flatMap(text -> Shas.ifAny(Optional.of(text)).stream())
        .findFirst();
  }

  Optional<String> branch() {
    return Stream.concat(
            Stream.of(
                    marked(PIPELINES_AS_CODE + "source-branch"),
                    marked(PIPELINES_AS_CODE + "branch"))
                .flatMap(Optional::stream),
            named(BRANCH_NAMES))
        .map(branch -> branch.replaceFirst("^refs/heads/", ""))
        .findFirst();
  }

  /** The pipeline's name; Pipelines-as-Code gives each run one of its own. */
  Optional<String> pipeline() {
    return marked(PIPELINES_AS_CODE + "original-prname")
        .or(() -> marked("tekton.dev/pipeline").filter(name -> !isOfOneRun(name)))
        .or(
            () ->
                run.maybeObject("spec")
                    .flatMap(spec -> spec.maybeObject("pipelineRef"))
                    .flatMap(reference -> reference.maybeText("name")))
        .or(
            () ->
                metadata
                    .maybeText("generateName")
                    .map(name -> CharMatcher.is('-').trimTrailingFrom(name)))
        .or(() -> metadata.maybeText("name"));
  }

  /** The version that the run was asked to deploy. */
  Optional<String> version() {
    Map<String, String> texts = new TreeMap<>();
    values.forEach(value -> texts.putIfAbsent(value.name(), value.text()));
    return VersionParameter.in(texts);
  }

  Optional<String> trigger() {
    return marked(PIPELINES_AS_CODE + "event-type");
  }

  Optional<String> url() {
    return marked(PIPELINES_AS_CODE + "log-url");
  }

  /** A pipeline without a name of its own is labelled with that of the run. */
  private boolean isOfOneRun(String name) {
    return metadata.maybeText("name").filter(name::equals).isPresent();
  }

  private Optional<String> marked(String name) {
    return text(metadata.maybeObject("annotations"), name)
        .or(() -> text(metadata.maybeObject("labels"), name));
  }

  private static Optional<String> text(Optional<Fields> fields, String name) {
    return fields.flatMap(f -> f.maybeText(name));
  }

  private Stream<String> named(Set<String> names) {
    return values.stream().filter(value -> names.contains(value.name())).map(Value::text);
  }

  /** Those that are texts: parameters and results may be arrays and objects, too. */
  private void addAll(Fields fields, String name) {
    for (Fields item : fields.maybeObjects(name)) {
      item.maybeNode("value")
          .filter(node -> node.isTextual() && !node.textValue().isBlank())
          .ifPresent(
              node ->
                  values.add(
                      new Value(
                          item.maybeText("name")
                              .orElse("")
                              .toLowerCase(Locale.ROOT)
                              .replaceAll("[^a-z]", ""),
                          node.textValue().strip())));
    }
  }

  /**
   * A parameter or result.
   *
   * @param name in lower case, letters only
   * @param text its value
   */
  private record Value(String name, String text) {}
}
