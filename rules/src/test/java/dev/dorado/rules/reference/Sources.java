package dev.dorado.rules.reference;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Rule E4: what counts as a deployment attempt of a service; one source at a time. */
@SuppressWarnings("ReferenceEquality") // each of them is itself, whatever it says
final class Sources {

  private final Events events;
  private final Repository repository;
  private final Services services;

  Sources(Events events, Repository repository, Services services) {
    this.events = events;
    this.repository = repository;
    this.services = services;
  }

  /** E4: words in the name of a workflow that may be one that deploys. */
  private static final Set<String> DEPLOYING =
      Set.of("deploy", "deployment", "release", "publish", "ship", "rollout", "cd");

  /** What was not chosen: which source would have given it, and which stands in its place. */
  record Candidate(
      String service, String source, String name, String chosen, DeploymentEvent attempt) {}

  final List<Candidate> candidates = new ArrayList<>();

  /** An attempt of a service. */
  record Counted(String service, DeploymentEvent attempt) {}

  /**
   * E4: all that counts as an attempt of a service of the place: deployment events by what they say
   * of themselves, all else as the sources of each service say.
   *
   * @param told deployment events and releases, merged by what they name of themselves
   */
  List<Counted> attempts(List<DeploymentEvent> told) {
    List<Counted> attempts = new ArrayList<>();
    Events.grouped(told, event -> (isRelease(event) ? "" : services.of(event)) + " " + id(event))
        .forEach(
            same -> {
              var attempt = Events.attempt(same);
              if (isRelease(attempt)) {
                attempts.addAll(byStatement("release", attempt.getVersion(), attempt, true));
              } else {
                attempts.addAll(ofService(services.of(same.get(0)), attempt));
              }
            });
    runs().forEach(run -> attempts.addAll(ofRun(run)));
    tags().forEach(a -> attempts.addAll(byStatement("tag", a.getVersion(), a, true)));
    pushes().forEach(a -> attempts.addAll(byStatement("push", a.getRef(), a, false)));
    merges()
        .forEach(a -> attempts.addAll(byStatement("merge", repository.defaultBranch, a, false)));
    return attempts;
  }

  private static boolean isRelease(DeploymentEvent attempt) {
    return attempt.getSource().equals("release");
  }

  private static String id(DeploymentEvent attempt) {
    return attempt.getDeployment();
  }

  private List<Counted> ofService(String service, DeploymentEvent attempt) {
    Instant time = Services.timeOf(attempt);
    String environment = Events.environment(attempt);
    String environmentClass = environmentClass(service, attempt);
    String name = attempt.getWorkflow();
    var source = chosen(stated(service, time), environment, environmentClass, time);
    boolean stands = source.getSource().equals("deployment") && fits(source, name);
    if (stands && !attempt.getStatus().equals("refused")) {
      return List.of(new Counted(service, attempt));
    }
    candidates.add(new Candidate(service, "deployment", name, source.getSource(), attempt));
    return List.of();
  }

  /** E3: the class of an attempt's environment as a service has it. */
  String environmentClass(String service, DeploymentEvent attempt) {
    Instant time = Services.timeOf(attempt);
    return Events.environmentClass(attempt, services.entry(repository.name, service, time));
  }

  private List<Counted> byStatement(
      String kind, String name, DeploymentEvent attempt, boolean told) {
    return byStatement(kind, source -> fits(source, name), name, null, attempt, told);
  }

  /** E4: an attempt of each source that is of it and stands where and when it is. */
  private List<Counted> byStatement(
      String kind,
      Predicate<DeploymentSource> fits,
      String name,
      String only,
      DeploymentEvent attempt,
      boolean told) {
    Instant time = Services.timeOf(attempt);
    List<Counted> counted = new ArrayList<>();
    for (String service : services.entriesAt(repository.name, time).keySet()) {
      var stated = stated(service, time);
      int before = counted.size();
      for (var source : stated) {
        String environment = Objects.requireNonNullElse(source.getEnvironment(), "production");
        var one = Events.copy(attempt);
        one.setEnvironment(environment);
        var chosen = chosen(stated, environment, environmentClass(service, one), time);
        boolean mayBe = only == null || only.equals(service);
        if (mayBe && source.getSource().equals(kind) && fits.test(source) && source == chosen) {
          if (counted.size() > before) {
            one.setDeployment(attempt.getDeployment() + "@" + environment);
          }
          counted.add(new Counted(service, one));
        }
      }
    }
    if (counted.isEmpty() && told) {
      String service = only == null ? services.of(attempt) : only;
      candidates.add(new Candidate(service, kind, name, standing(service, attempt), attempt));
    }
    return counted;
  }

