package dev.dorado.rules.route;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.facts.CandidateFact;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Keyed;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.merge.MergedAttempts;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rule E4: what counts as a deployment attempt of a service in an environment: deployment events,
 * unless the catalog or the settings choose another source. One source at a time; what another
 * would have given is kept as a candidate.
 */
final class Sources {

  private static final String WORKFLOW = "workflow";
  private static final String JOB = "job";
  private static final String RELEASE = "release";
  private static final String TAG = "tag";
  private static final String PUSH = "push";
  private static final String MERGE = "merge";

  private static final String TAGS = "refs/tags/";

  /** Words in the name of a workflow or job that may be one that deploys. */
  private static final Set<String> DEPLOYING =
      Set.of("deploy", "deployment", "release", "publish", "ship", "rollout", "cd");

  private final String repository;
  private final Branches branches;
  private final RepositoryServices services;
  private final RuleSettings settings;
  private final Runs runs;

  /** Events of attempts by service, attempt and id; of releases, which name none, without it. */
  private final Table<Key, DeploymentEvent> events;

  /** Pushes of tags by tag, commit, time and id. */
  private final Table<Key, PushEvent> tagged;

  /** What tags were put to which commits. */
  private final Count<Tag> tags;

  /** A tag at a commit: it may be put to another later. */
  private record Tag(String name, String commit) implements Keyed<Tag> {
    @Override
    public Key key() {
      return Key.of(name, commit);
    }
  }

  /**
   * An attempt that events report.
   *
   * @param service empty of a release, which names none
   * @param deployment the id that the sender gave it
   */
  private record ReportedAttempt(String service, String deployment)
      implements Keyed<ReportedAttempt> {
    @Override
    public Key key() {
      return Key.of(service, deployment);
    }
  }

  /** What counts: service and id of the attempt, and what it is of. */
  private final Table<Key, Chosen> chosen;

  /** What does not: service and id of the attempt, and what it is of. */
  private final Table<Key, Candidate> unused;

  /** Refused attempts by service, environment, finish, id, and what each is of. */
  private final Table<Key, DeploymentEvent> refused;

  /** An attempt that counts. */
  record Chosen(String service, DeploymentEvent attempt) {}

  /**
   * An attempt that some source would give.
   *
   * @param source which one
   * @param name name of the workflow, tag or branch; or null
   * @param chosenSource the source that is chosen there and then
   */
  record Candidate(
      String service,
      String source,
      String name,
      String chosenSource,
      String environmentClass,
      DeploymentEvent attempt) {

    Output output() {
      // A service may go from one repository to another, where there is a release v1 too.
      String id =
          Stream.of(source, attempt.getRepository(), attempt.getDeployment())
              .filter(Objects::nonNull)
              .collect(Collectors.joining(" "));
      var fact =
          CandidateFact.newBuilder()
              .setService(service)
              .setId(id)
              .setRetracted(false)
              .setSource(source)
              .setChosenSource(chosenSource)
              .setName(name)
              .setEnvironment(environmentClass)
              .setRepository(attempt.getRepository())
              .setSha(attempt.getSha())
              .setFinishedAt(attempt.getFinishedAt())
              .setStatus(attempt.getStatus())
              .setUrl(attempt.getUrl())
              .build();
      String key = service + "|" + id;
      return new Output(Target.CANDIDATE_FACTS, key, key, fact);
    }
  }

  /** What became of what a source gives: where it counts, and else a candidate. */
  private record Decision(List<Chosen> chosen, Candidate unused) {
    static final Decision NOTHING = new Decision(List.of(), null);
  }

  Sources(
      Derivation derivation,
      String repository,
      Table<String, DeploymentEvent> attemptEvents,
      Table<String, PushEvent> pushEvents,
      Runs runs,
      Pushes pushes,
      Branches branches,
      PullRequests pullRequests,
      RepositoryServices services,
      RuleSettings settings) {
    this.repository = repository;
    this.branches = branches;
    this.services = services;
    this.settings = settings;
    this.runs = runs;
    refused = derivation.table();
    events = derivation.table();
    chosen = derivation.table();
    unused = derivation.table();
    tagged = derivation.table();
    tags = derivation.count();
    Count<ReportedAttempt> attempts = derivation.count();
    derivation.each(
        "event of an attempt",
        attemptEvents,
        (id, event) -> new Chosen(services.of(event), event),
        (id, event, rows) -> {
          boolean release = event.attempt().getSource().equals(RELEASE);
          var attempt =
              new ReportedAttempt(release ? "" : event.service(), event.attempt().getDeployment());
          rows.add(events, attempt.key().with(id), event.attempt());
          rows.count(attempts, attempt);
        },
        events,
        attempts);
    derivation.each(
        "deployment or release (E4)",
        attempts,
        (attempt, count) -> decide(attempt),
        (attempt, decision, rows) -> add(decision, attempt.key(), rows),
        chosen,
        unused,
        refused);
    derivation.each(
        "deployment by workflow or job (E4)",
        runs.all(),
        (place, run) -> ofRun(run),
        (place, decision, rows) -> add(decision, place, rows),
        chosen,
        unused,
        refused);
    derivation.each("push of a tag", pushEvents, (id, push) -> push, this::addTag, tagged, tags);
    derivation.each(
        "deployment by tag (E4)",
        tags,
        (tag, count) -> ofTag(tag),
        (tag, decision, rows) -> add(decision, tag.key(), rows),
        chosen,
        unused,
        refused);
    derivation.each(
        "deployment by push (E4)",
        pushes.ordered(),
        (place, push) -> ofPush(push),
        (place, decision, rows) -> add(decision, place, rows),
        chosen,
        unused,
        refused);
    derivation.each(
        "deployment by merge (E4)",
        pullRequests.numbers(),
        (number, count) -> ofMerge(pullRequests.merged(number)),
        (number, decision, rows) -> add(decision, number, rows),
        chosen,
        unused,
        refused);
  }

