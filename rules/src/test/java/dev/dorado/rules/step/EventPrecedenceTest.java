package dev.dorado.rules.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CiRunEvent;
import dev.dorado.events.Provenance;
import dev.dorado.schemas.StepRecords;
import dev.dorado.steps.RoutedAttempt;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventPrecedenceTest {

  @Test
  void aLaterTranslationStandsWhateverItSays() {
    assertThat(replaces(event("live 2", "a"), event("live", "z"))).isTrue();
    assertThat(replaces(event("live 3", "a"), event("live 2", "z"))).isTrue();
    assertThat(replaces(event("live", "z"), event("live 2", "a"))).isFalse();
    assertThat(replaces(event("live 2", "z"), event("live 10", "a"))).isFalse();
  }

  @Test
  void whatCameLiveStandsOverWhatWasImported() {
    assertThat(replaces(event("live", "a"), event("backfill", "z"))).isTrue();
    assertThat(replaces(event("backfill", "z"), event("live 2", "a"))).isFalse();
  }

  @Test
  void whatATranslationTakesBackIsGoneUntilALaterOneGivesItAgain() {
    assertThat(replaces(event("withdrawn 2", "a"), event("live", "z"))).isTrue();
    assertThat(replaces(event("live", "z"), event("withdrawn 2", "a"))).isFalse();
    assertThat(replaces(event("live 3", "a"), event("withdrawn 2", "z"))).isTrue();
    assertThat(replaces(event("withdrawn 2", "z"), event("live 2", "a"))).isFalse();
    assertThat(EventPrecedence.isWithdrawn(event("withdrawn 2", "a"))).isTrue();
    assertThat(EventPrecedence.isWithdrawn(event("live 2", "a"))).isFalse();
  }

  @Test
  void whatIsSaidOnceMoreWasSaidTheFirstTime() {
    var first = event("live", "a");
    var again = event("live", "z");
    again.setOccurredAt(Instant.EPOCH.plusSeconds(60));
    assertThat(replaces(again, first)).isFalse();
    assertThat(replaces(first, again)).isTrue();
  }

  @Test
  void ofTwoAttemptsThatWereFoundToBeOneTheOneThatHasFinishedStands() {
    var started = attempt("github.com/acme/shop", null);
    var finished = attempt(null, Instant.EPOCH);

    assertThat(EventPrecedence.standing(started, finished)).isSameAs(finished);
    assertThat(EventPrecedence.standing(finished, started)).isSameAs(finished);
  }

  @Test
  void ofTwoThatHaveFinishedTheOneWithARepositoryStands() {
    var known = attempt("github.com/acme/shop", Instant.EPOCH);
    var unknown = attempt(null, Instant.EPOCH.plusSeconds(60));

    assertThat(EventPrecedence.standing(known, unknown)).isSameAs(known);
    assertThat(EventPrecedence.standing(unknown, known)).isSameAs(known);
  }

  private static RoutedAttempt attempt(String repository, Instant finishedAt) {
    return RoutedAttempt.newBuilder()
        .setId("d1")
        .setRepository(repository)
        .setEnvironment("production")
        .setEnvironmentClass("production")
        .setHeadRule("S8")
        .setHeadMethod("unknown")
        .setSource("deployment")
        .setFinishedAt(finishedAt)
        .setStatus(finishedAt == null ? "started" : "succeeded")
        .build();
  }

  private static boolean replaces(CiRunEvent given, CiRunEvent kept) {
    return EventPrecedence.replaces(given, bytes(given), kept, bytes(kept));
  }

  private static byte[] bytes(CiRunEvent event) {
    return StepRecords.write(StepRecords.record(event.getId(), event));
  }

  private static CiRunEvent event(String origin, String workflow) {
    return CiRunEvent.newBuilder()
        .setId("1")
        .setOccurredAt(Instant.EPOCH)
        .setProvenance(new Provenance("github", "", Instant.EPOCH, origin))
        .setRun("run")
        .setWorkflow(workflow)
        .setStatus("completed")
        .build();
  }
}
