package dev.dorado.streams;

import static dev.dorado.streams.History.commit;
import static dev.dorado.streams.History.sha;

import dev.dorado.events.Commit;
import dev.dorado.events.PushEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happens in a repository: pushes, pull requests, hotfix branches, reverts and picks. */
abstract class RandomCode extends RandomScene {

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
    var pull =
        history
            .pullRequest(number)
            .from(branch, lastCommit())
            .by(one(AUTHORS))
            .opened(now.minus(Duration.ofMinutes(random.nextInt(600))));
    if (random.nextBoolean()) {
      pull.reviewed(now.minus(Duration.ofMinutes(random.nextInt(60))), one(REVIEWERS));
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
      var merge = newCommit("Revert");
      history
          .pullRequest(number)
          .titled("Revert \"Pull request\"")
          .described("Reverts #" + (101 + random.nextInt(Math.max(1, pullRequests - 101))))
          .merged(now, lastCommit());
      onMain(merge);
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
