package dev.dorado.rules.reference;

import dev.dorado.events.Commit;
import dev.dorado.rules.reference.Repository.Pull;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
    Instant readyAt;
    Instant mergedAt;
    Set<String> files;
    boolean hotfix;
    boolean fix;
    String headBranch;
    boolean revert;
    Set<String> reverts = new TreeSet<>();
    final Set<Pull> carriers = new HashSet<>();
    final Set<String> mentions = new TreeSet<>();
  }

  final Map<String, Change> all = new TreeMap<>();

  private final Repository repository;
  private final Events events;

  /** The branches that attempts deployed: only these, and the default one, ship anything. */
  private final Set<String> deployed;

  /** What is in each merged pull request, whoever's it is; first merged first. */
  private final Map<Pull, Set<String>> contents = new LinkedHashMap<>();

  /** A commit in several belongs to the first merged. */
  private final Map<String, Pull> owner = new HashMap<>();

  /** Commits that were picked, and from which. */
  private final Map<String, String> picks = new LinkedHashMap<>();

  Changes(Repository repository, Set<String> deployed, Events events) {
    this.repository = repository;
    this.deployed = deployed;
    this.events = events;
    for (var pull : repository.merged) {
      Set<String> in = commitsOf(pull);
      contents.put(pull, in);
      in.stream()
          .filter(sha -> !isOfDefaultBranch(sha, pull))
          .forEach(sha -> owner.putIfAbsent(sha, pull));
    }
    repository.merged.stream().filter(pull -> !onlyCarries(pull)).forEach(this::addPull);
    addLoneCommits();
    all.values().forEach(this::spread);
    addReverts();
  }

  /** S6: what is in a pull request and was on the default branch before is no change of its own. */
  private boolean isOfDefaultBranch(String sha, Pull pull) {
    String base = pull.told().getBaseBranch();
    var main = repository.main();
    var onMain = main == null ? null : main.entry(sha);
    return base != null
        && repository.defaultBranch != null
        && !base.equals(repository.defaultBranch)
        && onMain != null
        && !onMain.position().time().isAfter(pull.mergedAt());
  }

  /** S6: whether a pull request has commits of others, and no work of its own. */
  private boolean onlyCarries(Pull pull) {
    boolean ownWork = false;
    boolean carries = false;
    for (String sha : contents.get(pull)) {
      boolean isItsMerge = pull.isOfMerge(sha) && !sha.equals(pull.told().getHeadSha());
      if (owner.get(sha) == pull) {
        ownWork |= !isItsMerge && !isMerge(sha);
      } else {
        carries = true;
      }
    }
    return carries && !ownWork;
  }

  private boolean isMerge(String sha) {
    var commit = repository.commit(sha);
    if (commit == null) {
      return false;
    }
    return commit.getParents() == null
        ? says(commit.getMessage(), MERGE)
        : commit.getParents().size() > 1;
  }

  /**
   * S6: where a change went from where it was made: into the pull requests that carry it, on with
   * their merge commits, and into cherry-picks.
   */
  private void spread(Change change) {
    Set<String> in = new LinkedHashSet<>(change.commits);
    Set<String> picked = new TreeSet<>();
    for (int before = 0; before < in.size() + change.carriers.size(); ) {
      before = in.size() + change.carriers.size();
      for (var pull : repository.merged) {
        boolean own = change.pullRequest != null && pull.number() == change.pullRequest;
        if (!own && contents.get(pull).stream().anyMatch(in::contains)) {
          change.carriers.add(pull);
          contents.get(pull).stream()
              .filter(sha -> pull.isOfMerge(sha) && owner.get(sha) == pull)
              .forEach(in::add);
        }
      }
      picks.forEach(
          (sha, source) -> {
            if (in.contains(source)) {
              in.add(sha);
              picked.add(sha);
            }
          });
    }
    repository.merged.stream()
        .filter(change.carriers::contains)
        .forEach(carrier -> carry(change, carrier));
    picks.keySet().stream()
        .filter(picked::contains)
        .forEach(
            sha -> {
              placesOfLone(sha).forEach(place -> change.places.putIfAbsent(place.branch(), place));
              change.commits.add(sha);
            });
  }

  /** The earlier of two places on one branch is where the change entered it. */
  private void carry(Change change, Pull carrier) {
    for (var place : placesOf(carrier)) {
      var known = change.places.get(place.branch());
      if (known == null || place.position().compareTo(known.position()) < 0) {
        change.places.put(place.branch(), place);
        change.offDefault &= !place.isDefault();
        change.backfillOnly &= isBackfillOnly(carrier);
      }
    }
  }

  /** S6: on its base branch, those that are said to be in it, and L1: on its head branch. */
  private Set<String> commitsOf(Pull pull) {
    Set<String> own = new LinkedHashSet<>(onBase(pull));
    own.addAll(pull.listed());
    if (pull.told().getSquashCommitSha() != null) {
      own.add(pull.told().getSquashCommitSha());
    }
    for (var branch : repository.branches.values()) {
      branch.entries.stream()
          .filter(entry -> Objects.equals(Repository.pullRequestOf(entry), pull.number()))
          .forEach(entry -> own.add(entry.sha()));
    }
    own.addAll(onHead(pull));
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

  /**
   * L1: the head, and what stands before it on its branch and was not on the base before: back to
   * the head of an earlier pull request from there, and on from where the branch begins.
   */
  private Set<String> onHead(Pull pull) {
    Set<String> found = new LinkedHashSet<>();
    String head = pull.told().getHeadSha();
    if (head == null || pull.commitCount() == 0) {
      return found;
    }
    var branch = pull.hasOwnHeadBranch() ? repository.branch(pull.told().getHeadBranch()) : null;
    if (branch == null || branch.entry(head) == null) {
      if (!wasOnBase(head, pull)) {
        found.add(head);
      }
      return found;
    }
    int most = pull.commitCount() < 0 ? Integer.MAX_VALUE : pull.commitCount();
    Set<String> followed = new TreeSet<>();
    if (pull.told().getBaseBranch() != null) {
      followed.add(pull.told().getBaseBranch());
    }
    String from = head;
    while (branch != null && followed.add(branch.name)) {
      Branch.Entry oldest = branch.entry(from);
      for (int i = branch.entries.indexOf(oldest); i >= 0; i--) {
        oldest = branch.entries.get(i);
        if (found.size() >= most || isHeadOfEarlier(oldest.sha(), pull)) {
          return found;
        }
        if (!oldest.pushed()) {
          break;
        }
        if (!wasOnBase(oldest.sha(), pull)) {
          found.add(oldest.sha());
        }
      }
      from = oldest.sha();
      branch = origin(oldest, followed);
    }
    return found;
  }

  private Branch origin(Branch.Entry oldest, Set<String> followed) {
    return repository.branchesOf(oldest.sha()).stream()
        .filter(branch -> !followed.contains(branch.name))
        .filter(
            branch ->
                branch.entry(oldest.sha()).position().time().isBefore(oldest.position().time()))
        .findFirst()
        .orElse(null);
  }

  /** Whether a commit was on the base before a pull request, and came not with its merge. */
  private boolean wasOnBase(String sha, Pull pull) {
    var base = repository.branch(pull.told().getBaseBranch());
    var onBase = base == null ? null : base.entry(sha);
    var merge = base == null || pull.mergeCommit() == null ? null : base.entry(pull.mergeCommit());
    boolean cameWithIt =
        onBase != null
            && merge != null
            && onBase.position().time().equals(merge.position().time())
            && onBase.position().rank() == merge.position().rank();
    return onBase != null && !cameWithIt;
  }

  private boolean isHeadOfEarlier(String sha, Pull pull) {
    return repository.merged.stream()
        .takeWhile(other -> other != pull)
        .filter(other -> sha.equals(other.told().getHeadSha()))
        .filter(o -> Objects.equals(o.told().getHeadBranch(), pull.told().getHeadBranch()))
        .anyMatch(o -> Objects.equals(o.told().getBaseBranch(), pull.told().getBaseBranch()));
  }

  private void addPull(Pull pull) {
    List<String> own = contents.get(pull).stream().filter(sha -> owner.get(sha) == pull).toList();
    var told = pull.told();
    String merge = pull.mergeCommit();
    var change = new Change();
    change.commits.addAll(own);
    placesOf(pull).forEach(place -> change.places.put(place.branch(), place));
    boolean offDefault = placesOf(merge).stream().noneMatch(Place::isDefault);
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
    change.bot = pull.botAuthor() || events.isBot(told.getAuthor());
    change.backfillOnly = isBackfillOnly(pull);
    change.offDefault = offDefault && (base == null || (main != null && !base.equals(main)));
    change.firstCommitAt = firstCommit(pull, known);
    change.openedAt = told.getOpenedAt();
    change.firstReviewAt = pull.firstReviewAt();
    change.readyAt = pull.readyAt();
    change.headBranch = told.getHeadBranch();
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
      if (pull.commitCount() == 1 || pull.isOfMerge(commit.getSha())) {
        texts.add(commit.getMessage());
      }
    }
    add(change, texts);
  }

  private boolean isBackfillOnly(Pull pull) {
    return !pull.live() && (pull.mergeCommit() == null || isBackfilled(pull.mergeCommit()));
  }

  /** Where a pull request's merge commit stands, and its head on a deployed branch of its own. */
  private List<Place> placesOf(Pull pull) {
    List<Place> places = new ArrayList<>(placesOf(pull.mergeCommit()));
    String branch = key(pull.told().getHeadBranch());
    boolean merged = places.stream().anyMatch(place -> place.branch().equals(branch));
    if (pull.hasOwnHeadBranch() && !merged && deployed.contains(pull.told().getHeadBranch())) {
      placesOf(pull.told().getHeadSha()).stream()
          .filter(place -> place.branch().equals(branch))
          .forEach(places::add);
    }
    return places;
  }

  private static boolean labelled(Pull pull, Set<String> words) {
    return pull.labels().stream().anyMatch(l -> words.contains(l.toLowerCase(Locale.ROOT)));
  }

  /**
   * L1: the earliest authored commit known to be in it; never the squash or merge commit itself,
   * unless that is all that was ever heard of it; another merge only if there is nothing else.
   */
  private Instant firstCommit(Pull pull, List<Commit> known) {
    var others =
        known.stream()
            .filter(c -> c.getSha().equals(pull.told().getHeadSha()) || !pull.isOfMerge(c.getSha()))
            .toList();
    var made = others.stream().filter(commit -> !isMerge(commit.getSha())).toList();
    boolean nothingElse = others.isEmpty() && pull.told().getOpenedAt() == null;
    return (nothingElse ? known : made.isEmpty() ? others : made)
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
    for (String sha : lone) {
      String source = source(sha, lone);
      if (source == null) {
        addLone(sha);
      } else {
        picks.put(sha, source);
      }
    }
  }

  /** S6: a cherry-pick that names its source is the same change, however often it was picked. */
  private String source(String sha, Set<String> lone) {
    String source = null;
    Set<String> seen = new TreeSet<>(Set.of(sha));
    String next = pickedFrom(sha);
    while (next != null && seen.add(next)) {
      var pull = owner.get(next);
      boolean known = pull == null ? lone.contains(next) : isChange(pull) || onlyCarries(pull);
      source = known ? next : source;
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
    change.reverts = Reverts.named(repository.name, change.title, change.headBranch, texts);
  }

  private boolean isChange(Pull pull) {
    return all.containsKey(repository.name + "#" + pull.number());
  }

  /** F4: which changes a revert names, and whether it is one. */
  private void addReverts() {
    Set<Change> stating = new HashSet<>();
    for (var change : all.values()) {
      Set<String> named = new TreeSet<>();
      boolean othersThanItself = false;
      for (String name : change.reverts) {
        Set<String> ids = changesNamed(name);
        othersThanItself |= !ids.equals(Set.of(change.id));
        named.addAll(ids);
      }
      String title = change.reverts.isEmpty() ? Reverts.repeated(change.title) : "";
      var titled =
          all.values().stream()
              .filter(other -> !title.isEmpty() && other.title.equals(title))
              .filter(other -> other.mergedAt.isBefore(change.mergedAt))
              .toList();
      if (titled.size() == 1) {
        named.add(titled.get(0).id);
      }
      named.remove(change.id);
      if (othersThanItself || Reverts.says(change.title, change.headBranch)) {
        stating.add(change);
      }
      change.reverts = named;
    }
    all.values().forEach(change -> change.revert = isRevert(change, stating, Set.of()));
    all.values().stream().filter(c -> !c.revert).forEach(c -> c.reverts = Set.of());
  }

  /** A pull request stands for what it carries too, and so does its merge commit. */
  private Set<String> changesNamed(String name) {
    Set<String> ids = new TreeSet<>();
    if (name.startsWith("#")) {
      repository.merged.stream()
          .filter(pull -> name.equals("#" + pull.number()))
          .forEach(pull -> ids.addAll(changesIn(pull)));
      return ids;
    }
    String sha = Objects.requireNonNullElse(repository.fullSha(name), name);
    var pull = owner.get(sha);
    if (picks.containsKey(sha)) {
      return changesNamed(picks.get(sha));
    }
    if (pull != null && pull.isOfMerge(sha)) {
      return changesIn(pull);
    }
    ids.add(repository.name + (pull == null ? "@" + sha : "#" + pull.number()));
    ids.retainAll(all.keySet());
    return ids;
  }

  private Set<String> changesIn(Pull pull) {
    Set<String> ids = new TreeSet<>(Set.of(repository.name + "#" + pull.number()));
    all.values().stream().filter(c -> c.carriers.contains(pull)).forEach(c -> ids.add(c.id));
    ids.retainAll(all.keySet());
    return ids;
  }

  /** F4: a revert of a revert is an ordinary change. */
  private boolean isRevert(Change change, Set<Change> stating, Set<String> asked) {
    if (!stating.contains(change) || asked.contains(change.id)) {
      return false;
    }
    Set<String> path = new TreeSet<>(asked);
    path.add(change.id);
    return change.reverts.isEmpty()
        ? !Reverts.saysAgain(change.title, change.headBranch)
        : change.reverts.stream().anyMatch(other -> !isRevert(all.get(other), stating, path));
  }

  private static final Pattern CHERRY_PICK =
      Pattern.compile("(?i)cherry[ -]picked from commit ([0-9a-f]{7,40})");
  private static final Pattern MERGE =
      Pattern.compile(
          "(?i)^merged? (?:branch|remote-tracking branch|tag|commit|pull request|in) \\S");
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