  /** The attempts that count, by service and id. */
  Table<Key, Chosen> chosen() {
    return chosen;
  }

  /** What other sources would have given. */
  Table<Key, Candidate> unused() {
    return unused;
  }

  /**
   * MergedAttempts that were refused or cancelled before they ran (E6), by service, environment,
   * finish and id.
   */
  Table<Key, DeploymentEvent> refused() {
    return refused;
  }

  private void add(Decision decision, Object of, Rows rows) {
    for (var in : decision.chosen()) {
      rows.add(chosen, Key.of(in.service(), in.attempt().getDeployment(), of.toString()), in);
    }
    if (decision.unused() != null) {
      var candidate = decision.unused();
      String id = candidate.attempt().getDeployment();
      rows.add(unused, Key.of(candidate.service(), id, of.toString()), candidate);
      if (isRefused(candidate.attempt())) {
        Instant finish = candidate.attempt().getFinishedAt();
        String environment = Environments.nameOf(candidate.attempt());
        Key place = Key.of(candidate.service(), environment, finish, id, of.toString());
        rows.add(refused, place, candidate.attempt());
      }
    }
  }

  /**
   * MergedAttempts that turn out to be of one service and id are one, whatever each of them named.
   */
  private Decision decide(ReportedAttempt reported) {
    List<DeploymentEvent> ofOne = new ArrayList<>();
    Table.under(events, reported.key()).forEach(entry -> ofOne.add(entry.getValue()));
    DeploymentEvent attempt = MergedAttempts.merge(ofOne);
    if (attempt.getSource().equals(RELEASE)) {
      return decide(RELEASE, attempt.getVersion(), attempt, true);
    }
    String service = reported.service();
    Instant time = Attempt.timeOf(attempt);
    var mapping = services.environments(service, time);
    DeploymentSource source =
        StandingSource.of(
            sourcesOf(service, time),
            Environments.nameOf(attempt),
            Environments.classOf(attempt, mapping),
            time);
    boolean stands =
        source.getSource().equals(attempt.getSource())
            && StandingSource.fits(source, attempt.getWorkflow());
    if (stands && !isRefused(attempt)) {
      return new Decision(List.of(new Chosen(service, attempt)), null);
    }
    return new Decision(
        List.of(),
        candidate(
            service, attempt.getSource(), attempt.getWorkflow(), source.getSource(), attempt));
  }

  private static boolean isRefused(DeploymentEvent attempt) {
    return attempt.getStatus().equals(MergedAttempts.REFUSED);
  }

  private Decision ofRun(Runs.Run run) {
    String status = run.refused() ? MergedAttempts.REFUSED : statusOf(run.outcome());
    if (run.finished() == null
        || status == null
        || (run.workflow() == null && run.job() == null)
        || runs.isClaimedElsewhere(run)) {
      return Decision.NOTHING;
    }
    return withoutRefused(run.job() == null ? ofWorkflow(run, status) : ofJob(run, status));
  }

  private static String statusOf(String outcome) {
    return switch (Objects.toString(outcome, "")) {
      case "success" -> "succeeded";
      case "failure" -> "failed";
      default -> null;
    };
  }

  /**
   * What a chosen source gives and what was refused is a candidate; of other sources it is none.
   */
  private Decision withoutRefused(Decision decision) {
    var first =
        Stream.concat(
                decision.chosen().stream().map(Chosen::attempt),
                Stream.ofNullable(decision.unused()).map(Candidate::attempt))
            .findFirst();
    if (first.isEmpty() || !isRefused(first.get())) {
      return decision;
    }
    if (decision.chosen().isEmpty()) {
      return Decision.NOTHING;
    }
    var counted = decision.chosen().get(0);
    String source = counted.attempt().getSource();
    String name = counted.attempt().getWorkflow();
    return new Decision(
        List.of(), candidate(counted.service(), source, name, source, counted.attempt()));
  }

