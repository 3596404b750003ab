package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginTest {

  @Test
  void aLiveDeliveryThatIsTranslatedAgainSaysForWhichGeneration() {
    assertThat(Origin.again(Origin.LIVE, 3)).isEqualTo("live 3");
    assertThat(Origin.translation("live 3")).isEqualTo(3);
  }

  @Test
  void whatWasImportedStaysImported() {
    assertThat(Origin.again(Origin.BACKFILL, 3)).isEqualTo("backfill");
  }

  @Test
  void whatCameAsItIsHasNoOtherTranslation() {
    assertThat(Origin.translation("live")).isZero();
    assertThat(Origin.translation("backfill")).isZero();
    assertThat(Origin.translation("live long")).isZero();
    assertThat(Origin.translation("live 99999999999")).isZero();
  }
}
