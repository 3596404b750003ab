package dev.dorado.standalone.demo;

import dev.dorado.standalone.demo.PlannedChange.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The story of one repository: branches, pull requests, reviews, merges, incidents. What happens to
 * a service once its changes are on main is told by its {@link ServiceStory}. Not thread-safe.
 */
final class RepositoryStory {

  /** Pull requests and issues of an old repository from before its webhook was set up. */
  private static final long FIRST_NUMBER = 240;

  private final DemoRepository repository;
  private final Timeline timeline;
  private final Chance chance;
  private final Consumer<DemoDelivery> told;
  private final GitHubHook gitHub;
  private final Map<DemoService, ServiceStory> services = new LinkedHashMap<>();

  private String head;
  private long lastNumber;
  private long lastRun;

  RepositoryStory(
      DemoRepository repository,
      Timeline timeline,
      Chance chance,
      BadWeeks badWeeks,
      Consumer<DemoDelivery> told) {
    this.repository = repository;
    this.timeline = timeline;
    this.chance = chance;
    this.told = told;
    this.gitHub = new GitHubHook(repository);
    this.head = chance.hex(40);
    boolean isOld = repository.services().stream().anyMatch(DemoService::isDeployed);
    this.lastNumber = isOld ? FIRST_NUMBER : 0;
    this.lastRun = repository.id() * 1_000_000;
    var reports = new RolloutReports(repository, gitHub);
    for (DemoService service : repository.services()) {
      services.put(
          service, new ServiceStory(service, this, reports, timeline, chance, badWeeks, told));
    }
  }

  /** The stories of its services. */
  Map<DemoService, ServiceStory> services() {
    return services;
  }

  /** What main is at this moment. */
  String head() {
    return head;
  }

  /** The hook is set up. */
  void begin(Instant at) {
    told.accept(gitHub.ping(at));
  }

