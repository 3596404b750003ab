package dev.dorado.rules;

import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.sha;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What happens in a repository: pushes, pull requests, hotfix branches, reverts and picks. */
abstract class RandomCode extends RandomScene {

  /** Texts of reverts: title, branch, description; {@code N} is a number, {@code SHA} a commit. */
  private static final List<List<String>> REVERTS =
      List.of(
          List.of("Revert \"Pull request\"", "revert", "Reverts #N"),
          List.of("Revert \"Pull request\"", "revert-N-feature/N", "Reverts acme/shop#N"),
          List.of("Back to before", "revert-pr-N", ""),
          List.of("Revert \"Work\"", "revert", "This reverts pull request #N."),
          List.of("Revert \"Work\"", "revert-SHA", "This reverts merge request !N"),
          List.of("Revert \"Work\"", "SHA-revert-from-main", "Reverted commit `SHA`."),
          List.of("Revert PR #N since it fails", "feature/x", ""),
          List.of("revert: work", "feature/x", "Refs: SHA"),
          List.of("Roll back !N", "feature/x", ""),
          List.of("Revert", "revert/work", ""),
          List.of("Revert \"Pull request N\"", "feature/x", ""),
          List.of("revert: Add basket (v1)", "feature/x", ""),
          List.of("Add basket (v1)", "feature/x", ""),
          List.of("Revert \"Add basket (#N)\"", "feature/x", ""),
          List.of("fix: revert \"Revert \"Add basket (#N)\" (#N)\"", "feature/x", ""),
          List.of("revert(basket): add basket (#N)", "feature/x", ""),
          List.of(":rewind: Undo #N", "feature/x", ""),
          List.of("Automated rollback of commit SHA", "feature/x", ""),
          List.of("Revert \"Revert \"Work\"\"", "revert-N-revert-12-x", "Reverts #N"),
          List.of("Add a revert button", "revert-button", "It reverts what #N did"));

  RandomCode(long seed) {
    super(seed);
  }

  void pushLone() {
    int count = 1 + random.nextInt(3);
    var specs = new History.CommitSpec[count];
    for (int i = 0; i < count; i++) {
      specs[i] = newCommit(random.nextInt(4) == 0 ? "fix: a bug" : "Work");
    }
    boolean truncated = random.nextInt(5) == 0;
    history.push(
        "main",
        now,
        push -> {
          if (truncated) {
            var listed = push.getCommits();
            push.setCommits(listed.subList(listed.size() - 1, listed.size()));
          }
          if (random.nextInt(5) == 0) {
            push.setPushedAt(null);
          }
        },
        specs);
    for (var spec : specs) {
      main.computeIfAbsent(history.repository(), r -> new ArrayList<>()).add(spec.name());
    }
  }

  void squash() {
    long number = ++pullRequests;
    String branch = one(List.of("feature/", "hotfix/", "fix/")) + number;
    var work = newCommit("Work");
    if (random.nextBoolean()) {
      history.push(branch, now.minus(Duration.ofHours(5)), work);
    }
    var pull = history.pullRequest(number).from(branch, lastCommit()).by(one(AUTHORS));
    if (random.nextInt(12) == 0) {
      pull.byBot();
    }
    Instant opened = now.minus(Duration.ofMinutes(random.nextInt(600)));
    if (random.nextInt(3) == 0) {
      pull.draft(true);
    }
    pull.opened(opened);
    if (random.nextInt(6) == 0) {
      pull.reviewed(opened.minus(Duration.ofMinutes(random.nextInt(90))), one(REVIEWERS));
    }
    drafts(pull);
    if (random.nextBoolean()) {
      Boolean bot = random.nextInt(8) == 0 ? true : null;
      pull.reviewed(now.minus(Duration.ofMinutes(random.nextInt(60))), one(REVIEWERS), bot);
    }
    if (random.nextInt(4) == 0) {
      pull.labels(now, one(List.of("hotfix", "bug")));
    }
    if (random.nextInt(4) == 0 && !incidents.isEmpty()) {
      pull.described("Mends " + one(incidents));
    }
    var merge = newCommit("Pull request " + number + " (#" + number + ")");
    String mergeName = lastCommit();
    pull.merged(now, mergeName);
    onMain(merge);
  }

