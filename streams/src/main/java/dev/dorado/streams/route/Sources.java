package dev.dorado.streams.route;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import dev.dorado.facts.CandidateFact;
import dev.dorado.streams.RuleSettings;
import dev.dorado.streams.derive.Count;
import dev.dorado.streams.derive.Derivation;
import dev.dorado.streams.derive.Key;
import dev.dorado.streams.derive.Rows;
import dev.dorado.streams.derive.Table;
import dev.dorado.streams.merge.Attempts;
import dev.dorado.streams.steps.Output;
import dev.dorado.streams.steps.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Rule E4: what counts as a deployment attempt of a service in an environment: deployment events,
 * unless the catalog or the settings choose another source. One source at a time; what another
 * would have given is kept as a candidate.
 */
final class Sources {

  static final String DEPLOYMENT = "deployment";
  private static final String WORKFLOW = "workflow";
  private static final String RELEASE = "release";
  private static final String TAG = "tag";
  private static final String PUSH = "push";
  private static final String MERGE = "merge";

  private static final String TAGS = "refs/tags/";
  private static final String HEADS = "refs/heads/";

  /** Words in the name of a workflow that may be one that deploys. */
  private static final Set<String> DEPLOYING =
      Set.of("deploy", "deployment", "release", "publish", "ship", "rollout", "cd");

  private final String repository;
  private final Branches branches;
  private final RepositoryServices services;
  private final RuleSettings settings;

  /** Events of attempts by service, attempt and id. */
  private final Table<Key, DeploymentEvent> events;

  /** Pushes of tags by tag, commit, time and id. */
  private final Table<Key, PushEvent> tagged;

  /** What tags were put to which commits. */
  private final Count<Key> tags;

  /** What counts: service and id of the attempt. */
  private final Table<Key, Chosen> chosen;

