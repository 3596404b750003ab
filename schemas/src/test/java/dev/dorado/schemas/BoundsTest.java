package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.Commit;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.PushEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Every field of every event has a bound: at it, an event passes as it is; beyond it, it does not.
 */
class BoundsTest {

  private static final Instant LATEST = Instant.parse("2026-03-02T12:00:00Z");
  private static final Bounds BOUNDS = new Bounds(Bounds.EARLIEST, LATEST);
  private static final BoundaryEvents BOUNDARY = new BoundaryEvents(BOUNDS);

  @TestFactory
  Stream<DynamicTest> everyValueIsBounded() {
    List<DynamicTest> tests = new ArrayList<>();
    for (var topic : events()) {
      for (var at : BOUNDARY.atBounds(topic)) {
        tests.add(test("at the bound", topic, at, () -> assertPasses(at.event())));
      }
      for (var beyond : BOUNDARY.beyondBounds(topic)) {
        tests.add(test("beyond the bound", topic, beyond, () -> assertBounded(beyond)));
      }
    }
    assertThat(tests.size()).isGreaterThan(300);
    return tests.stream();
  }

  private static DynamicTest test(
      String where, Topic<?> topic, BoundaryEvents.Case of, Executable test) {
    return DynamicTest.dynamicTest("%s %s %s".formatted(topic.name(), of.path(), where), test);
  }

  private static void assertPasses(SpecificRecord event) {
    SpecificRecord copy = SpecificData.get().deepCopy(event.getSchema(), event);
    assertThat(BOUNDS.fit(event)).isEqualTo(new Bounds.Fitted(Optional.empty(), List.of()));
    assertThat(event).isEqualTo(copy);
  }

  private static void assertBounded(BoundaryEvents.Case beyond) {
    SpecificRecord event = beyond.event();
    SpecificRecord copy = SpecificData.get().deepCopy(event.getSchema(), event);
    var fitted = BOUNDS.fit(event);
    assertThat(fitted.refused().isPresent() || !fitted.adapted().isEmpty())
        .as("something is said of it")
        .isTrue();
    if (fitted.refused().isEmpty()) {
      assertThat(event).isNotEqualTo(copy);
      assertPasses(event);
    }
  }

  @Test
  void aTitleIsCutAndMarked() {
    DeploymentEvent event = (DeploymentEvent) full(Topics.DEPLOYMENTS);
    event.setDescription("x".repeat(Bounds.TEXT));
    assertThat(BOUNDS.fit(event).adapted()).isEmpty();
    event.setDescription("x".repeat(Bounds.TEXT + 1));
    assertThat(BOUNDS.fit(event).adapted())
        .extracting(Bounds.Excess::field)
        .containsExactly("description");
    assertThat(event.getDescription()).hasSize(Bounds.TEXT).endsWith("x…");
    assertThat(Bounds.cut("ab🚀c", 4)).isEqualTo("ab…");
  }

  @Test
  void aNameIsRefusedBeyondItsLengthAndWithControlCharacters() {
    DeploymentEvent event = (DeploymentEvent) full(Topics.DEPLOYMENTS);
    event.setService("x".repeat(Bounds.NAME));
    assertThat(BOUNDS.fit(event).refused()).isEmpty();
    for (String bad : List.of("x".repeat(Bounds.NAME + 1), "a\u001b[2J", "a\nb", "a\ud800")) {
      event.setService(bad);
      assertThat(BOUNDS.fit(event).refused().orElseThrow().field()).isEqualTo("service");
    }
  }

  @Test
  void aCommitOfTheYear2603KeepsItsPlace() {
    PushEvent push = (PushEvent) full(Topics.PUSHES);
    Commit commit = push.getCommits().get(0);
    commit.setCommittedAt(Instant.parse("2603-01-01T00:00:00Z"));
    var fitted = BOUNDS.fit(push);
    assertThat(fitted.refused()).isEmpty();
    assertThat(fitted.adapted())
        .extracting(Bounds.Excess::field)
        .containsExactly("commits[0].committed_at");
    assertThat(push.getCommits()).hasSize(1);
    assertThat(commit.getCommittedAt()).isEqualTo(push.getOccurredAt());
    assertThat(commit.getTimeFrom()).isEqualTo("push");
  }

  @Test
  void ofTooManyCommitsTheNewestAreKept() {
    PushEvent push = (PushEvent) full(Topics.PUSHES);
    List<Commit> commits = new ArrayList<>();
    for (int i = 0; i <= Bounds.COMMITS; i++) {
      commits.add(Commit.newBuilder(push.getCommits().get(0)).setSha("%040x".formatted(i)).build());
    }
    push.setCommits(commits);
    assertThat(BOUNDS.fit(push).refused()).isEmpty();
    assertThat(push.getCommits()).isEqualTo(commits.subList(1, commits.size()));
  }

  @Test
  void anEventHasABoundOfItsOwn() {
    PushEvent push = (PushEvent) full(Topics.PUSHES);
    Commit large = push.getCommits().get(0);
    large.setMessage("x".repeat(Bounds.TEXT));
    push.setCommits(Collections.nCopies(Bounds.EVENT_BYTES / Bounds.TEXT, large));
    assertThat(BOUNDS.fit(push).refused().orElseThrow().expected()).contains("bytes of text");
  }

  private static List<Topic<? extends SpecificRecord>> events() {
    return Stream.concat(Topics.events().stream(), Topics.observations().stream()).toList();
  }

  private static SpecificRecord full(Topic<? extends SpecificRecord> topic) {
    return BoundaryEvents.ordinary(topic, "one");
  }
}
