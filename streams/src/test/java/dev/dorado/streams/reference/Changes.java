package dev.dorado.streams.reference;

import dev.dorado.events.Commit;
import dev.dorado.streams.reference.Repository.Pull;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Rule S6: the changes of a repository, and what their texts say (F4, F5, W2). */
@SuppressWarnings("ReferenceEquality") // each of them is itself, whatever it says
final class Changes {

  /** A position on a branch. */
  record Place(String branch, boolean isDefault, Branch.Position position) {}

  /** A merged pull request, or a commit that belongs to none. */
  static final class Change {
    String id;
    String repository;
    String sha;
    Long pullRequest;
    String title = "";
    String url;
    boolean bot;
    boolean backfillOnly;
    boolean offDefault;
    final Map<String, Place> places = new LinkedHashMap<>();
    final Set<String> commits = new LinkedHashSet<>();
    Instant firstCommitAt;
    Instant openedAt;
    Instant firstReviewAt;
    Instant mergedAt;
    Set<String> files;
    boolean hotfix;
    boolean fix;
    boolean saysRevert;
    boolean revert;
    Set<String> reverts = new TreeSet<>();
    final Set<String> mentions = new TreeSet<>();
  }

  final Map<String, Change> all = new TreeMap<>();

  private final Repository repository;
  private final Events events;

  /** The branches that attempts deployed: only these, and the default one, ship anything. */
  private final Set<String> deployed;

  /** A commit in several belongs to the first merged. */
  private final Map<String, Pull> owner = new HashMap<>();

  private final Map<String, Change> changeOf = new HashMap<>();

  Changes(Repository repository, Set<String> deployed, Events events) {
    this.repository = repository;
    this.deployed = deployed;
    this.events = events;
    Map<Pull, List<String>> commits = new LinkedHashMap<>();
    for (var pull : repository.merged) {
      List<String> own = new ArrayList<>();
      for (String sha : commitsOf(pull)) {
        if (owner.putIfAbsent(sha, pull) == null) {
          own.add(sha);
        }
      }
      commits.put(pull, own);
    }
    commits.forEach(this::addPull);
    addLoneCommits();
    addReverts();
  }

  /** S6: on its base branch, those that are said to be in it, and L1: on its head branch. */
  private Set<String> commitsOf(Pull pull) {
    Set<String> own = new LinkedHashSet<>(onBase(pull));
    own.addAll(pull.listed());
    for (var branch : repository.branches.values()) {
      branch.entries.stream()
          .filter(entry -> Objects.equals(Repository.pullRequestOf(entry), pull.number()))
          .forEach(entry -> own.add(entry.sha()));
    }
    own.addAll(onHead(pull, own));
    return own;
  }

  /**
   * S6: the merge commit, and at most as many entries before it in that push as it has commits,
   * stopping at another's merge commit.
   */
  private Set<String> onBase(Pull pull) {
    Set<String> own = new LinkedHashSet<>();
    if (pull.mergeCommit() == null) {
      return own;
    }
    own.add(pull.mergeCommit());
    var base = repository.branch(pull.told().getBaseBranch());
    var merge = base == null ? null : base.entry(pull.mergeCommit());
    int at = merge == null ? 0 : base.entries.indexOf(merge);
    for (int i = at - 1; i >= 0 && own.size() <= pull.commitCount(); i--) {
      var before = base.entries.get(i);
      boolean another =
          repository.merged.stream().anyMatch(p -> before.sha().equals(p.mergeCommit()));
      if (before.push() != merge.push() || !before.pushed() || another) {
        break;
      }
      own.add(before.sha());
    }
    return own;
  }