  /** The name of the source that stands in production where something names no environment. */
  private String standing(String service, DeploymentEvent attempt) {
    return standingSource(service, attempt).getSource();
  }

  private DeploymentSource standingSource(String service, DeploymentEvent attempt) {
    Instant time = Services.timeOf(attempt);
    String production = environmentClass(service, attempt);
    return chosen(stated(service, time), "production", production, time);
  }

  private static boolean deploys(String name) {
    return name != null
        && Stream.of(name.toLowerCase(Locale.ROOT).split("[^a-z]+")).anyMatch(DEPLOYING::contains);
  }

  /**
   * E4: what a run or job is an attempt of. A job is named alone or with its workflow before it; by
   * a source of workflows only with it, where that does not mean the workflow itself. It is told
   * only where its workflow is not.
   */
  private List<Counted> ofRun(CiRunEvent run) {
    String status = status(run);
    if (run.getFinishedAt() == null || status == null) {
      return List.of();
    }
    String only = run.getService();
    String job = run.getJob();
    String workflow = run.getWorkflow();
    boolean refused = status.equals("refused");
    List<Counted> counted = new ArrayList<>();
    if (job == null && workflow != null) {
      boolean told = deploys(workflow) && !refused;
      counted.addAll(
          byStatement(
              "workflow",
              source -> fits(source, workflow),
              workflow,
              only,
              attempt("workflow", run, workflow, status),
              told));
    } else if (job != null) {
      String whole = workflow == null ? job : workflow + "/" + job;
      var attempt = attempt("job", run, whole, status);
      counted.addAll(
          byStatement(
              "job",
              source -> fits(source, job) || fits(source, whole),
              whole,
              only,
              attempt,
              false));
      counted.addAll(
          byStatement(
              "workflow",
              source -> fits(source, whole) && !fits(source, workflow),
              whole,
              only,
              attempt("workflow", run, whole, status),
              false));
      String service = only == null ? services.of(attempt) : only;
      var standing = standingSource(service, attempt);
      boolean ofWorkflow = standing.getSource().equals("workflow") && fits(standing, workflow);
      boolean told = deploys(job) && !deploys(workflow) && !ofWorkflow && !refused;
      if (counted.isEmpty() && told) {
        candidates.add(new Candidate(service, "job", whole, standing.getSource(), attempt));
      }
    }
    if (refused && !counted.isEmpty()) {
      var first = counted.get(0).attempt();
      String source = first.getSource();
      candidates.add(
          new Candidate(counted.get(0).service(), source, first.getWorkflow(), source, first));
      return List.of();
    }
    return counted;
  }

  private static String status(CiRunEvent run) {
    return switch (String.valueOf(run.getOutcome())) {
      case "success" -> run.getStatus().equals("refused") ? "refused" : "succeeded";
      case "failure" -> run.getStatus().equals("refused") ? "refused" : "failed";
      default -> run.getStatus().equals("refused") ? "refused" : null;
    };
  }

  private List<DeploymentSource> stated(String service, Instant time) {
    var entry = services.entriesAt(repository.name, time).get(service);
    return entry == null || entry.getDeploymentSources() == null
        ? List.of()
        : entry.getDeploymentSources();
  }

  /**
   * E4: of those for an environment the one that began last; of several the one that names the
   * environment, then its class, then none; of several the last stated. Else deployment events.
   */
  private static DeploymentSource chosen(
      List<DeploymentSource> stated, String environment, String environmentClass, Instant time) {
    var chosen = new DeploymentSource("deployment", null, null, null);
    int closest = -1;
    for (var source : stated) {
      Instant since = Objects.requireNonNullElse(source.getSince(), Instant.MIN);
      Instant latest = Objects.requireNonNullElse(chosen.getSince(), Instant.MIN);
      int close = closeness(source, environment, environmentClass);
      boolean begun = !since.isAfter(time);
      boolean later = since.isAfter(latest) || (since.equals(latest) && close >= closest);
      if (close > 0 && begun && later) {
        chosen = source;
        closest = close;
      }
    }
    return chosen;
  }

  /** E4: without an environment, of deployment events any is meant, else production. */
  private static int closeness(
      DeploymentSource source, String environment, String environmentClass) {
    String named = source.getEnvironment();
    if (named != null) {
      return named.equalsIgnoreCase(environment)
          ? 3
          : named.equalsIgnoreCase(environmentClass) ? 2 : 0;
    }
    boolean production =
        environmentClass.equals("production") || environment.equalsIgnoreCase("production");
    return source.getSource().equals("deployment") || production ? 1 : 0;
  }