  /** Turns to a draft and back, told in the one way or the other. */
  private void drafts(History.PullRequestSpec pull) {
    Instant time = now.minus(Duration.ofMinutes(200));
    for (int i = random.nextInt(4); i > 0; i--) {
      time = time.plus(Duration.ofMinutes(random.nextInt(70)));
      switch (random.nextInt(3)) {
        case 0 -> pull.ready(time);
        case 1 -> pull.draft(true).updated(time);
        default -> pull.draft(false).updated(time);
      }
    }
  }

  void rebaseOrMerge() {
    long number = ++pullRequests;
    var one = newCommit("Part one");
    var two = newCommit("Part two");
    String branch = "feature/" + number;
    boolean merge = random.nextBoolean();
    if (merge) {
      history.push(branch, now.minus(Duration.ofHours(2)), one, two);
      String head = lastCommit();
      var mergeCommit = newCommit("Merge pull request #" + number);
      history.pullRequest(number).from(branch, head).commits(2).merged(now, lastCommit());
      onMain(one, two, mergeCommit);
    } else {
      history.pullRequest(number).from(branch, null).commits(2).merged(now, lastCommit());
      onMain(one, two);
    }
  }

  void mergeQueue() {
    var specs = new History.CommitSpec[2];
    for (int i = 0; i < 2; i++) {
      long number = ++pullRequests;
      specs[i] = newCommit("Queued #" + number);
      history.pullRequest(number).commits(3).merged(now, lastCommit());
    }
    onMain(specs);
  }

