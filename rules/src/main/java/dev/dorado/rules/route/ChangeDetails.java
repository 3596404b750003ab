package dev.dorado.rules.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.events.Commit;
import dev.dorado.rules.RuleSettings;
import dev.dorado.steps.Place;
import dev.dorado.steps.RoutedChange;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Collects the details of a change: the times and files of its commits, and what its texts state
 * (S6, L1, F4, F5).
 */
final class ChangeDetails {

  private static final String HMAC = "HmacSHA256";
  private static final int PSEUDONYM_BYTES = 8;

  /** A few commits are listed as evidence, even if a push has thousands. */
  private static final int MOST_COMMITS_MARKED = 3;

  private final String repository;
  private final Branches branches;
  private final PullRequests pullRequests;
  private final RuleSettings settings;
  private final RevertWording wording;
  private final Map<String, String> pseudonyms = new HashMap<>();

  ChangeDetails(
      String repository, Branches branches, PullRequests pullRequests, RuleSettings settings) {
    this.repository = repository;
    this.branches = branches;
    this.pullRequests = pullRequests;
    this.settings = settings;
    this.wording = new RevertWording(repository);
  }

  /**
   * A change before what other changes say of it.
   *
   * @param statesRevert whether its title or branch states that it is a revert
   * @param statesRevertOfRevert whether its title or branch states the revert of a revert
   * @param reverts what it states that it reverts: SHAs, or #numbers
   * @param repeatedTitle the title of what it reverts, where it says no more; or null
   */
  record Change(
      RoutedChange routed,
      boolean statesRevert,
      boolean statesRevertOfRevert,
      List<String> reverts,
      String repeatedTitle) {}

  /** The id of a commit as a change. */
  static String loneId(String repository, String sha) {
    return repository + "@" + sha;
  }

  /**
   * A merged pull request.
   *
   * @param offDefault whether its merge commit is known on no default branch
   */
  Change ofPullRequest(PullRequest pullRequest, List<Place> places, boolean offDefault) {
    String merge = pullRequest.mergeCommit();
    var commits = pullRequests.knownCommitsOf(pullRequest);
    Set<String> files = new TreeSet<>();
    for (var commit : commits) {
      if (commit.getFiles() != null) {
        files.addAll(commit.getFiles());
      }
    }
    String title = pullRequest.title();
    String branch = pullRequest.headBranch();
    String author = pullRequest.author();
    var change =
        RoutedChange.newBuilder()
            .setId(pullRequest.id())
            .setRepository(repository)
            .setSha(merge == null ? Objects.requireNonNullElse(pullRequest.headSha(), "") : merge)
            .setPullRequest(pullRequest.number())
            .setTitle(title)
            .setBranch(pullRequest.baseBranch())
            .setUrl(pullRequest.url())
            .setBot(pullRequest.authorBot() || settings.isBot(author))
            .setContributor(pullRequest.authorBot() ? null : contributor(author))
            .setBackfillOnly(isBackfillOnly(pullRequest))
            .setOffDefault(offDefault && !baseIsDefault(pullRequest))
            .setPlaces(places)
            .setCommits(pullRequests.commitsOf(pullRequest))
            .setFirstCommitAt(firstCommit(pullRequest, commits))
            .setOpenedAt(pullRequest.openedAt())
            .setFirstReviewAt(pullRequest.firstReviewAt())
            .setReadyAt(pullRequest.readyAt())
            .setMergedAt(pullRequest.mergedAt())
            .setFiles(files.isEmpty() ? null : List.copyOf(files))
            .setHotfix(Texts.hotfix(title, branch, pullRequest.labels(), settings.hotfixLabels()))
            .setFix(Texts.fix(title, branch, pullRequest.labels(), settings.fixLabels()))
            .setRevert(false)
            .setReverts(List.of())
            .setMentions(Texts.mentions(title, pullRequest.description()))
            .setMarks(marks(merge, commits))
            .build();
    return withReverts(change, title, branch, textsOf(pullRequest, commits));
  }

  /**
   * A commit that belongs to no pull request.
   *
   * @param at where it stands, at least once, by branch
   */
  Change ofLoneCommit(String sha, List<Branches.Entry> at) {
    Commit commit = branches.commit(sha);
    Branches.Entry first =
        at.stream()
            .filter(entry -> branches.isDefault(entry.branch()))
            .findFirst()
            .orElse(at.get(0));
    List<String> names = at.stream().map(Branches.Entry::branch).toList();
    List<Place> places = at.stream().map(branches::place).toList();
    String message = commit == null ? "" : commit.getMessage();
    String title = Texts.firstLine(message);
    String author = commit == null ? null : commit.getAuthor();
    boolean filesKnown =
        commit != null && commit.getFiles() != null && !commit.getFiles().isEmpty();
    var change =
        RoutedChange.newBuilder()
            .setId(loneId(repository, sha))
            .setRepository(repository)
            .setSha(sha)
            .setPullRequest(null)
            .setTitle(title.isEmpty() ? null : title)
            .setBranch(first.branch())
            .setUrl(null)
            .setBot(settings.isBot(author))
            .setContributor(contributor(author))
            .setBackfillOnly(isBackfillOnly(sha, false))
            .setOffDefault(places.stream().noneMatch(Place::getDefaultBranch))
            .setPlaces(places)
            .setCommits(List.of(sha))
            .setFirstCommitAt(commit == null ? null : commitTime(commit))
            .setOpenedAt(null)
            .setFirstReviewAt(null)
            .setMergedAt(first.time())
            .setFiles(filesKnown ? commit.getFiles().stream().sorted().toList() : null)
            .setHotfix(of(names, name -> Texts.hotfix(title, name, List.of(), Set.of())))
            .setFix(of(names, name -> Texts.fix(title, name, List.of(), Set.of())))
            .setRevert(false)
            .setReverts(List.of())
            .setMentions(Texts.mentions(message))
            .setMarks(marks(sha, commit == null ? List.of() : List.of(commit)))
            .build();
    return withReverts(change, title, null, message);
  }

