package dev.dorado.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CatalogEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Commit;
import dev.dorado.events.CorrectionEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.events.Review;
import dev.dorado.rules.reference.Reference;
import dev.dorado.schemas.TrustedRecords;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * What happened, told in the order in which it happened, as the canonical events that senders would
 * give. Commits have short names; {@link #sha} makes SHAs of them, and {@link #toString} names of
 * SHAs.
 */
public final class History {

  private static final String HOST = "github.com/";
  private static final String PUSH_TO = "refs/heads/";

  static {
    // Events are copied before anything else has used records.
    TrustedRecords.trust();
  }

  private final List<SpecificRecord> events = new ArrayList<>();
  private final Map<String, String> headOf = new HashMap<>();
  private String repository = HOST + "acme/shop";
  private String origin = "live";

  public static History history() {
    return new History();
  }

  /** A time in UTC, as 2026-01-05T10:00. */
  public static Instant at(String text) {
    return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  /** 40 hexadecimal digits: the letters of the name, filled with zeros. */
  public static String sha(String name) {
    String hex = HexFormat.of().formatHex(name.getBytes(UTF_8));
    return hex + "0".repeat(40 - hex.length());
  }

  /** A commit; unless told otherwise it was made ten minutes before it was pushed. */
  public static CommitSpec commit(String name) {
    return new CommitSpec(name);
  }

  public static final class CommitSpec {
    private final String name;
    private String message;
    private String author = "ann";
    private Instant authoredAt;
    private Instant committedAt;
    private List<String> files;
    private List<String> parents;
    private Long pullRequest;
    private String timeFrom;

    private CommitSpec(String name) {
      this.name = name;
      this.message = "Work on " + name;
    }

    String name() {
      return name;
    }

    CommitSpec message(String text) {
      message = text;
      return this;
    }

    CommitSpec by(String login) {
      author = login;
      return this;
    }

    CommitSpec made(Instant time) {
      authoredAt = time;
      committedAt = time;
      return this;
    }

    CommitSpec authored(Instant time) {
      authoredAt = time;
      return this;
    }

    /** It has no time of its own: that of its head, push or receipt stands for it. */
    CommitSpec timeFrom(String origin) {
      timeFrom = origin;
      return this;
    }

    CommitSpec files(String... paths) {
      files = List.of(paths);
      return this;
    }

    CommitSpec parents(String... names) {
      parents = Arrays.stream(names).map(History::sha).toList();
      return this;
    }

    CommitSpec pullRequest(long number) {
      pullRequest = number;
      return this;
    }

    private Commit commit(Instant pushed) {
      Instant made = committedAt == null ? pushed.minus(Duration.ofMinutes(10)) : committedAt;
      return Commit.newBuilder()
          .setSha(sha(name))
          .setMessage(message)
          .setAuthor(author)
          .setAuthoredAt(authoredAt == null ? made : authoredAt)
          .setCommittedAt(made)
          .setFiles(files)
          .setParents(parents)
          .setPullRequest(pullRequest)
          .setTimeFrom(timeFrom)
          .build();
    }
  }

  public List<SpecificRecord> events() {
    return events;
  }

  /** The facts, on whose decisions the topology's steps and the reference agree. */
  public Facts facts() {
    return facts(RuleSettings.defaults());
  }

  /** The facts under these settings. */
  public Facts facts(RuleSettings settings) {
    Facts facts = FactsInMemory.of(events, settings);
    var decided = Decided.of(Reference.factsOf(events, settings));
    var differences = decided.differences(Decided.of(facts.all().values()));
    if (!differences.isEmpty()) {
      throw new AssertionError(
          "the topology differs from the reference:\n%s\nin\n%s"
              .formatted(String.join("\n", differences), this));
    }
    return facts;
  }

  /** What the reference decides. */
  public Decided decided() {
    return Decided.of(Reference.factsOf(events, RuleSettings.defaults()));
  }

  /** What follows happens in this repository, as acme/shop. */
  public History repository(String name) {
    repository = HOST + name;
    return this;
  }

  public String repository() {
    return repository;
  }

  /** What follows comes by backfill. */
  public History backfilled() {
    origin = "backfill";
    return this;
  }

  /** What follows comes live. */
  public History live() {
    origin = "live";
    return this;
  }

  /** A push that continues what the branch had before. */
  public History push(String branch, Instant time, CommitSpec... commits) {
    return push(branch, time, push -> {}, commits);
  }

  public History push(
      String branch, Instant time, Consumer<PushEvent.Builder> change, CommitSpec... commits) {
    String before = headOf.get(repository + " " + branch);
    String after = sha(commits[commits.length - 1].name);
    var push =
        PushEvent.newBuilder()
            .setProvenance(provenance("github"))
            .setOccurredAt(time)
            .setRepository(repository)
            .setRef(PUSH_TO + branch)
            .setDefaultBranch("main")
            .setPushedAt(time)
            .setBefore(before)
            .setAfter(after)
            .setHead(after)
            .setForced(false)
            .setCommits(Arrays.stream(commits).map(spec -> spec.commit(time)).toList())
            .setTotalCommits(commits.length)
            .setId("");
    change.accept(push);
    push.setId(
        "push " + push.getRef() + push.getBefore() + ".." + push.getAfter() + push.getPushedAt());
    headOf.put(repository + " " + branch, push.getAfter());
    return add(push.build());
  }

  /** A forced push of a branch to commits that may be known or new. */
  public History forcePush(String branch, Instant time, CommitSpec... commits) {
    return push(branch, time, push -> push.setForced(true), commits);
  }

  /** A tag is made or moved. */
  public History tag(String name, String commit, Instant time) {
    return add(
        PushEvent.newBuilder()
            .setId("tag " + repository + name + commit + time)
            .setProvenance(provenance("github"))
            .setOccurredAt(time)
            .setRepository(repository)
            .setRef("refs/tags/" + name)
            .setDefaultBranch("main")
            .setPushedAt(time)
            .setAfter(sha(commit))
            .setHead(sha(commit))
            .setForced(false)
            .setCommits(List.of())
            .build());
  }

  /** Opens a pull request of a branch of the repository into main. */
  public PullRequestSpec pullRequest(long number) {
    return new PullRequestSpec(this, number);
  }

  /** Tells what happens to a pull request; ends with {@link #merged} or {@link #unmerged}. */
  public static final class PullRequestSpec {
    private final History history;
    private final long number;
    private final List<String> labels = new ArrayList<>();
    private String branch;
    private String head;
    private String base = "main";
    private String title;
    private String description;
    private String author = "ann";
    private Integer commitCount = 1;
    private String squashCommit;
    private Boolean draft;
    private Boolean authorBot;
    private Instant openedAt;
    private Instant last;

    private PullRequestSpec(History history, long number) {
      this.history = history;
      this.number = number;
      this.title = "Pull request " + number;
      this.branch = "feature/" + number;
    }

    PullRequestSpec from(String name, String headCommit) {
      branch = name;
      head = headCommit;
      return this;
    }

    PullRequestSpec into(String name) {
      base = name;
      return this;
    }

    PullRequestSpec titled(String text) {
      title = text;
      return this;
    }

    PullRequestSpec described(String text) {
      description = text;
      return this;
    }

    PullRequestSpec by(String login) {
      author = login;
      return this;
    }

    /** Its author is a bot, as a sender reports. */
    PullRequestSpec byBot() {
      authorBot = true;
      return this;
    }

    /** What follows happens while it is a draft, as senders report that report it with all else. */
    PullRequestSpec draft(boolean is) {
      draft = is;
      return this;
    }

    /** It is ready for review, as senders report that report just that. */
    PullRequestSpec ready(Instant time) {
      draft = false;
      return event("updated", time, event -> event.setReadyAt(time));
    }

    /** Something is changed, the title say. */
    PullRequestSpec updated(Instant time) {
      return event("updated", time, event -> {});
    }

    PullRequestSpec labelled(String label) {
      labels.add(label);
      return this;
    }

    PullRequestSpec commits(Integer count) {
      commitCount = count;
      return this;
    }

    /** Its commits are squashed into this one before its merge commit, as GitLab reports. */
    PullRequestSpec squashedInto(String commit) {
      squashCommit = commit;
      return this;
    }

    PullRequestSpec opened(Instant time) {
      openedAt = time;
      return event("opened", time, event -> {});
    }

    PullRequestSpec reviewed(Instant time, String reviewer) {
      return reviewed(time, reviewer, null);
    }

    PullRequestSpec reviewed(Instant time, String reviewer, Boolean bot) {
      var review = new Review(reviewer + time, reviewer, "approved", time, bot);
      return event("reviewed", time, event -> event.setReview(review));
    }

    /** A label is set or taken off: the labels at a time. */
    PullRequestSpec labels(Instant time, String... now) {
      labels.clear();
      labels.addAll(List.of(now));
      return event("labeled", time, event -> {});
    }

    /** Merged; the push of the merge is told apart from it. */
    History merged(Instant time, String mergeCommit) {
      if (openedAt == null) {
        opened(time.minus(Duration.ofMinutes(5)));
      }
      event(
          "merged",
          time,
          event ->
              event
                  .setMerged(true)
                  .setMergedAt(time)
                  .setClosedAt(time)
                  .setMergeCommitSha(sha(mergeCommit))
                  .setSquashCommitSha(squashCommit == null ? null : sha(squashCommit)));
      return history;
    }

    History unmerged() {
      return history;
    }

    PullRequestSpec event(
        String transition, Instant time, Consumer<PullRequestEvent.Builder> change) {
      last = time;
      var event =
          PullRequestEvent.newBuilder()
              .setId("pull " + history.repository + number + transition + time)
              .setProvenance(history.provenance("github"))
              .setOccurredAt(last)
              .setRepository(history.repository)
              .setNumber(number)
              .setTransition(transition)
              .setTitle(title)
              .setDescription(description)
              .setAuthor(author)
              .setUrl("https://" + history.repository + "/pull/" + number)
              .setHeadRepository(history.repository)
              .setHeadBranch(branch)
              .setHeadSha(head == null ? null : sha(head))
              .setBaseBranch(base)
              .setOpenedAt(openedAt)
              .setMerged(false)
              .setCommitCount(commitCount)
              .setDraft(draft)
              .setAuthorBot(authorBot)
              .setLabels(List.copyOf(labels));
      change.accept(event);
      history.add(event.build());
      return this;
    }
  }

  /** A deployment to production that took five minutes. */
  public History deploy(String id, String commit, Instant finish) {
    return deploy(id, commit, "production", finish.minus(Duration.ofMinutes(5)), finish);
  }

  public History deploy(
      String id, String commit, String environment, Instant start, Instant finish) {
    return deploy(id, commit, environment, start, finish, event -> {});
  }

  /** A deployment of which more is known; the commit may be null. */
  public History deploy(
      String id,
      String commit,
      String environment,
      Instant start,
      Instant finish,
      Consumer<DeploymentEvent.Builder> change) {
    attempt(id, commit, environment, "started", start, start, change);
    return attempt(id, commit, environment, "succeeded", start, finish, change);
  }

  public History failedRollout(String id, String commit, Instant start, Instant finish) {
    attempt(id, commit, "production", "started", start, start, event -> {});
    return attempt(id, commit, "production", "failed", start, finish, event -> {});
  }

  /** A single event of an attempt. */
  public History attempt(
      String id,
      String commit,
      String environment,
      String status,
      Instant start,
      Instant time,
      Consumer<DeploymentEvent.Builder> change) {
    boolean finished = status.equals("succeeded") || status.equals("failed");
    var event =
        DeploymentEvent.newBuilder()
            .setId("")
            .setProvenance(new Provenance("", "", Instant.EPOCH, ""))
            .setOccurredAt(time)
            .setDeployment(id)
            .setRepository(repository)
            .setEnvironment(environment)
            .setSha(commit == null ? null : sha(commit))
            .setStatus(status)
            .setStartedAt(start)
            .setFinishedAt(finished ? time : null);
    change.accept(event);
    event.setId("deployment " + id + status + time + event.build().hashCode());
    return add(event.setProvenance(provenance("github")).build());
  }

  /** An incident that the repository's issues tell of; resolved may be null. */
  public History incident(String id, Instant started, Instant resolved) {
    return incident(id, started, resolved, event -> {});
  }

  public History incident(
      String id, Instant started, Instant resolved, Consumer<IncidentEvent.Builder> change) {
    incidentEvent(id, "opened", started, change.andThen(event -> event.setStartedAt(started)));
    return resolved == null
        ? this
        : incidentEvent(
            id, "resolved", resolved, change.andThen(event -> event.setResolvedAt(resolved)));
  }

  /** A single event of an incident. */
  public History incidentEvent(
      String id, String transition, Instant time, Consumer<IncidentEvent.Builder> change) {
    var event =
        IncidentEvent.newBuilder()
            .setId("incident " + id + transition + time)
            .setProvenance(provenance("github"))
            .setOccurredAt(time)
            .setIncident(id)
            .setRepository(repository)
            .setTransition(transition);
    change.accept(event);
    return add(event.build());
  }

  public History catalog(String service, Instant time, Consumer<CatalogEvent.Builder> change) {
    var event =
        CatalogEvent.newBuilder()
            .setId("")
            .setProvenance(provenance("catalog"))
            .setOccurredAt(time)
            .setService(service)
            .setRepository(repository);
    change.accept(event);
    event.setId("catalog " + service + time + event.build().hashCode());
    return add(event.build());
  }

  /** Somebody corrects what the rules say of acme/shop. */
  public History corrected(
      String id, Instant time, String action, Consumer<CorrectionEvent.Builder> change) {
    var event =
        CorrectionEvent.newBuilder()
            .setId(id)
            .setProvenance(provenance("corrections"))
            .setOccurredAt(time)
            .setCorrection(id)
            .setService("acme/shop")
            .setAction(action)
            .setReason("because of " + id);
    change.accept(event);
    return add(event.build());
  }

  public History artifact(String artifact, String commit, Instant time) {
    return add(
        ArtifactEvent.newBuilder()
            .setId("artifact " + artifact + time)
            .setProvenance(provenance("cdevents"))
            .setOccurredAt(time)
            .setArtifact(artifact)
            .setRepository(repository)
            .setSha(sha(commit))
            .build());
  }

  public History run(String id, String branch, String outcome, Instant started, Instant finished) {
    var event =
        CiRunEvent.newBuilder()
            .setProvenance(provenance("github"))
            .setRun(id)
            .setAttempt(1)
            .setRepository(repository)
            .setWorkflow("build")
            .setBranch(branch);
    add(
        event
            .setId("run " + repository + id + "started")
            .setOccurredAt(started)
            .setStatus("started")
            .setStartedAt(started)
            .build());
    return add(
        event
            .setId("run " + repository + id + "finished")
            .setOccurredAt(finished)
            .setStatus("finished")
            .setOutcome(outcome)
            .setFinishedAt(finished)
            .build());
  }

  /** What was told so far is told otherwise. */
  public History told(UnaryOperator<List<SpecificRecord>> otherwise) {
    List<SpecificRecord> changed = otherwise.apply(List.copyOf(events));
    events.clear();
    events.addAll(changed);
    return this;
  }

  /**
   * Pull requests of which was told so far name commits by twelve digits, as on Bitbucket Cloud.
   */
  public History shortened() {
    return told(events -> events.stream().map(History::shortened).toList());
  }

  private static SpecificRecord shortened(SpecificRecord event) {
    return event instanceof PullRequestEvent pull
        ? PullRequestEvent.newBuilder(pull)
            .setHeadSha(shortened(pull.getHeadSha()))
            .setMergeCommitSha(shortened(pull.getMergeCommitSha()))
            .build()
        : event;
  }

  private static String shortened(String sha) {
    return sha == null ? null : sha.substring(0, 12);
  }

  public History add(SpecificRecord event) {
    events.add(event);
    return this;
  }

  public Provenance provenance(String sender) {
    return new Provenance(sender, "delivery-" + events.size(), Instant.EPOCH, origin);
  }

  /** The events for people: a line each, with the names of the commits. */
  @Override
  public String toString() {
    return events.stream().map(History::readable).collect(Collectors.joining("\n"));
  }

  public static String readable(SpecificRecord event) {
    var text = new StringBuilder();
    for (var field : event.getSchema().getFields()) {
      Object value = event.get(field.pos());
      boolean silent =
          value == null
              || value.equals(List.of())
              || value.equals(Map.of())
              || field.name().equals("id")
              || field.name().equals("url");
      if (value instanceof Provenance provenance) {
        text.append(provenance.getOrigin().equals("live") ? "" : " backfilled");
      } else if (!silent) {
        text.append(' ').append(field.name()).append('=').append(readable(value));
      }
    }
    return event.getSchema().getName() + " " + named(text.toString());
  }

  private static Object readable(Object value) {
    if (value instanceof List<?> values && values.stream().allMatch(Commit.class::isInstance)) {
      return values.stream()
          .map(Commit.class::cast)
          .map(
              c ->
                  c.getSha()
                      + " \""
                      + c.getMessage()
                      + "\" "
                      + c.getCommittedAt()
                      + " "
                      + c.getFiles())
          .toList();
    }
    return value;
  }

  /** Puts the names of commits in the place of their SHAs. */
  public static String named(String text) {
    return Pattern.compile("\\b((?:[0-9a-f]{2})+?)(?:00)+\\b")
        .matcher(text)
        .replaceAll(
            match ->
                match.group().length() == 40
                    ? new String(HexFormat.of().parseHex(match.group(1)), UTF_8)
                    : match.group());
  }
}