  /** L1: the head branch's, back from the head SHA to the base or to another pull request. */
  private Set<String> onHead(Pull pull, Set<String> own) {
    Set<String> found = new LinkedHashSet<>();
    var branch = pull.hasOwnHeadBranch() ? repository.branch(pull.told().getHeadBranch()) : null;
    var head = branch == null ? null : branch.entry(pull.told().getHeadSha());
    var base = repository.branch(pull.told().getBaseBranch());
    int most = pull.commitCount() < 0 ? Integer.MAX_VALUE : pull.commitCount();
    int at = head == null ? -1 : branch.entries.indexOf(head);
    for (int i = at; i >= 0 && found.size() < most; i--) {
      var entry = branch.entries.get(i);
      String sha = entry.sha();
      boolean onBase = base != null && base.entry(sha) != null && !own.contains(sha);
      boolean another =
          repository.merged.stream()
              .filter(p -> p.number() != pull.number())
              .anyMatch(p -> sha.equals(p.mergeCommit()) || sha.equals(p.told().getHeadSha()));
      if (!entry.pushed() || onBase || another) {
        break;
      }
      found.add(sha);
    }
    return found;
  }

  private void addPull(Pull pull, List<String> own) {
    var told = pull.told();
    String merge = pull.mergeCommit();
    var change = new Change();
    change.commits.addAll(own);
    placesOf(merge).forEach(place -> change.places.put(place.branch(), place));
    boolean offDefault = change.places.values().stream().noneMatch(Place::isDefault);
    if (pull.hasOwnHeadBranch()) {
      placesOf(told.getHeadSha()).stream()
          .filter(place -> place.branch().equals(key(told.getHeadBranch())))
          .forEach(place -> change.places.putIfAbsent(place.branch(), place));
    }
    if (merge == null && change.places.isEmpty()) {
      return;
    }
    var known = own.stream().map(repository::commit).filter(Objects::nonNull).toList();
    String main = repository.defaultBranch;
    String base = told.getBaseBranch();
    change.id = repository.name + "#" + pull.number();
    change.sha = Objects.requireNonNullElse(merge == null ? told.getHeadSha() : merge, "");
    change.pullRequest = pull.number();
    change.title = Objects.requireNonNullElse(told.getTitle(), "");
    change.url = told.getUrl();
    change.bot = events.isBot(told.getAuthor());
    change.backfillOnly = !pull.live() && (merge == null || isBackfilled(merge));
    change.offDefault = offDefault && (base == null || (main != null && !base.equals(main)));
    change.firstCommitAt = firstCommit(pull, known);
    change.openedAt = told.getOpenedAt();
    change.firstReviewAt = pull.firstReviewAt();
    change.mergedAt = pull.mergedAt();
    change.files = files(known);
    change.hotfix =
        says(change.title, HOTFIX_TITLE)
            || says(told.getHeadBranch(), HOTFIX_BRANCH)
            || labelled(pull, events.settings.hotfixLabels());
    change.fix =
        says(change.title, FIX_TITLE)
            || says(told.getHeadBranch(), FIX_BRANCH)
            || labelled(pull, events.settings.fixLabels());
    addMentions(change, told.getTitle(), told.getDescription());
    Set<String> texts = new LinkedHashSet<>();
    texts.add(told.getDescription());
    for (var commit : known) {
      if (pull.commitCount() == 1 || commit.getSha().equals(merge)) {
        texts.add(commit.getMessage());
      }
    }
    add(change, texts);
  }

  private static boolean labelled(Pull pull, Set<String> words) {
    return pull.labels().stream().anyMatch(l -> words.contains(l.toLowerCase(Locale.ROOT)));
  }