  /** Somebody sets out to make a change at {@code at}. */
  void begin(Instant at, PlannedChange plan) {
    Person author =
        plan.kind() == Kind.UPDATE ? Person.DEPENDABOT : chance.pick(repository.people());
    Instant open = plan.isUrgent() ? at.plus(chance.minutes(12, 45)) : ready(at, plan);
    int count = plan.isUrgent() || author.isBot() ? 1 : 1 + chance.count(1.1);
    Duration step = Duration.between(at, open).dividedBy(count + 1L);
    List<String> files = plan.files().isEmpty() ? anyFiles(plan.service()) : plan.files();
    List<DemoCommit> commits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String message = i == 0 ? message(plan) : "Continue: " + plan.title();
      Instant written = at.plusSeconds(step.toSeconds() * i);
      commits.add(new DemoCommit(chance.hex(40), message, author, written, files));
    }
    timeline.at(open, () -> open(open, plan, author, commits));
  }

  /** Opens an incident for {@code service}. */
  DemoIncident openIncident(Instant at, DemoService service, String severity, String text) {
    List<String> labels = new ArrayList<>(List.of("incident", severity));
    if (repository.isShared()) {
      labels.add("service:" + service.name());
    }
    var incident =
        new DemoIncident(
            ++lastNumber,
            service.name() + ": " + text,
            "Seen by the alerts of " + service.name() + ".",
            labels,
            chance.pick(repository.people()),
            at);
    told.accept(gitHub.issue(at, "opened", incident, incident.author()));
    return incident;
  }

  /** Closes an incident; {@code incident} has the text that it has by then. */
  void closeIncident(Instant at, DemoIncident incident) {
    told.accept(gitHub.issue(at, "closed", incident, chance.pick(repository.people())));
  }

  private Instant ready(Instant at, PlannedChange plan) {
    if (plan.kind() == Kind.UPDATE) {
      return at;
    }
    double hours = plan.service().paceAt(at).codingHours();
    return OfficeHours.after(at, chance.around(plan.kind() == Kind.FIX ? hours / 2 : hours));
  }

  private void open(Instant at, PlannedChange plan, Person author, List<DemoCommit> commits) {
    long number = ++lastNumber;
    String branch = plan.kind().branchPrefix() + Phrases.slug(plan.title()) + "-" + number;
    var pull =
        new DemoPullRequest(
            number,
            plan.title(),
            plan.body(),
            branch,
            author,
            plan.kind().labels(),
            head,
            at.plusSeconds(90),
            commits);
    told.accept(gitHub.push(at, branch, null, commits, author));
    timeline.at(
        pull.openedAt(),
        () -> told.accept(gitHub.pullRequest(pull.openedAt(), "opened", pull, author)));
    if (chance.happens(0.4)) {
      run(pull.openedAt(), "pull_request", branch, pull.head(), chance.happens(0.88));
    }

    Instant review =
        plan.isUrgent()
            ? pull.openedAt().plus(chance.minutes(3, 15))
            : OfficeHours.after(
                pull.openedAt(), chance.around(plan.service().paceAt(at).pickupHours()));
    timeline.at(review, () -> review(review, plan, pull, reviewer(author)));
  }

  private void review(Instant at, PlannedChange plan, DemoPullRequest pull, Person reviewer) {
    boolean ordinary = plan.kind() == Kind.FEATURE || plan.kind() == Kind.FIX;
    if (plan.kind() == Kind.FEATURE && chance.happens(0.03)) {
      told.accept(gitHub.closed(at, pull, pull.author()));
    } else if (ordinary && chance.happens(0.2)) {
      told.accept(gitHub.review(at, pull, "changes_requested", reviewer));
      Instant again = OfficeHours.after(at, chance.minutes(30, 240));
      timeline.at(again, () -> improve(again, plan, pull, reviewer));
    } else {
      approve(at, plan, pull, reviewer);
    }
  }

  private void improve(Instant at, PlannedChange plan, DemoPullRequest pull, Person reviewer) {
    var commit =
        new DemoCommit(
            chance.hex(40),
            "Do what the review asks for",
            pull.author(),
            at.minusSeconds(600),
            pull.head().files());
    List<DemoCommit> all = new ArrayList<>(pull.commits());
    all.add(commit);
    DemoPullRequest improved = pull.withCommits(all);
    told.accept(gitHub.push(at, pull.branch(), pull.head().sha(), List.of(commit), pull.author()));
    told.accept(gitHub.pullRequest(at, "synchronize", improved, pull.author()));
    Instant approved = OfficeHours.after(at, chance.minutes(15, 150));
    timeline.at(approved, () -> approve(approved, plan, improved, reviewer));
  }

  private void approve(Instant at, PlannedChange plan, DemoPullRequest pull, Person reviewer) {
    told.accept(gitHub.review(at, pull, "approved", reviewer));
    Instant merge =
        plan.isUrgent()
            ? at.plus(chance.minutes(1, 6))
            : OfficeHours.after(at, chance.minutes(3, 70));
    Person by = pull.author().isBot() ? reviewer : pull.author();
    timeline.at(merge, () -> merge(merge, plan, pull, by));
  }

  private void merge(Instant at, PlannedChange plan, DemoPullRequest pull, Person by) {
    Set<String> files = new LinkedHashSet<>();
    pull.commits().forEach(commit -> files.addAll(commit.files()));
    List<DemoCommit> landed = landed(at, pull, by, List.copyOf(files));
    String before = head;
    head = landed.get(landed.size() - 1).sha();
    told.accept(gitHub.push(at, "main", before, landed, by));
    told.accept(gitHub.merged(at, pull, head, by));
    run(at, "push", "main", landed.get(landed.size() - 1), chance.happens(0.95));
    var merged = new MergedChange(plan, pull, head, List.copyOf(files));
    services.get(plan.service()).merged(at, merged);
  }

  /** The commits that come to main, oldest first. */
  private List<DemoCommit> landed(Instant at, DemoPullRequest pull, Person by, List<String> files) {
    return switch (repository.method()) {
      case SQUASH -> {
        String message = pull.title() + " (#" + pull.number() + ")\n\n" + pull.body();
        yield List.of(new DemoCommit(chance.hex(40), message.strip(), pull.author(), at, files));
      }
      case REBASE ->
          pull.commits().stream()
              .map(c -> new DemoCommit(chance.hex(40), c.message(), c.author(), at, c.files()))
              .toList();
      case MERGE_COMMIT -> {
        List<DemoCommit> commits = new ArrayList<>(pull.commits());
        String message =
            "Merge pull request #%d from %s/%s%n%n%s"
                .formatted(pull.number(), repository.owner(), pull.branch(), pull.title());
        commits.add(new DemoCommit(chance.hex(40), message.replace("\r", ""), by, at, List.of()));
        yield commits;
      }
    };
  }

  private void run(Instant at, String event, String branch, DemoCommit commit, boolean succeeded) {
    long id = ++lastRun;
    Instant start = at.plusSeconds(15);
    Instant end = start.plus(chance.minutes(4, 14));
    timeline.at(
        end,
        () ->
            told.accept(
                gitHub.workflowRun(
                    id, start, end, event, branch, commit.sha(), succeeded, commit.author())));
  }

  private Person reviewer(Person author) {
    List<Person> others =
        repository.people().stream().filter(person -> !person.equals(author)).toList();
    return chance.pick(others);
  }

  private List<String> anyFiles(DemoService service) {
    Set<String> files = new LinkedHashSet<>();
    int count = chance.between(1, 3);
    while (files.size() < count) {
      files.add(service.folder() + chance.pick(repository.files()));
    }
    return List.copyOf(files);
  }

  private static String message(PlannedChange plan) {
    return plan.kind() == Kind.REVERT || plan.kind() == Kind.HOTFIX
        ? plan.title() + "\n\n" + plan.body()
        : plan.title();
  }

  /** An everyday change of {@code service}: mostly something new, sometimes a fix. */
  PlannedChange everyday(DemoService service) {
    if (chance.happens(0.16)) {
      List<String> recent = services.get(service).recentFiles();
      return new PlannedChange(
          service,
          Kind.FIX,
          "fix: " + Phrases.fault(chance),
          "Found while using it.",
          recent,
          Optional.empty());
    }
    return new PlannedChange(
        service, Kind.FEATURE, Phrases.feature(chance), "", List.of(), Optional.empty());
  }

  /** An update of a library, by a bot. */
  PlannedChange update(DemoService service) {
    String library = Phrases.library(chance);
    int minor = chance.between(1, 40);
    return new PlannedChange(
        service,
        Kind.UPDATE,
        "Bump %s from 2.%d.0 to 2.%d.0".formatted(library, minor, minor + 1),
        "Bumps " + library + ".",
        List.of(service.folder() + "pom.xml"),
        Optional.empty());
  }
}
