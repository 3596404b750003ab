package dev.dorado.streams.reference;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Rule E4: what counts as a deployment attempt of a service; one source at a time. */
final class Sources {

  private final Events events;
  private final Repository repository;

  Sources(Events events, Repository repository) {
    this.events = events;
    this.repository = repository;
  }

  /**
   * E4: the source of an environment at a time: one that names the environment before one that
   * names none, then the latest; deployment events if none holds.
   */
  static DeploymentSource chosen(CatalogEvent entry, String environment, Instant time) {
    Comparator<DeploymentSource> order =
        Comparator.<DeploymentSource, Boolean>comparing(source -> source.getEnvironment() != null)
            .thenComparing(
                DeploymentSource::getSince, Comparator.nullsFirst(Comparator.naturalOrder()));
    return stated(entry).stream()
        .filter(source -> isOf(source, environment))
        .filter(source -> source.getSince() == null || !source.getSince().isAfter(time))
        .max(order)
        .orElse(new DeploymentSource("deployment", null, null, null));
  }

  private static List<DeploymentSource> stated(CatalogEvent entry) {
    return entry == null || entry.getDeploymentSources() == null
        ? List.of()
        : entry.getDeploymentSources();
  }

  /** E4: without an environment it is about any of a deployment event, else about production. */
  private static boolean isOf(DeploymentSource source, String environment) {
    return source.getEnvironment() == null
        ? source.getSource().equals("deployment") || environment.equals("production")
        : source.getEnvironment().equalsIgnoreCase(environment);
  }

  /** E4: whether an attempt is of the source that is chosen there and then. */
  static boolean counts(DeploymentEvent attempt, CatalogEvent entry) {
    var chosen = chosen(entry, Events.environment(attempt), Services.timeOf(attempt));
    return chosen.getSource().equals(attempt.getSource()) && fits(chosen, name(attempt));
  }

  /** The name that a source goes by: of the workflow, tag or branch. */
  private static String name(DeploymentEvent attempt) {
    String name =
        switch (attempt.getSource()) {
          case "workflow" -> attempt.getWorkflow();
          case "release", "tag" -> attempt.getVersion();
          default -> attempt.getRef();
        };
    return Objects.requireNonNullElse(name, "");
  }

  private static boolean fits(DeploymentSource chosen, String name) {
    return chosen.getName() == null || Services.glob(chosen.getName(), name);
  }

  /** E4: what would be attempts of a service by the sources that an entry of it ever states. */
  List<DeploymentEvent> attempts(String service, List<CatalogEvent> entries) {
    List<DeploymentEvent> attempts = new ArrayList<>();
    Set<String> done = new TreeSet<>();
    for (var entry : entries) {
      for (var source : stated(entry)) {
        String environment = Objects.requireNonNullElse(source.getEnvironment(), "production");
        if (done.add(source.getSource() + " " + environment)) {
          for (var attempt : attempts(source.getSource())) {
            attempts.add(attempt.setService(service).setEnvironment(environment).build());
          }
        }
      }
    }
    return attempts;
  }

  private List<DeploymentEvent.Builder> attempts(String source) {
    return switch (source) {
      case "workflow" -> workflows();
      case "tag" -> pushes("refs/tags/", "tag");
      case "push" -> pushes("refs/heads/", "push");
      case "merge" -> merges();
      default -> List.of();
    };
  }

  /** A run that succeeded or failed. */
  private List<DeploymentEvent.Builder> workflows() {
    List<DeploymentEvent.Builder> attempts = new ArrayList<>();
    var all =
        events.all(CiRunEvent.class).stream()
            .filter(run -> repository.name.equals(run.getRepository()))
            .toList();
    for (var told : Events.grouped(all, run -> run.getRun() + "/" + run.getAttempt())) {
      var run = Events.merged(told);
      String outcome = String.valueOf(run.getOutcome());
      if (run.getFinishedAt() != null && Set.of("success", "failure").contains(outcome)) {
        attempts.add(
            attempt("workflow", "workflow:" + run.getRun() + "/" + run.getAttempt())
                .setStatus(outcome.equals("success") ? "succeeded" : "failed")
                .setOccurredAt(run.getFinishedAt())
                .setStartedAt(run.getStartedAt())
                .setFinishedAt(run.getFinishedAt())
                .setWorkflow(run.getWorkflow())
                .setRef(run.getBranch())
                .setSha(run.getSha()));
      }
    }
    return attempts;
  }

  /** Where a tag or branch was moved to. */
  private List<DeploymentEvent.Builder> pushes(String refs, String source) {
    List<DeploymentEvent.Builder> attempts = new ArrayList<>();
    for (var push : events.all(PushEvent.class)) {
      String head = push.getHead() == null ? push.getAfter() : push.getHead();
      if (push.getRepository().equals(repository.name)
          && push.getRef().startsWith(refs)
          && head != null) {
        String name = push.getRef().substring(refs.length());
        Instant time = Objects.requireNonNullElse(push.getPushedAt(), push.getOccurredAt());
        attempts.add(
            attempt(source, source + ":" + name + "@" + head)
                .setOccurredAt(time)
                .setStartedAt(time)
                .setFinishedAt(time)
                .setVersion(source.equals("tag") ? name : null)
                .setRef(name)
                .setSha(head));
      }
    }
    return attempts;
  }

  /** A pull request that was merged into the default branch. */
  private List<DeploymentEvent.Builder> merges() {
    return repository.merged.stream()
        .filter(pull -> pull.mergeCommit() != null)
        .filter(pull -> Objects.equals(pull.told().getBaseBranch(), repository.defaultBranch))
        .map(
            pull ->
                attempt("merge", "merge:#" + pull.number())
                    .setOccurredAt(pull.mergedAt())
                    .setStartedAt(pull.mergedAt())
                    .setFinishedAt(pull.mergedAt())
                    .setSha(pull.mergeCommit()))
        .toList();
  }

  private DeploymentEvent.Builder attempt(String source, String id) {
    return DeploymentEvent.newBuilder()
        .setId(source + " " + id)
        .setProvenance(new Provenance("", "", Instant.EPOCH, "live"))
        .setRepository(repository.name)
        .setDeployment(id)
        .setSource(source)
        .setStatus("succeeded");
  }
}
