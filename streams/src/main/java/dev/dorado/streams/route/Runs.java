package dev.dorado.streams.route;

import dev.dorado.events.CiRunEvent;
import dev.dorado.facts.CiRunFact;
import dev.dorado.streams.derive.Count;
import dev.dorado.streams.derive.Derivation;
import dev.dorado.streams.derive.Key;
import dev.dorado.streams.derive.Table;
import dev.dorado.streams.merge.Newest;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The CI runs of a repository, merged from the events that tell of them (rules E6, P2). */
final class Runs {

  private final String repository;
  private final Branches branches;
  private final RepositoryServices services;

  /** Events by run and attempt, then id. */
  private final Table<Key, CiRunEvent> events;

  private final Table<String, Run> byId;

  /**
   * A run. Null: no event says.
   *
   * @param time when it finished, else what was heard last
   */
  record Run(
      String workflow,
      String trigger,
      String branch,
      String sha,
      Instant started,
      Instant finished,
      String outcome,
      String url,
      Instant time) {}

  Runs(
      Derivation derivation,
      String repository,
      Table<String, CiRunEvent> runEvents,
      Branches branches,
      RepositoryServices services) {
    this.repository = repository;
    this.branches = branches;
    this.services = services;
    events = derivation.table();
    byId = derivation.table();
    Count<String> ids = derivation.count();
    derivation.each(
        "CI run event",
        runEvents,
        (id, event) -> event,
        (id, event, rows) -> {
          String run = event.getRun() + "/" + event.getAttempt();
          rows.add(events, Key.of(run, id), event);
          rows.count(ids, run);
        },
        events,
        ids);
    derivation.each(
        "CI run (E6)",
        ids,
        (id, count) -> run(id),
        (id, run, rows) -> rows.add(byId, id, run),
        byId);
  }

  /** All runs, by run and attempt. */
  Table<String, Run> byId() {
    return byId;
  }

  /** A run as a fact of the repository's service. */
  Output fact(String id, Run run) {
    String service = services.ofRepository(run.time());
    boolean ordered =
        run.started() != null && run.finished() != null && !run.finished().isBefore(run.started());
    // Two repositories of one service may number their runs alike.
    String qualified = id + "@" + repository;
    var fact =
        CiRunFact.newBuilder()
            .setService(service)
            .setId(qualified)
            .setRetracted(false)
            .setRepository(repository)
            .setWorkflow(run.workflow())
            .setTrigger(run.trigger())
            .setBranch(run.branch())
            .setSha(run.sha())
            .setDefaultBranch(run.branch() != null && branches.isDefault(run.branch()))
            .setStartedAt(run.started())
            .setFinishedAt(run.finished())
            .setOutcome(run.outcome())
            .setDuration(
                ordered
                    ? Duration.between(run.started(), run.finished()).toMillis() / 1000.0
                    : null)
            .setUrl(run.url())
            .build();
    String key = service + "|" + qualified;
    return new Output(Target.CI_RUN_FACTS, key, key, fact);
  }

  private Run run(String id) {
    List<CiRunEvent> ofRun = new ArrayList<>();
    Table.under(events, Key.of(id)).forEach(entry -> ofRun.add(entry.getValue()));
    var newest =
        new Newest<>(
            ofRun, CiRunEvent::getOccurredAt, CiRunEvent::getProvenance, CiRunEvent::getId);
    Instant finished = newest.value(CiRunEvent::getFinishedAt);
    return new Run(
        newest.value(CiRunEvent::getWorkflow),
        newest.value(CiRunEvent::getTrigger),
        newest.value(CiRunEvent::getBranch),
        newest.value(CiRunEvent::getSha),
        newest.value(CiRunEvent::getStartedAt),
        finished,
        newest.value(CiRunEvent::getOutcome),
        newest.value(CiRunEvent::getUrl),
        finished == null ? newest.last().getOccurredAt() : finished);
  }
}