  private Decision ofWorkflow(Runs.Run run, String status) {
    return decide(
        WORKFLOW,
        source -> StandingSource.fits(source, run.workflow()),
        run.workflow(),
        run.service(),
        attempt(WORKFLOW, run, status, run.workflow()),
        deploys(run.workflow()));
  }

  /**
   * A job is named alone, or with its workflow before it, which a source of workflows may do too
   * where it does not mean the workflow itself.
   */
  private Decision ofJob(Runs.Run run, String status) {
    String whole = run.jobOfWorkflow();
    Decision byJob =
        decide(
            JOB,
            source -> StandingSource.fits(source, run.job()) || StandingSource.fits(source, whole),
            whole,
            run.service(),
            attempt(JOB, run, status, whole),
            deploys(run.job()) && !deploys(run.workflow()));
    Decision byWorkflow =
        decide(
            WORKFLOW,
            source ->
                StandingSource.fits(source, whole) && !StandingSource.fits(source, run.workflow()),
            whole,
            run.service(),
            attempt(WORKFLOW, run, status, whole),
            false);
    List<Chosen> all = new ArrayList<>(byJob.chosen());
    all.addAll(byWorkflow.chosen());
    boolean told = byJob.unused() != null && !isToldOf(run, byJob.unused());
    return new Decision(all, all.isEmpty() && told ? byJob.unused() : null);
  }

  /** Whether the workflow of a job is what counts, so that the job is nothing more. */
  private boolean isToldOf(Runs.Run run, Candidate candidate) {
    Instant time = Attempt.timeOf(candidate.attempt());
    var own = sourcesOf(candidate.service(), time);
    var standing = standing(candidate.service(), own, Environments.PRODUCTION, time);
    return standing.getSource().equals(WORKFLOW) && StandingSource.fits(standing, run.workflow());
  }

  private static boolean deploys(String name) {
    return name != null && Environments.words(name).stream().anyMatch(DEPLOYING::contains);
  }

  /**
   * The attempt that a run is. It starts when it is first reported to run, where that is later than
   * the start that is stated: some tools state when a run was asked for.
   */
  private DeploymentEvent attempt(String source, Runs.Run run, String status, String name) {
    Instant start = run.started();
    Instant running = run.running();
    if (start != null && running != null && running.isAfter(start)) {
      start = running.isAfter(run.finished()) ? run.finished() : running;
    }
    return attempt(source, run.id(), run.sha(), run.finished())
        .setStatus(status)
        .setStartedAt(start)
        .setRef(run.branch())
        .setVersion(run.service() == null ? null : run.version())
        .setWorkflow(name)
        .setUrl(run.url())
        .build();
  }

  private void addTag(String id, PushEvent push, Rows rows) {
    String commit = push.getHead() == null ? push.getAfter() : push.getHead();
    if (push.getRef().startsWith(TAGS) && commit != null) {
      var tag = new Tag(push.getRef().substring(TAGS.length()), commit);
      Instant time = timeOfTag(push);
      rows.add(tagged, tag.key().with(time, id), push);
      rows.count(tags, tag);
    }
  }

  /** The first of several pushes of a tag to a commit. */
  private Decision ofTag(Tag tag) {
    PushEvent push = Table.under(tagged, tag.key()).iterator().next().getValue();
    var attempt =
        attempt(TAG, tag.name() + "@" + tag.commit(), tag.commit(), timeOfTag(push))
            .setRef(push.getRef())
            .setVersion(tag.name())
            .build();
    return decide(TAG, tag.name(), attempt, true);
  }

  private static Instant timeOfTag(PushEvent push) {
    return Objects.requireNonNullElse(push.getPushedAt(), push.getOccurredAt());
  }

  /**
   * An imported commit is a push of its own, unless it was pushed too (rule S2). Several pushes at
   * one time to one commit give the same attempt.
   */
  private Decision ofPush(Pushes.Placed placed) {
    String branch = placed.push().branch();
    String head = placed.push().head();
    String id = "%s@%s@%s".formatted(branch, head, placed.time());
    var attempt = attempt(PUSH, id, head, placed.time()).setRef(branch).build();
    Decision decision = decide(PUSH, branch, attempt, false);
    if (decision.chosen().isEmpty() || !placed.push().isImported() || isWhereItStands(placed)) {
      return decision;
    }
    return Decision.NOTHING;
  }

  private boolean isWhereItStands(Pushes.Placed placed) {
    var entry = branches.entry(placed.push().branch(), placed.push().head());
    return entry != null && entry.time().equals(placed.time()) && entry.rank() == placed.rank();
  }

