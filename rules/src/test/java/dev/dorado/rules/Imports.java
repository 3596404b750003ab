package dev.dorado.rules;

import dev.dorado.events.Commit;
import dev.dorado.events.Provenance;
import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a backfill of a repository tells of its main branch (rule S2): a push without a time for
 * each commit of the first-parent line, with the side commits of a merge before it. Some of the
 * pushes may never have come live.
 */
final class Imports {

  private final Random random;
  private final String repository;
  private final Instant now;

  Imports(Random random, String repository, Instant now) {
    this.random = random;
    this.repository = repository;
    this.now = now;
  }

  /** The events, with an import of what was pushed so far; some live pushes are lost for it. */
  List<SpecificRecord> of(List<SpecificRecord> events) {
    List<SpecificRecord> told = new ArrayList<>();
    List<PushEvent> pushes = new ArrayList<>();
    boolean loses = random.nextBoolean();
    for (var event : events) {
      boolean onMain =
          event instanceof PushEvent push
              && push.getRepository().equals(repository)
              && push.getRef().equals("refs/heads/main")
              && isLive(push);
      if (onMain) {
        pushes.add((PushEvent) event);
      }
      if (!onMain || !loses || random.nextInt(3) > 0) {
        told.add(event);
      }
    }
    String parent = null;
    for (var push : pushes) {
      boolean merge = push.getCommits().size() > 1 && random.nextBoolean();
      for (var commits : merge ? List.of(push.getCommits()) : singly(push.getCommits())) {
        if (random.nextInt(12) > 0) {
          told.add(imported(parent, commits));
        }
        parent = commits.get(commits.size() - 1).getSha();
      }
    }
    return told;
  }

  private static List<List<Commit>> singly(List<Commit> commits) {
    return commits.stream().map(Collections::singletonList).toList();
  }

  /** An import leaves out a committer's time that lies after it (rule S2). */
  private PushEvent imported(String parent, List<Commit> pushed) {
    List<Commit> commits = new ArrayList<>();
    for (var commit : pushed) {
      boolean future = commit.getCommittedAt().isAfter(now);
      commits.add(
          Commit.newBuilder(commit)
              .setCommittedAt(future ? null : commit.getCommittedAt())
              .build());
    }
    Commit last = commits.get(commits.size() - 1);
    Instant time = last.getCommittedAt() == null ? now : last.getCommittedAt();
    return PushEvent.newBuilder()
        .setId("imported " + repository + parent + ".." + last.getSha() + time)
        .setProvenance(new Provenance("backfill", "", Instant.EPOCH, "backfill"))
        .setOccurredAt(time)
        .setRepository(repository)
        .setRef("refs/heads/main")
        .setDefaultBranch("main")
        .setBefore(parent)
        .setAfter(last.getSha())
        .setHead(last.getSha())
        .setCommits(commits)
        .setTotalCommits(commits.size())
        .build();
  }

  private static boolean isLive(PushEvent push) {
    return !push.getProvenance().getOrigin().equals("backfill");
  }
}
