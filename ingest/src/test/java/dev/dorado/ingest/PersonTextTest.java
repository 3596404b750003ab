package dev.dorado.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonTextTest {

  private final PersonText ann = PersonText.of(List.of("ann", "ann@acme.com", "Ann Smith"), "r");

  @Test
  void eachIdentifierHasAStandInOfItsOwnInAnyCase() {
    assertThat(ann.without("Co-authored-by: ann smith <Ann@ACME.com>, thanks @ann."))
        .isEqualTo("Co-authored-by: erased-r-2 <erased-r-1>, thanks @erased-r-3.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "annette",
        "joann",
        "ann-marie",
        "ann_2",
        "joe+ann@acme.com",
        "ann@acme.com.au",
        "ann@other.org",
        "Joann Smithson",
        "m.ann",
        ""
      })
  void partsOfOtherWordsAndAddressesStay(String text) {
    assertThat(ann.isIn(text)).isFalse();
    assertThat(ann.without(text)).isSameAs(text);
  }

  @Test
  void anAddressAtTheEndOfASentenceIsFound() {
    assertThat(ann.without("ask ann@acme.com.")).isEqualTo("ask erased-r-1.");
  }

  @Test
  void nothingIsNobody() {
    assertThat(ann.isIn(null)).isFalse();
    assertThat(ann.without(null)).isNull();
  }

  @Test
  void aShortIdentifierIsRefusedWithItsLength() {
    assertThatThrownBy(() -> PersonText.of(List.of("al"), "r"))
        .hasMessageContaining("'al'")
        .hasMessageContaining("expected 3 or more");
    assertThatThrownBy(() -> PersonText.of(List.of(), "r")).hasMessageContaining("no identifier");
  }
}