  void forcePush() {
    List<String> known = main.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty() && random.nextBoolean()) {
      String back = one(known);
      history.forcePush("main", now, commit(back));
    } else {
      history.forcePush("main", now, newCommit("Rewritten"));
    }
  }

  void hotfixBranch() {
    List<String> known = main.getOrDefault(history.repository(), List.of());
    String branch = one(List.of("hotfix/a", "hotfix/b", "release"));
    var fix = newCommit("Urgent");
    String name = lastCommit();
    if (!known.isEmpty() && random.nextBoolean()) {
      fix.parents(one(known));
    }
    history.push(branch, now, fix);
    now = now.plus(Duration.ofMinutes(5));
    deploy(name, one(ENVIRONMENTS), event -> event.setRef(branch));
    if (random.nextBoolean()) {
      now = now.plus(Duration.ofMinutes(30));
      if (random.nextBoolean()) {
        pushLone();
      }
      var mergeBack = newCommit("Merge " + branch);
      onMain(fix, mergeBack);
    }
  }

  void revert() {
    List<String> known = all.getOrDefault(history.repository(), List.of());
    if (known.isEmpty()) {
      return;
    }
    String reverted = one(known);
    String message = "Revert \"Work\"\n\nThis reverts commit " + sha(reverted) + ".";
    if (random.nextBoolean()) {
      onMain(newCommit(message));
    } else {
      long number = ++pullRequests;
      long other = 101 + random.nextInt(Math.max(1, pullRequests - 101));
      List<String> wording = new ArrayList<>(one(REVERTS));
      wording.replaceAll(
          text ->
              text.replace("N", "" + other)
                  .replace("SHA", sha(reverted).substring(0, 8 + random.nextInt(33))));
      var merge = newCommit(wording.get(0) + "\n\n" + wording.get(2));
      history
          .pullRequest(number)
          .titled(wording.get(0))
          .from(wording.get(1), null)
          .described(wording.get(2))
          .merged(now, lastCommit());
      onMain(merge);
    }
  }

  /** Pull requests into develop, that go to main by further ones; and back. */
  void promotion() {
    String feature = null;
    for (int i = random.nextInt(3); i >= 0; i--) {
      feature = intoDevelop();
      now = now.plus(Duration.ofMinutes(random.nextInt(120)));
    }
    String from = "develop";
    String head = feature;
    if (random.nextInt(4) == 0) {
      head = promote(from, "staging", head);
      from = "staging";
      deployMaybe(head, "staging");
    } else if (random.nextInt(4) == 0) {
      from = "release/" + (pullRequests + 1);
      history.push(from, now, push -> push.setCommits(List.of()).setBefore(null), commit(head));
      if (random.nextBoolean()) {
        history.push(from, now, newCommit("Version"));
        head = lastCommit();
      }
    }
    if (random.nextInt(5) > 0) {
      head = promote(from, "main", head);
      deployMaybe(head, "production");
      if (random.nextInt(3) == 0) {
        promote("main", "develop", head);
      }
    }
  }

  /** A pull request into develop, by a merge or squashed, or a push; the head then. */
  private String intoDevelop() {
    var work = newCommit(random.nextInt(6) == 0 ? "Merge branch 'main' into x" : "Work");
    String name = lastCommit();
    if (random.nextInt(5) == 0) {
      history.push("develop", now, work);
      return name;
    }
    long number = ++pullRequests;
    String branch = "feature/" + (random.nextInt(4) == 0 ? "same" : "" + number);
    history.push(branch, now, work);
    boolean squash = random.nextBoolean();
    var merge = newCommit("Merge branch '" + branch + "'");
    String mergeName = lastCommit();
    Instant opened = now;
    now = now.plus(Duration.ofMinutes(random.nextInt(60)));
    history
        .pullRequest(number)
        .from(branch, name)
        .into("develop")
        .commits(random.nextBoolean() ? 1 : null)
        .opened(opened)
        .merged(now, mergeName);
    if (squash) {
      history.push("develop", now, merge);
    } else {
      history.push("develop", now, work, merge);
    }
    return mergeName;
  }

  /** A pull request of one long-lived branch into another: by a merge, squashed, or moved there. */
  private String promote(String from, String to, String head) {
    long number = ++pullRequests;
    var pull =
        history
            .pullRequest(number)
            .from(from, head)
            .into(to)
            .commits(random.nextBoolean() ? null : 1 + random.nextInt(6))
            .opened(now.minus(Duration.ofMinutes(random.nextInt(30))));
    int how = random.nextInt(6);
    if (how == 0) {
      pull.merged(now, head);
      push(to, commit(head));
      return head;
    }
    var merge = newCommit("Release " + number);
    String name = lastCommit();
    if (how == 5) {
      var squash = newCommit("Release");
      pull.squashedInto(lastCommit()).merged(now, name);
      push(to, squash, merge);
      return name;
    }
    pull.merged(now, name);
    if (how < 3) {
      push(to, commit(head), merge);
    } else {
      push(to, merge);
    }
    return name;
  }

  private void push(String branch, History.CommitSpec... specs) {
    if (branch.equals("main")) {
      onMain(specs);
    } else {
      history.push(branch, now, specs);
    }
  }

  private void deployMaybe(String commit, String environment) {
    if (random.nextInt(3) > 0) {
      now = now.plus(Duration.ofMinutes(random.nextInt(60)));
      deploy(commit, environment, event -> {});
    }
  }

  void cherryPick() {
    List<String> known = all.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty()) {
      String source = one(known);
      var picked = newCommit("Work\n\n(cherry picked from commit " + sha(source) + ")");
      String name = lastCommit();
      String branch = one(List.of("release", "hotfix/a", "main"));
      history.push(branch, now, picked);
      if (random.nextBoolean()) {
        deploy(name, "production", event -> {});
      }
    }
  }

  /** A pull request into a branch that is deployed, and maybe picked to main. */
  void intoRelease() {
    long number = ++pullRequests;
    var merge = newCommit("fix: on release (#" + number + ")");
    String name = lastCommit();
    history.pullRequest(number).into("release").commits(1).merged(now, name);
    history.push("release", now, merge);
    if (random.nextBoolean()) {
      deploy(name, "production", event -> event.setRef("release"));
    }
    if (random.nextBoolean()) {
      onMain(newCommit("Work\n\n(cherry picked from commit " + sha(name) + ")"));
    }
  }

  void revertOfRevert() {
    List<String> known = main.getOrDefault(history.repository(), List.of());
    if (!known.isEmpty()) {
      String first = one(known);
      onMain(newCommit("Revert \"Work\"\n\nThis reverts commit " + sha(first) + "."));
      String second = lastCommit();
      if (random.nextBoolean()) {
        deployNewest();
      }
      onMain(newCommit("Revert \"Revert\"\n\nThis reverts commit " + sha(second) + "."));
      deployNewest();
    }
  }

  void branchDeleted() {
    history.add(
        PushEvent.newBuilder()
            .setId("deleted" + now + history.repository())
            .setProvenance(history.provenance("github"))
            .setOccurredAt(now)
            .setRepository(history.repository())
            .setRef("refs/heads/hotfix/a")
            .setPushedAt(now)
            .setForced(false)
            .setCommits(List.of())
            .build());
  }

  void pushOfOneThatNamesItsPullRequest() {
    onMainChanged(
        push -> {
          List<Commit> named = new ArrayList<>();
          for (var pushed : push.getCommits()) {
            named.add(Commit.newBuilder(pushed).setPullRequest((long) pullRequests).build());
          }
          push.setCommits(named);
        },
        newCommit("Named"));
  }
}