  /**
   * L1: the earliest authored commit known to be in it; never the squash or merge commit itself,
   * unless that is all that was ever heard of it.
   */
  private static Instant firstCommit(Pull pull, List<Commit> known) {
    var others =
        known.stream().filter(commit -> !commit.getSha().equals(pull.mergeCommit())).toList();
    boolean nothingElse = others.isEmpty() && pull.told().getOpenedAt() == null;
    return (nothingElse ? known : others)
        .stream()
            .map(c -> c.getAuthoredAt() == null ? c.getCommittedAt() : c.getAuthoredAt())
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null);
  }

  private static Set<String> files(Collection<Commit> commits) {
    Set<String> files = new TreeSet<>();
    commits.stream()
        .filter(commit -> commit.getFiles() != null)
        .forEach(commit -> files.addAll(commit.getFiles()));
    return files.isEmpty() ? null : files;
  }

  /** S5: whether nothing live tells of a commit. */
  private boolean isBackfilled(String sha) {
    return repository.branchesOf(sha).stream().allMatch(branch -> branch.entry(sha).backfill());
  }

  private String key(String branch) {
    return repository.name + ":" + branch;
  }

  private List<Place> placesOf(String sha) {
    return sha == null
        ? List.of()
        : repository.branchesOf(sha).stream()
            .filter(b -> repository.isDefault(b) || deployed.contains(b.name))
            .map(b -> place(repository, b, b.entry(sha)))
            .toList();
  }

  static Place place(Repository repository, Branch branch, Branch.Entry entry) {
    return new Place(
        repository.name + ":" + branch.name, repository.isDefault(branch), entry.position());
  }

  private void addLoneCommits() {
    Set<String> lone = new LinkedHashSet<>();
    for (var branch : repository.branches.values()) {
      if (repository.isDefault(branch) || deployed.contains(branch.name)) {
        branch.entries.stream()
            .filter(entry -> entry.pushed() && !owner.containsKey(entry.sha()))
            .forEach(entry -> lone.add(entry.sha()));
      }
    }
    lone.stream().filter(sha -> source(sha, lone) == null).forEach(this::addLone);
    for (String sha : lone) {
      String source = source(sha, lone);
      if (source != null && changeOf.get(source) == null) {
        addLone(sha);
      } else if (source != null) {
        var change = changeOf.get(source);
        placesOfLone(sha).forEach(place -> change.places.putIfAbsent(place.branch(), place));
        change.commits.add(sha);
        changeOf.put(sha, change);
      }
    }
  }

  /** S6: a cherry-pick that names its source is the same change, however often it was picked. */
  private String source(String sha, Set<String> lone) {
    String source = null;
    Set<String> seen = new TreeSet<>(Set.of(sha));
    String next = pickedFrom(sha);
    while (next != null && seen.add(next)) {
      source = owner.containsKey(next) || lone.contains(next) ? next : source;
      next = pickedFrom(next);
    }
    return source;
  }

  private String pickedFrom(String sha) {
    var commit = repository.commit(sha);
    List<String> named = commit == null ? List.of() : groups(CHERRY_PICK, commit.getMessage());
    return named.isEmpty() ? null : repository.fullSha(named.get(named.size() - 1));
  }

  private List<Place> placesOfLone(String sha) {
    List<Place> places = new ArrayList<>();
    for (var place : placesOf(sha)) {
      var branch = repository.branch(place.branch().substring(key("").length()));
      if (branch.entry(sha).pushed()) {
        places.add(place);
      }
    }
    return places;
  }

  private void addLone(String sha) {
    var commit = repository.commit(sha);
    var places = placesOfLone(sha);
    var change = new Change();
    change.id = repository.name + "@" + sha;
    change.sha = sha;
    change.commits.add(sha);
    change.backfillOnly = isBackfilled(sha);
    change.offDefault = places.stream().noneMatch(Place::isDefault);
    change.mergedAt = places.get(0).position().time();
    places.forEach(place -> change.places.put(place.branch(), place));
    if (commit != null) {
      change.title = firstLine(commit.getMessage());
      change.bot = events.isBot(commit.getAuthor());
      change.firstCommitAt =
          commit.getCommittedAt() == null ? commit.getAuthoredAt() : commit.getCommittedAt();
      change.files = files(List.of(commit));
      addMentions(change, commit.getMessage());
    }
    List<String> branches =
        places.stream().map(place -> place.branch().substring(key("").length())).toList();
    change.hotfix =
        says(change.title, HOTFIX_TITLE)
            || branches.stream().anyMatch(branch -> says(branch, HOTFIX_BRANCH));
    change.fix =
        says(change.title, FIX_TITLE)
            || branches.stream().anyMatch(branch -> says(branch, FIX_BRANCH));
    add(change, commit == null ? Set.of() : Set.of(commit.getMessage()));
  }

  private void add(Change change, Set<String> texts) {
    change.repository = repository.name;
    all.put(change.id, change);
    change.commits.forEach(sha -> changeOf.put(sha, change));
    for (String text : texts) {
      change.reverts.addAll(groups(REVERTED_COMMIT, text));
      groups(REVERTED_PULL, text).forEach(number -> change.reverts.add("#" + number));
    }
    change.saysRevert = !change.reverts.isEmpty() || saysRevert(change.title);
  }

  /** F4: which changes a revert names, and whether it is one. */
  private void addReverts() {
    for (var change : all.values()) {
      Set<String> named = new TreeSet<>();
      for (String name : change.reverts) {
        var reverted =
            name.startsWith("#")
                ? all.get(repository.name + name)
                : changeOf.get(Objects.requireNonNullElse(repository.fullSha(name), name));
        if (reverted != null && reverted != change) {
          named.add(reverted.id);
        }
      }
      change.reverts = named;
    }
    all.values().forEach(change -> change.revert = isRevert(change, Set.of()));
    all.values().stream().filter(c -> !c.revert).forEach(c -> c.reverts = Set.of());
  }

  /** F4: a revert of a revert is an ordinary change. */
  private boolean isRevert(Change change, Set<String> asked) {
    if (!change.saysRevert || asked.contains(change.id)) {
      return false;
    }
    Set<String> path = new TreeSet<>(asked);
    path.add(change.id);
    return change.reverts.isEmpty()
        ? !says(change.title, REVERT_OF_REVERT)
        : change.reverts.stream().anyMatch(other -> !isRevert(all.get(other), path));
  }

  /** F4: a title says revert an odd number of times. */
  private static boolean saysRevert(String title) {
    var matcher = REVERT_TITLE.matcher(title);
    return matcher.matches() && !saysRevert(matcher.group(1));
  }

  private static final Pattern CHERRY_PICK =
      Pattern.compile("(?i)cherry[ -]picked from commit ([0-9a-f]{7,40})");
  private static final Pattern REVERTED_COMMIT =
      Pattern.compile("(?i)this reverts (?:commit|merge) ([0-9a-f]{7,40})");
  private static final Pattern REVERTED_PULL =
      Pattern.compile("(?im)^\\s*reverts\\s+(?:[\\w.-]+/[\\w.-]+)?#(\\d+)");
  private static final Pattern REVERT_TITLE =
      Pattern.compile("\\s*(?i:revert)\\s+\"(.*)\"\\s*(?:\\(#\\d+\\))?\\s*");
  private static final Pattern REVERT_OF_REVERT =
      Pattern.compile("(?i)^\\s*(?:reapply\\b|revert \"revert\\b)");
  private static final Pattern HOTFIX_TITLE = Pattern.compile("(?i)^\\s*\\[?hot-?fix\\b");
  private static final Pattern HOTFIX_BRANCH =
      Pattern.compile("(?i)^(?:.*/)?hot-?fix(?:es)?(?:[/_-].*)?$");
  private static final Pattern FIX_TITLE =
      Pattern.compile("(?i)^\\s*(?:fix|bugfix)(?:\\([^)]*\\))?!?:");
  private static final Pattern FIX_BRANCH =
      Pattern.compile("(?i)^(?:.*/)?(?:bug)?fix(?:es)?[/_-].+$");
  private static final Pattern MENTION =
      Pattern.compile("(?:[\\w.-]+/[\\w.-]+)?#\\d+|\\b[A-Za-z][A-Za-z0-9]+-\\d+\\b");
  private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s)>\\]]*[^\\s)>\\].,;:!?]");

  /** F2, W1, W2: what texts may name: #12, owner/name#12, INC-12, addresses. */
  private static void addMentions(Change change, String... texts) {
    for (String text : texts) {
      String rest = Objects.requireNonNullElse(text, "");
      ADDRESS.matcher(rest).results().forEach(found -> change.mentions.add(found.group()));
      rest = ADDRESS.matcher(rest).replaceAll(" ");
      MENTION.matcher(rest).results().forEach(found -> change.mentions.add(found.group()));
    }
  }

  static List<String> groups(Pattern pattern, String text) {
    return pattern
        .matcher(Objects.requireNonNullElse(text, ""))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static boolean says(String text, Pattern pattern) {
    return text != null && pattern.matcher(text).find();
  }

  static String firstLine(String message) {
    return message.lines().findFirst().orElse("").strip();
  }
}
