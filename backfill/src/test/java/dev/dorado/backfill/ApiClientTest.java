package dev.dorado.backfill;

import static dev.dorado.backfill.SimulatedForge.closed;
import static dev.dorado.backfill.SimulatedForge.closedInTheMiddle;
import static dev.dorado.backfill.SimulatedForge.cutOffJson;
import static dev.dorado.backfill.SimulatedForge.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiClientTest {

  private final ManualClock clock = new ManualClock("2026-06-01T00:00:00Z");
  private final List<String> notes = new ArrayList<>();
  private SimulatedForge forge;
  private ApiClient api;

  @BeforeEach
  void start() throws IOException {
    forge = new SimulatedForge().list("things", "1", "2", "3", "4", "5");
    api =
        new ApiClient(
            forge.uri(), Map.of("Authorization", "Bearer t0ken"), clock, clock, notes::add);
  }

  @AfterEach
  void stop() {
    forge.close();
  }

  @Test
  void allPagesAreRead() {
    assertThat(api.all("things?x=y"))
        .extracting(item -> item.asInt())
        .containsExactly(1, 2, 3, 4, 5);
    assertThat(forge.requests)
        .containsExactly("GET things?x=y", "GET things?x=y&page=2", "GET things?x=y&page=3");
    assertThat(forge.tokens).containsOnly("Bearer t0ken");
    assertThat(clock.waits).isEmpty();
  }

  @Test
  void whatMayPassIsTriedAgainLaterAndLater() {
    forge.thenWrong(
        status(502, "<html>"), cutOffJson(), closedInTheMiddle(), closed(), status(500, ""));
    assertThat(api.all("things")).hasSize(5);
    // A connection that was closed without an answer the HTTP client itself may try once more.
    assertThat(clock.waits)
        .startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4))
        .hasSizeBetween(4, 5);
  }

  @Test
  void whatFailsAndFailsIsAnErrorThatSaysWhatToDo() {
    forge.alwaysWrong("things", status(502, "{\"message\": \"Server Error\"}"));
    assertThatThrownBy(() -> api.get("things"))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("failed 7 times")
        .hasMessageContaining("502 Server Error")
        .hasMessageContaining("Run the same command again");
    assertThat(clock.waits)
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L);
  }

  @Test
  void aRateLimitIsWaitedForAsLongAsTheServerSays() {
    String reset = Long.toString(clock.instant().getEpochSecond() + 600);
    forge.thenWrong(
        status(429, "{}", "Retry-After", "30"),
        status(403, "{}", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset));
    assertThat(api.get("things").json()).hasSize(2);
    assertThat(clock.waits).containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(571));
    assertThat(notes).anyMatch(note -> note.contains("waiting 571 s: the rate limit of 127.0.0.1"));
  }

  @Test
  void aSecondaryLimitWithoutATimeIsWaitedForLongerEachTime() {
    var secondary = status(403, "{\"message\": \"You have exceeded a secondary rate limit.\"}");
    forge.thenWrong(secondary, secondary, secondary);
    assertThat(api.get("things").json()).hasSize(2);
    assertThat(clock.waits)
        .containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(4));
  }

  @Test
  void theLastRequestOfAPeriodIsFollowedByAWait() {
    String reset = Long.toString(clock.instant().getEpochSecond() + 100);
    forge.thenWrong(status(200, "[1]", "RateLimit-Remaining", "0", "RateLimit-Reset", reset));
    assertThat(api.get("things").json()).hasSize(1);
    assertThat(clock.waits).isEmpty();
    api.get("things");
    assertThat(clock.waits).containsExactly(Duration.ofSeconds(101));
  }

  @Test
  void aLimitThatNeverEndsIsGivenUp() {
    forge.alwaysWrong("things", status(429, "{}", "Retry-After", "1"));
    assertThatThrownBy(() -> api.get("things"))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("still limits the rate");
  }

  @Test
  void aTokenThatIsNotAcceptedIsNotTriedAgain() {
    forge.alwaysWrong("things", status(401, "{\"message\": \"Bad credentials\"}"));
    assertThatThrownBy(() -> api.get("things"))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("does not accept the token (401 Bad credentials)");
    assertThat(forge.requests).hasSize(1);
  }

  @Test
  void theTokenGoesToNoOtherServer() {
    forge.thenWrong(
        status(200, "[]", "Link", "<https://elsewhere.example/x>; rel=\"next\""),
        status(302, "", "Location", "https://elsewhere.example/y"));
    assertThatThrownBy(() -> api.all("things"))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("https://elsewhere.example/x")
        .hasMessageContaining("another server");
    assertThatThrownBy(() -> api.get("things"))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("https://elsewhere.example/y");
  }

  @Test
  void aRepositoryThatWasRenamedIsFollowed() {
    forge.thenWrong(status(301, "{}", "Location", forge.uri() + "/things"));
    assertThat(api.get("old").json()).hasSize(2);
  }
}
