package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What an execution deployed, as far as its trigger, and those of the pipelines that started it,
 * tell: a Git push, a build of a CI server, images, and parameters {@code dorado_repository} and so
 * on, by which people state it.
 */
final class SpinnakerSource {

  /** Pipelines that start each other stand in each other; nobody has more than these. */
  private static final int DEEPEST = 8;

  private final SenderSettings settings;
  private final List<Fields> triggers = new ArrayList<>();
  private final Stated stated;
  private final Optional<ContainerImage> image;

  SpinnakerSource(Fields execution, String application, SenderSettings settings) {
    this.settings = settings;
    Optional<Fields> trigger = execution.maybeObject("trigger");
    while (trigger.isPresent() && triggers.size() < DEEPEST) {
      triggers.add(trigger.get());
      trigger =
          trigger
              .flatMap(t -> t.maybeObject("parentExecution"))
              .flatMap(parent -> parent.maybeObject("trigger"));
    }
    this.stated =
        Stated.inParameters(
            triggers.stream().findFirst().flatMap(t -> t.maybeObject("parameters")), settings);
    this.image = ContainerImage.of(application, images());
  }

  Stated stated() {
    return stated;
  }

  Optional<String> repository() {
    return stated
        .repository()
        .or(
            () ->
                first(
                    t ->
                        ofGit(t)
                            .or(() -> build(t).flatMap(scm -> scm.maybeText("remoteUrl")))
                            .flatMap(settings.repositories()::normalise)));
  }

  Optional<String> sha() {
    return stated
        .sha()
        .or(
            () ->
                first(
                    t ->
                        Shas.ifAny(t.maybeText("hash"))
                            .or(() -> Shas.ifAny(build(t).flatMap(scm -> scm.maybeText("sha1"))))))
        .or(() -> image.flatMap(ContainerImage::sha));
  }

  Optional<String> ref() {
    return stated
        .ref()
        .or(
            () ->
                first(
                    t ->
                        t.maybeText("branch")
                            .or(() -> build(t).flatMap(scm -> scm.maybeText("branch")))));
  }

  Optional<String> version() {
    return stated
        .version()
        .or(() -> image.flatMap(ContainerImage::version))
        .or(() -> first(t -> t.maybeText("tag")));
  }

  private Optional<String> first(Function<Fields, Optional<String>> reading) {
    return triggers.stream().flatMap(trigger -> reading.apply(trigger).stream()).findFirst();
  }

  /** The repository of a Git trigger; its source names a host only where there is but one. */
  private static Optional<String> ofGit(Fields trigger) {
    if (trigger.maybeText("type").filter("git"::equals).isEmpty()) {
      return Optional.empty();
    }
    String host =
        switch (trigger.maybeText("source").orElse("").toLowerCase(Locale.ROOT)) {
          case "github" -> "github.com/";
          case "gitlab" -> "gitlab.com/";
          case "bitbucket" -> "bitbucket.org/";
          default -> "";
        };
    return trigger
        .maybeText("project")
        .flatMap(owner -> trigger.maybeText("slug").map(name -> host + owner + "/" + name));
  }

  /** The first checkout of the build that triggered it. */
  private static Optional<Fields> build(Fields trigger) {
    return trigger
        .maybeObject("buildInfo")
        .flatMap(build -> build.maybeObjects("scm").stream().findFirst());
  }

  private List<String> images() {
    return triggers.stream()
        .flatMap(
            trigger ->
                Stream.concat(
                    trigger.maybeObjects("artifacts").stream(),
                    trigger.maybeObjects("resolvedExpectedArtifacts").stream()
                        .flatMap(expected -> expected.maybeObject("boundArtifact").stream())))
        .filter(artifact -> artifact.maybeText("type").filter("docker/image"::equals).isPresent())
        .flatMap(artifact -> artifact.maybeText("reference").stream())
        .distinct()
        .toList();
  }
}