  private Decision ofMerge(PullRequest merged) {
    if (merged == null
        || merged.mergeCommit() == null
        || merged.baseBranch() == null
        || !branches.isDefault(merged.baseBranch())) {
      return Decision.NOTHING;
    }
    var attempt =
        attempt(MERGE, merged.id(), merged.mergeCommit(), merged.mergedAt())
            .setUrl(merged.url())
            .build();
    return decide(MERGE, merged.baseBranch(), attempt, false);
  }

  private DeploymentEvent.Builder attempt(String source, String id, String sha, Instant finished) {
    return DeploymentEvent.newBuilder()
        .setId(source + ":" + id)
        .setProvenance(new Provenance("", "", Instant.EPOCH, "live"))
        .setOccurredAt(finished)
        .setDeployment(source + ":" + id)
        .setRepository(repository)
        .setSource(source)
        .setSha(sha)
        .setStatus("succeeded")
        .setFinishedAt(finished);
  }

  private Decision decide(String source, String name, DeploymentEvent attempt, boolean told) {
    return decide(source, setting -> StandingSource.fits(setting, name), name, null, attempt, told);
  }

  /**
   * Where something that is no deployment event counts as one. It names neither service nor
   * environment: the sources of all services are asked, and say in which environment it is.
   *
   * @param fits whether a source of this kind is of it
   * @param name what it is called
   * @param ofService the one service that it may be of; null: any of the repository
   * @param told whether it is told as a candidate where it does not
   */
  private Decision decide(
      String source,
      Predicate<DeploymentSource> fits,
      String name,
      String ofService,
      DeploymentEvent attempt,
      boolean told) {
    Instant time = Attempt.timeOf(attempt);
    Predicate<DeploymentSource> meant =
        setting -> setting.getSource().equals(source) && fits.test(setting);
    List<Chosen> all = new ArrayList<>();
    Map<String, CatalogEvent> catalog = services.catalogAt(time);
    catalog.forEach(
        (service, entry) -> {
          boolean mayBe = ofService == null || service.equals(ofService);
          if (mayBe && entry.getDeploymentSources() != null) {
            addChosen(service, entry.getDeploymentSources(), meant, attempt, all);
          }
        });
    String service = ofService == null ? services.find(attempt) : ofService;
    var own = sourcesOf(service, time);
    boolean said =
        catalog.containsKey(service) && catalog.get(service).getDeploymentSources() != null;
    if (!said) {
      addChosen(service, own, meant, attempt, all);
    }
    if (!all.isEmpty() || !told) {
      return new Decision(all, null);
    }
    var standing = standing(service, own, Environments.PRODUCTION, time);
    return new Decision(all, candidate(service, source, name, standing.getSource(), attempt));
  }

  @SuppressWarnings("ReferenceEquality") // who states the same twice means it once
  private void addChosen(
      String service,
      List<DeploymentSource> sources,
      Predicate<DeploymentSource> meant,
      DeploymentEvent attempt,
      List<Chosen> all) {
    Instant time = Attempt.timeOf(attempt);
    for (var setting : sources) {
      String environment = StandingSource.environmentOf(setting);
      boolean stands =
          meant.test(setting) && setting == standing(service, sources, environment, time);
      if (stands) {
        boolean again = all.stream().anyMatch(other -> other.service().equals(service));
        var counted = DeploymentEvent.newBuilder(attempt).setEnvironment(environment);
        if (again) {
          counted.setDeployment(attempt.getDeployment() + "@" + environment);
        }
        all.add(new Chosen(service, counted.build()));
      }
    }
  }

  private DeploymentSource standing(
      String service, List<DeploymentSource> sources, String environment, Instant time) {
    String mapped = services.environments(service, time).get(environment);
    String environmentClass = mapped == null ? Environments.classOf(environment) : mapped;
    return StandingSource.of(sources, environment, environmentClass, time);
  }

  /** The sources of a service at a time: as the catalog says, else as the settings do. */
  private List<DeploymentSource> sourcesOf(String service, Instant time) {
    CatalogEvent entry = services.catalogAt(time).get(service);
    if (entry != null && entry.getDeploymentSources() != null) {
      return entry.getDeploymentSources();
    }
    return repository == null
        ? List.of()
        : settings.deploymentSources().stream()
            .filter(setting -> setting.repository().matches(repository))
            .map(RuleSettings.SourceSetting::source)
            .toList();
  }

  private Candidate candidate(
      String service, String source, String name, String standing, DeploymentEvent attempt) {
    if (attempt.getFinishedAt() == null) {
      return null;
    }
    var mapping = services.environments(service, Attempt.timeOf(attempt));
    return new Candidate(
        service, source, name, standing, Environments.classOf(attempt, mapping), attempt);
  }
}
