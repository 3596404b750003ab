package dev.dorado.rules.route;

import dev.dorado.events.CiRunEvent;
import dev.dorado.facts.CiRunFact;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Keyed;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.Newest;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The CI runs of a repository and their jobs, merged from the events that report them (rules E6,
 * P2), and runs of other repositories whose job the catalog names for a service of this one (E4).
 */
final class Runs {

  /** Outcomes by which what had only waited was refused or called off. */
  private static final Set<String> STOPPED = Set.of("failure", "cancelled");

  private final String repository;
  private final Branches branches;
  private final RepositoryServices services;

  /** Events by the service whose job it is, run and attempt, then id. */
  private final Table<Key, CiRunEvent> events;

  private final Table<Key, Run> all;
  private final Table<String, Run> ofRepository;
  private final Table<String, Boolean> claimed;

  /**
   * Identity of a run or job.
   *
   * @param service the service whose job it is by the catalog; empty if it is none's
   * @param run id of the run and its attempt
   */
  private record Id(String service, String run) implements Keyed<Id> {
    @Override
    public Key key() {
      return Key.of(service, run);
    }
  }

  /**
   * A run, or a job of one. Null: no event says.
   *
   * @param id id of the run and its attempt
   * @param service the service whose entry of the catalog names the job of a run that checked out
   *     another repository; null of this repository's own runs
   * @param job name of the job; null of a whole run
   * @param version what it was asked to deploy
   * @param running when it was first reported to run
   * @param refused whether it was refused or cancelled before it ran
   * @param time when it finished, else what was heard last
   */
  record Run(
      String id,
      String service,
      String workflow,
      String job,
      String version,
      String trigger,
      String branch,
      String sha,
      Instant started,
      Instant finished,
      Instant running,
      String outcome,
      boolean refused,
      String url,
      Instant time) {

    /** The job with its workflow before it, by which jobs of the same name are told apart. */
    String jobOfWorkflow() {
      return workflow == null ? job : workflow + "/" + job;
    }
  }

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
    all = derivation.table();
    ofRepository = derivation.table();
    claimed = derivation.table();
    Count<Id> ids = derivation.count();
    Count<String> claims = derivation.count();
    derivation.each(
        "CI run event",
        runEvents,
        (id, event) -> event,
        (id, event, rows) -> {
          String run = event.getRun() + "/" + event.getAttempt();
          if (event.getService() == null || event.getRepository().equals(repository)) {
            var of = new Id(Objects.requireNonNullElse(event.getService(), ""), run);
            rows.add(events, of.key().with(id), event);
            rows.count(ids, of);
          } else {
            rows.count(claims, run);
          }
        },
        events,
        ids,
        claims);
    derivation.each(
        "CI run of another repository's service (E4)",
        claims,
        (run, count) -> true,
        (run, there, rows) -> rows.add(claimed, run, there),
        claimed);
    derivation.each(
        "CI run (E6)",
        ids,
        (id, count) -> run(id),
        (id, run, rows) -> {
          rows.add(all, id.key(), run);
          if (run.service() == null && run.job() == null) {
            rows.add(ofRepository, run.id(), run);
          }
        },
        all,
        ofRepository);
  }

  /** All runs and jobs, by the service whose they are by the catalog, run and attempt. */
  Table<Key, Run> all() {
    return all;
  }

  /** The runs of this repository, without jobs, by run and attempt. */
  Table<String, Run> ofRepository() {
    return ofRepository;
  }

  /** Whether the catalog names the job of a run for a service of another repository. */
  boolean isClaimedElsewhere(Run run) {
    return run.service() == null && claimed.get(run.id()) != null;
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

  private Run run(Id id) {
    List<CiRunEvent> ofRun = new ArrayList<>();
    Table.under(events, id.key()).forEach(entry -> ofRun.add(entry.getValue()));
    var newest =
        new Newest<>(
            ofRun, CiRunEvent::getOccurredAt, CiRunEvent::getProvenance, CiRunEvent::getId);
    Instant finished = newest.value(CiRunEvent::getFinishedAt);
    String outcome = newest.value(CiRunEvent::getOutcome);
    Instant running = firstWith(newest, "started");
    boolean waited = firstWith(newest, "waiting") != null && running == null;
    boolean refused = "refused".equals(outcome) || firstWith(newest, "refused") != null;
    return new Run(
        id.run(),
        newest.value(CiRunEvent::getService),
        newest.value(CiRunEvent::getWorkflow),
        newest.value(CiRunEvent::getJob),
        newest.value(CiRunEvent::getVersion),
        newest.value(CiRunEvent::getTrigger),
        newest.value(CiRunEvent::getBranch),
        newest.value(CiRunEvent::getSha),
        newest.value(CiRunEvent::getStartedAt),
        finished,
        running,
        outcome,
        refused || (waited && STOPPED.contains(Objects.toString(outcome, ""))),
        newest.value(CiRunEvent::getUrl),
        finished == null ? newest.last().getOccurredAt() : finished);
  }

  private static Instant firstWith(Newest<CiRunEvent> events, String status) {
    return events.oldestFirst().stream()
        .filter(event -> event.getStatus().equals(status))
        .map(CiRunEvent::getOccurredAt)
        .findFirst()
        .orElse(null);
  }
}