  /** E4: names are globs in any case. */
  private static boolean fits(DeploymentSource source, String name) {
    return source.getName() == null
        || (name != null
            && Services.glob(
                source.getName().toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT)));
  }

  /**
   * Runs and jobs of the repository, and those that the catalog names for its services; each with
   * the status refused if it was refused or cancelled before it ran (E6), and with its first
   * running state as its start where that is later than what is stated.
   */
  private List<CiRunEvent> runs() {
    List<CiRunEvent> here = new ArrayList<>(services.claimed());
    here.removeIf(run -> !run.getRepository().equals(repository.name));
    events.all(CiRunEvent.class).stream()
        .filter(run -> repository.name.equals(run.getRepository()))
        .filter(run -> !services.isClaimedElsewhere(repository.name, idOf(run)))
        .forEach(here::add);
    List<CiRunEvent> runs = new ArrayList<>();
    for (var told : Events.grouped(here, run -> run.getService() + " " + idOf(run))) {
      var run = Events.merged(told);
      Instant running = first(told, "started");
      boolean called =
          running == null
              && first(told, "waiting") != null
              && Set.of("failure", "cancelled").contains(String.valueOf(run.getOutcome()));
      boolean refused = "refused".equals(run.getOutcome()) || first(told, "refused") != null;
      run.setStatus(called || refused ? "refused" : "finished");
      Instant start = run.getStartedAt();
      Instant finish = run.getFinishedAt();
      if (start != null && running != null && finish != null && running.isAfter(start)) {
        run.setStartedAt(running.isAfter(finish) ? finish : running);
      }
      runs.add(run);
    }
    return runs;
  }

  private static String idOf(CiRunEvent run) {
    return run.getRun() + "/" + run.getAttempt();
  }

  private static Instant first(List<CiRunEvent> told, String status) {
    return told.stream()
        .filter(event -> event.getStatus().equals(status))
        .map(CiRunEvent::getOccurredAt)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  private DeploymentEvent attempt(String source, CiRunEvent run, String name, String status) {
    var attempt = attempt(source, source + ":" + idOf(run), run.getSha(), run.getFinishedAt());
    return attempt
        .setStatus(status)
        .setStartedAt(run.getStartedAt())
        .setWorkflow(name)
        .setRef(run.getBranch())
        .setVersion(run.getService() == null ? null : run.getVersion())
        .build();
  }

  /** A tag that is put to a commit; the same once more is none. */
  private List<DeploymentEvent> tags() {
    Map<String, DeploymentEvent> first = new TreeMap<>();
    for (var push : events.all(PushEvent.class)) {
      String commit = push.getHead() == null ? push.getAfter() : push.getHead();
      if (push.getRepository().equals(repository.name)
          && push.getRef().startsWith("refs/tags/")
          && commit != null) {
        String tag = push.getRef().substring("refs/tags/".length());
        Instant time = Objects.requireNonNullElse(push.getPushedAt(), push.getOccurredAt());
        var attempt = attempt("tag", "tag:" + tag + "@" + commit, commit, time);
        attempt.setRef(push.getRef()).setVersion(tag);
        first.merge(tag + "@" + commit, attempt.build(), Sources::earlier);
      }
    }
    return List.copyOf(first.values());
  }

  private static DeploymentEvent earlier(DeploymentEvent one, DeploymentEvent other) {
    return other.getFinishedAt().isBefore(one.getFinishedAt()) ? other : one;
  }

  /** A push to a branch; several at the same time to the same commit are one. */
  private List<DeploymentEvent> pushes() {
    Map<String, DeploymentEvent> attempts = new TreeMap<>();
    for (var branch : repository.branches.values()) {
      for (var move : branch.moves()) {
        String id = "push:%s@%s@%s".formatted(branch.name, move.head(), move.time());
        var attempt = attempt("push", id, move.head(), move.time()).setRef(branch.name);
        attempts.put(id, attempt.build());
      }
    }
    return List.copyOf(attempts.values());
  }

  /** A pull request that was merged into the default branch. */
  private List<DeploymentEvent> merges() {
    return repository.merged.stream()
        .filter(pull -> pull.mergeCommit() != null)
        .filter(pull -> Objects.equals(pull.told().getBaseBranch(), repository.defaultBranch))
        .map(
            pull -> {
              String id = "merge:" + repository.name + "#" + pull.number();
              return attempt("merge", id, pull.mergeCommit(), pull.mergedAt()).build();
            })
        .toList();
  }

  private DeploymentEvent.Builder attempt(String source, String id, String sha, Instant time) {
    return DeploymentEvent.newBuilder()
        .setId(source + " " + id)
        .setProvenance(new Provenance("", "", Instant.EPOCH, "live"))
        .setOccurredAt(time)
        .setFinishedAt(time)
        .setRepository(repository.name)
        .setDeployment(id)
        .setSource(source)
        .setSha(sha)
        .setStatus("succeeded");
  }
}