  private Change withReverts(RoutedChange change, String title, String branch, String... texts) {
    List<String> reverts = wording.reverted(title, branch, texts);
    return new Change(
        change,
        RevertWording.isRevert(title, branch),
        RevertWording.isRevertOfRevert(title, branch),
        reverts,
        title == null || !reverts.isEmpty() ? null : RevertWording.repeated(title));
  }

  /** What the first branch says that says something: a hotfix stays one when it is merged back. */
  private static String of(List<String> branches, UnaryOperator<String> reason) {
    return branches.stream().map(reason).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** P1: a pseudonym, the same for the same person and key; null of bots and the unknown. */
  private String contributor(String author) {
    if (author == null || settings.isBot(author)) {
      return null;
    }
    return pseudonyms.computeIfAbsent(author.toLowerCase(Locale.ROOT), this::pseudonym);
  }

  private String pseudonym(String author) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(settings.contributorKey().getBytes(UTF_8), HMAC));
      byte[] hash = mac.doFinal(author.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, PSEUDONYM_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }

  /** Texts in which a pull request may say what it reverts: a single commit speaks for it. */
  private static String[] textsOf(PullRequest pullRequest, List<Commit> commits) {
    List<String> texts = new ArrayList<>();
    texts.add(pullRequest.description());
    boolean single = pullRequest.commitCount() == 1;
    for (var commit : commits) {
      if (single || pullRequest.isOfMerge(commit.getSha())) {
        texts.add(commit.getMessage());
      }
    }
    return texts.toArray(new String[0]);
  }

  /**
   * The earliest authored commit in it; never the squash or merge commit itself (rule L1), unless
   * that is all that was ever heard of it, and a further merge only if there is nothing else.
   */
  private Instant firstCommit(PullRequest pullRequest, List<Commit> commits) {
    List<Commit> work =
        commits.stream().filter(commit -> pullRequest.isWork(commit.getSha())).toList();
    List<Commit> made =
        work.stream().filter(commit -> !pullRequests.isMerge(commit.getSha())).toList();
    boolean nothingElse = pullRequest.openedAt() == null && work.isEmpty();
    return (nothingElse ? commits : made.isEmpty() ? work : made)
        .stream()
            .map(ChangeDetails::authorTime)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null);
  }

  private static Instant authorTime(Commit commit) {
    return commit.getAuthoredAt() == null ? commit.getCommittedAt() : commit.getAuthoredAt();
  }

  private static Instant commitTime(Commit commit) {
    return commit.getCommittedAt() == null ? commit.getAuthoredAt() : commit.getCommittedAt();
  }

  /**
   * A force-push withdraws nothing and is marked (S1); so is a commit whose time is not its own,
   * since the lead time may begin there (E2).
   */
  private List<String> marks(String sha, List<Commit> commits) {
    List<String> marks = new ArrayList<>();
    if (sha != null) {
      branches.everywhere(sha).stream()
          .filter(Branches.Entry::forced)
          .map(entry -> "a force-push brought it to %s (S1)".formatted(entry.branch()))
          .forEach(marks::add);
    }
    commits.stream()
        .filter(commit -> commit.getTimeFrom() != null)
        .map(
            commit ->
                "commit %s has no time of its own: that of %s stands for it (E2)"
                    .formatted(
                        commit.getSha().substring(0, Math.min(7, commit.getSha().length())),
                        timeOf(commit)))
        .limit(MOST_COMMITS_MARKED)
        .forEach(marks::add);
    return marks;
  }

  private static String timeOf(Commit commit) {
    return switch (commit.getTimeFrom()) {
      case "head" -> "the head of its push";
      case "push" -> "its push";
      default -> "its receipt";
    };
  }

  private boolean baseIsDefault(PullRequest pullRequest) {
    String main = branches.defaultBranch();
    return pullRequest.baseBranch() != null
        && (main == null || pullRequest.baseBranch().equals(main));
  }

  /** Whether a pull request came by backfill only (rule S5). */
  boolean isBackfillOnly(PullRequest pullRequest) {
    return isBackfillOnly(pullRequest.mergeCommit(), pullRequest.live());
  }

  /** Whether a change came by backfill only: nothing live tells of it (rule S5). */
  private boolean isBackfillOnly(String sha, boolean live) {
    if (live || sha == null) {
      return !live;
    }
    return branches.everywhere(sha).stream().allMatch(Branches.Entry::backfill);
  }
}
