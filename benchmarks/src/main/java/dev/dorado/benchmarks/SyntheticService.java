package dev.dorado.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * The history of a made-up service with a repository of its own, deployment by deployment: a push
 * of two commits, one of which is a pull request's, its opening and merge, and the attempt's start
 * and end; every twentieth deployment fails, which an incident tells, and the one after it rolls
 * back. Nothing in it is random. Not thread-safe.
 */
final class SyntheticService {

  private static final Instant BEGINNING = Instant.parse("2020-01-01T00:00:00Z");
  private static final Duration BETWEEN = Duration.ofMinutes(20);
  private static final int FAILS = 20;

  private final String repository;
  private String head;
  private String deployed;
  private int deployments;

  SyntheticService(int number) {
    this.repository = "github.com/acme/service-%d".formatted(number);
  }

  /** The events of the next deployment, in their order. */
  List<SpecificRecord> nextDeployment() {
    int number = ++deployments;
    Instant time = BEGINNING.plus(BETWEEN.multipliedBy(number));
    boolean rollsBack = number % FAILS == 1 && number > FAILS;
    List<SpecificRecord> events = new ArrayList<>();
    String before = deployed;
    if (!rollsBack) {
      String lone = sha("lone " + number);
      String merge = sha("merge " + number);
      events.add(pullRequest(number, time.minusSeconds(3600), null));
      events.add(push(time, head, lone, merge, number));
      events.add(pullRequest(number, time.minusSeconds(3600), time));
      head = merge;
    }
    String sha = rollsBack ? sha("merge " + (number - 2)) : head;
    Instant start = time.plusSeconds(60);
    events.add(attempt(number, sha, "started", start, null));
    events.add(attempt(number, sha, "succeeded", start, start.plusSeconds(240)));
    deployed = sha;
    if (number % FAILS == 0 && before != null) {
      events.add(incident(number, "opened", start.plusSeconds(600), null));
    } else if (rollsBack) {
      Instant opened = start.minus(BETWEEN).plusSeconds(600);
      events.add(incident(number - 1, "resolved", opened, start.plusSeconds(240)));
    }
    return events;
  }

  private PushEvent push(Instant time, String from, String lone, String merge, int number) {
    return PushEvent.newBuilder()
        .setId(sha("push " + number))
        .setProvenance(provenance(time))
        .setOccurredAt(time)
        .setRepository(repository)
        .setRef("refs/heads/main")
        .setDefaultBranch("main")
        .setPushedAt(time)
        .setBefore(from)
        .setAfter(merge)
        .setHead(merge)
        .setCommits(
            List.of(
                commit(lone, "Work %d".formatted(number), time, number),
                commit(merge, "Feature %d (#%d)".formatted(number, number), time, number)))
        .setTotalCommits(2)
        .build();
  }

  private static Commit commit(String sha, String message, Instant time, int number) {
    return Commit.newBuilder()
        .setSha(sha)
        .setMessage(message)
        .setAuthor("dev-" + number % 40)
        .setAuthoredAt(time.minusSeconds(7200))
        .setCommittedAt(time.minusSeconds(120))
        .setFiles(List.of("src/a%d.java".formatted(number % 200), "src/b.java"))
        .build();
  }

  private PullRequestEvent pullRequest(long number, Instant opened, Instant merged) {
    Instant time = merged == null ? opened : merged;
    return PullRequestEvent.newBuilder()
        .setId(sha((merged == null ? "opened " : "merged ") + number))
        .setProvenance(provenance(time))
        .setOccurredAt(time)
        .setRepository(repository)
        .setNumber(number)
        .setTransition(merged == null ? "opened" : "merged")
        .setTitle("Feature " + number)
        .setAuthor("dev-" + number % 40)
        .setHeadRepository(repository)
        .setHeadBranch("feature/" + number)
        .setHeadSha(sha("head " + number))
        .setBaseBranch("main")
        .setOpenedAt(opened)
        .setMerged(merged != null)
        .setMergedAt(merged)
        .setMergeCommitSha(merged == null ? null : sha("merge " + number))
        .setCommitCount(1)
        .build();
  }

  private DeploymentEvent attempt(
      int number, String sha, String status, Instant start, Instant finish) {
    Instant time = finish == null ? start : finish;
    return DeploymentEvent.newBuilder()
        .setId(sha(status + number))
        .setProvenance(provenance(time))
        .setOccurredAt(time)
        .setDeployment("d" + number)
        .setRepository(repository)
        .setEnvironment("production")
        .setSha(sha)
        .setStatus(status)
        .setStartedAt(start)
        .setFinishedAt(finish)
        .build();
  }

  private IncidentEvent incident(int number, String transition, Instant start, Instant end) {
    Instant time = end == null ? start : end;
    return IncidentEvent.newBuilder()
        .setId(sha(transition + number))
        .setProvenance(provenance(time))
        .setOccurredAt(time)
        .setIncident(repository + "/incident-" + number)
        .setRepository(repository)
        .setTitle("Checkout is slow")
        .setTransition(transition)
        .setStartedAt(start)
        .setResolvedAt(end)
        .build();
  }

  private static Provenance provenance(Instant time) {
    return new Provenance("github", "delivery", time, "live");
  }

  /** 40 hexadecimal digits, the same for the same service and text. */
  private String sha(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((repository + text).getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