  /** What does not: service, source and id of the attempt. */
  private final Table<Key, Candidate> unused;

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
      String id = source + " " + attempt.getDeployment();
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
    events = derivation.table();
    chosen = derivation.table();
    unused = derivation.table();
    tagged = derivation.table();
    tags = derivation.count();
    Count<Key> attempts = derivation.count();
    derivation.each(
        "event of an attempt",
        attemptEvents,
        (id, event) -> new Chosen(services.of(event), event),
        (id, event, rows) -> {
          Key attempt = Key.of(event.service(), event.attempt().getDeployment());
          rows.add(events, attempt.with(id), event.attempt());
          rows.count(attempts, attempt);
        },
        events,
        attempts);
    derivation.each(
        "deployment or release (E4)",
        attempts,
        (attempt, count) -> decide(attempt),
        (attempt, decision, rows) -> add(decision, rows),
        chosen,
        unused);
    derivation.each(
        "deployment by workflow (E4)",
        runs.byId(),
        (id, run) -> ofRun(id, run),
        (id, decision, rows) -> add(decision, rows),
        chosen,
        unused);
    derivation.each("push of a tag", pushEvents, (id, push) -> push, this::addTag, tagged, tags);
    derivation.each(
        "deployment by tag (E4)",
        tags,
        (tag, count) -> ofTag(tag),
        (tag, decision, rows) -> add(decision, rows),
        chosen,
        unused);
    derivation.each(
        "deployment by push (E4)",
        pushes.ordered(),
        (place, push) -> ofPush(push),
        (place, decision, rows) -> add(decision, rows),
        chosen,
        unused);
    derivation.each(
        "deployment by merge (E4)",
        pullRequests.numbers(),
        (number, count) -> ofMerge(pullRequests.merged(number)),
        (number, decision, rows) -> add(decision, rows),
        chosen,
        unused);
  }

  /** The attempts that count, by service and id. */
  Table<Key, Chosen> chosen() {
    return chosen;
  }

  /** What other sources would have given. */
  Table<Key, Candidate> unused() {
    return unused;
  }

  private void add(Decision decision, Rows rows) {
    for (var in : decision.chosen()) {
      rows.add(chosen, Key.of(in.service(), in.attempt().getDeployment()), in);
    }
    if (decision.unused() != null) {
      var candidate = decision.unused();
      String id = candidate.attempt().getDeployment();
      rows.add(unused, Key.of(candidate.service(), candidate.source(), id), candidate);
    }
  }

  /** Attempts that turn out to be of one service and id are one, whatever each of them named. */
  private Decision decide(Key place) {
    String service = place.part(0);
    List<DeploymentEvent> ofOne = new ArrayList<>();
    Table.under(events, place).forEach(entry -> ofOne.add(entry.getValue()));
    DeploymentEvent attempt = Attempts.merge(ofOne);
    Instant time = Attempt.timeOf(attempt);
    String environment = Environments.nameOf(attempt);
    var own = sourcesOf(service, time);
    DeploymentSource source = standing(own, environment, time);
    String standing = source == null ? DEPLOYMENT : source.getSource();
    String name =
        attempt.getSource().equals(RELEASE) ? attempt.getVersion() : attempt.getWorkflow();
    if (standing.equals(attempt.getSource()) && (source == null || matches(source, name))) {
      if (attempt.getEnvironment() == null && source != null) {
        attempt.setEnvironment(source.getEnvironment());
      }
      return new Decision(List.of(new Chosen(service, attempt)), null);
    }
    return new Decision(
        List.of(), candidate(service, attempt.getSource(), name, standing, attempt));
  }

  private Decision ofRun(String id, Runs.Run run) {
    String status =
        switch (Objects.toString(run.outcome(), "")) {
          case "success" -> "succeeded";
          case "failure" -> "failed";
          default -> null;
        };
    if (run.finished() == null || status == null || run.workflow() == null) {
      return Decision.NOTHING;
    }
    var attempt =
        attempt(WORKFLOW, id, run.sha(), run.finished())
            .setStatus(status)
            .setStartedAt(run.started())
            .setRef(run.branch())
            .setWorkflow(run.workflow())
            .setUrl(run.url())
            .build();
    boolean deploys = Environments.words(run.workflow()).stream().anyMatch(DEPLOYING::contains);
    return decide(WORKFLOW, run.workflow(), attempt, deploys);
  }

  private void addTag(String id, PushEvent push, Rows rows) {
    String commit = push.getHead() == null ? push.getAfter() : push.getHead();
    if (push.getRef().startsWith(TAGS) && commit != null) {
      Key tag = Key.of(push.getRef().substring(TAGS.length()), commit);
      Instant time = Objects.requireNonNullElse(push.getPushedAt(), push.getOccurredAt());
      rows.add(tagged, tag.with(time, id), push);
      rows.count(tags, tag);
    }
  }

  /** Of several pushes of a tag to a commit, the first. */
  private Decision ofTag(Key tagAndCommit) {
    var first = Table.under(tagged, tagAndCommit).iterator().next();
    String tag = first.getKey().part(0);
    String commit = first.getKey().part(1);
    Instant time = first.getKey().part(2);
    PushEvent push = first.getValue();
    var attempt =
        attempt(TAG, tag + "@" + shortened(commit), commit, time)
            .setRef(push.getRef())
            .setVersion(tag)
            .build();
    return decide(TAG, tag, attempt, true);
  }

  private Decision ofPush(Pushes.Placed placed) {
    String branch = placed.push().branch();
    String head = placed.push().head();
    var attempt =
        attempt(
                PUSH,
                "%s@%s@%s".formatted(branch, shortened(head), placed.time()),
                head,
                placed.time())
            .setRef(branch)
            .build();
    return decide(PUSH, branch, attempt, false);
  }

  private Decision ofMerge(PullRequest merged) {
    if (merged == null
        || merged.mergeCommit() == null
        || merged.baseBranch() == null
        || !branches.isDefault(merged.baseBranch())) {
      return Decision.NOTHING;
    }
    var attempt =
        attempt(MERGE, "#" + merged.number(), merged.mergeCommit(), merged.mergedAt())
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

  /**
   * Where something that is no deployment event counts as one.
   *
   * @param told whether it is told as a candidate where it does not
   */
  private Decision decide(String source, String name, DeploymentEvent attempt, boolean told) {
    Instant time = attempt.getFinishedAt();
    List<Chosen> all = new ArrayList<>();
    Map<String, CatalogEvent> catalog = services.catalogAt(time);
    catalog.forEach(
        (service, entry) -> {
          if (entry.getDeploymentSources() != null) {
            addChosen(service, entry.getDeploymentSources(), source, name, attempt, all);
          }
        });
    String service = services.find(attempt);
    var own = sourcesOf(service, time);
    boolean said =
        catalog.containsKey(service) && catalog.get(service).getDeploymentSources() != null;
    if (!said) {
      addChosen(service, own, source, name, attempt, all);
    }
    if (!all.isEmpty() || !told) {
      return new Decision(all, null);
    }
    DeploymentSource standing = standing(own, Environments.nameOf(attempt), time);
    return new Decision(
        all,
        candidate(
            service, source, name, standing == null ? DEPLOYMENT : standing.getSource(), attempt));
  }

  private static void addChosen(
      String service,
      List<DeploymentSource> sources,
      String source,
      String name,
      DeploymentEvent attempt,
      List<Chosen> all) {
    for (var setting : sources) {
      String environment =
          Objects.requireNonNullElse(setting.getEnvironment(), Environments.PRODUCTION);
      boolean stands =
          setting.getSource().equals(source)
              && matches(setting, name)
              && setting == standing(sources, environment, attempt.getFinishedAt());
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

  /** Of several sources of an environment the one that began last; null: deployment events. */
  private static DeploymentSource standing(
      List<DeploymentSource> sources, String environment, Instant time) {
    Optional<DeploymentSource> last =
        sources.stream()
            .filter(source -> source.getSince() == null || !source.getSince().isAfter(time))
            .filter(
                source ->
                    source.getEnvironment() == null
                        || source.getEnvironment().equalsIgnoreCase(environment))
            .reduce((one, other) -> BY_SINCE.compare(one, other) > 0 ? one : other);
    return last.orElse(null);
  }

  private static final Comparator<DeploymentSource> BY_SINCE =
      Comparator.comparing(
          DeploymentSource::getSince, Comparator.nullsFirst(Comparator.naturalOrder()));

  private static boolean matches(DeploymentSource source, String name) {
    if (source.getName() == null) {
      return true;
    }
    return name != null
        && new PathGlob(source.getName().toLowerCase(Locale.ROOT))
            .matches(name.toLowerCase(Locale.ROOT));
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

  private static String shortened(String sha) {
    return sha.substring(0, Math.min(sha.length(), 10));
  }
}
