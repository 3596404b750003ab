package dev.dorado.streams.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.deliveries.Rejected;
import dev.dorado.schemas.RejectedRetry;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key whose history does not fit into memory stops no other key, and is taken up again. */
class LargeHistoriesTest {

  private static final long LITTLE = 30_000;

  @TempDir Path folder;

  private OneStep step;

  @BeforeEach
  void start() throws Exception {
    step = new OneStep(folder, settings(LITTLE));
  }

  @AfterEach
  void stop() {
    step.close();
  }

  private static StepSettings settings(long largest) {
    return new StepSettings(
        OneStep.FLUSH, StepSettings.SMALL_HISTORY, Long.MAX_VALUE, largest, () -> 0);
  }

  @Test
  void aKeyThatNeedsTooMuchMemoryIsNamedAndAllOthersGoOn() {
    step.give("large", 0, 50);
    step.give("small", "a");
    step.flush();

    assertThat(step.facts()).containsExactly("a");
    assertThat(step.rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.getPlace()).isEqualTo("step");
              assertThat(rejected.getName()).isEqualTo("attribute");
              assertThat(rejected.getKey()).isEqualTo("large");
              assertThat(rejected.getError()).isEqualTo("TooLargeHistory");
              assertThat(rejected.getStatus()).isEqualTo(RejectedRetry.REJECTED);
              assertThat(rejected.getReason()).containsPattern("DORADO_JAVA_OPTS=-Xmx[0-9]+m,");
            });
    assertThat(step.metrics.get("dorado.records.rejected").tag("where", "step").counter().count())
        .isOne();
  }

  @Test
  void oneThatGrowsTooLargeIsSetAsideAndNotTriedAgainForEachInput() {
    step.give("growing", "first");
    step.flush();
    assertThat(step.facts()).containsExactly("first");
    step.give("growing", 0, 50);
    step.flush();
    step.give("growing", "last");
    step.give("small", "a");
    step.flush();

    assertThat(step.facts()).containsExactly("a");
    assertThat(step.rejected()).extracting(Rejected::getKey).containsExactly("growing");
  }

  @Test
  void itIsTakenUpByItselfAtAStartWithMoreRoom() {
    step.give("large", 0, 50);
    step.flush();
    step.give("large", "later");
    step.flush();
    Rejected rejected = step.rejected().get(0);

    step.restart(settings(Long.MAX_VALUE));
    step.flush();

    assertThat(step.facts()).hasSize(51).contains("later", "49");
    assertThat(step.rejected())
        .singleElement()
        .satisfies(
            accepted -> {
              assertThat(accepted.getId()).isEqualTo(rejected.getId());
              assertThat(accepted.getStatus()).isEqualTo(RejectedRetry.RETRIED);
            });
    step.give("large", "once more");
    step.flush();
    assertThat(step.facts()).containsExactly("once more");
    assertThat(step.rejected()).isEmpty();
  }
}
