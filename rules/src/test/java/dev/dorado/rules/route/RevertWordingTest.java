package dev.dorado.rules.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule F4: the wording of reverts, as far as it is not in the rules' own tests. */
class RevertWordingTest {

  private static final RevertWording WORDING = new RevertWording("gitlab.com/acme/web/shop");

  @Test
  void aReferenceIsOfTheRepositoryOrOfAnother() {
    assertThat(WORDING.reverted("x", null, "Reverts acme/web/shop!12")).containsExactly("#12");
    assertThat(WORDING.reverted("x", null, "Reverts shop!12")).containsExactly("#12");
    assertThat(WORDING.reverted("x", null, "Reverts acme/till#12")).containsExactly("acme/till#12");
    assertThat(
            WORDING.reverted(
                "x", null, "Reverts https://gitlab.com/acme/web/shop/-/merge_requests/12."))
        .containsExactly("#12");
  }

  @Test
  void aShortWordOfHexadecimalLettersIsNoCommit() {
    assertThat(WORDING.reverted("Revert defaced page", null)).isEmpty();
    assertThat(RevertWording.isRevert("Revert defaced page", null)).isFalse();
  }

  @Test
  void aNumberTooLongForAPullRequestIsNone() {
    assertThat(WORDING.reverted("Revert #12345678901234567890", null)).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aTitleThatWasCutShortQuotesAllTheSame() {
    assertThat(RevertWording.isRevert("Revert \"Add a basket that…", null)).isTrue();
    assertThat(RevertWording.isRevert("Revert \"Revert \"Add a basket…", null)).isFalse();
    assertThat(RevertWording.isRevertOfRevert("Revert \"Revert \"Add a basket…", null)).isTrue();
  }

  /** What makes a pattern try a text in many ways, as long as texts may be. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "revert ",
        "Revert \"",
        "this reverts commit ",
        "reverts a/",
        "\nrevert abcdef1 ",
        "[",
        "revert/",
        "1a",
        "roll back\t ",
        "(#1) ",
        ":a:",
        "fix(",
        "fix: revert \"",
        "\u23ea",
        "A1-1 ",
        "refs: a,",
        " "
      })
  void matchingTakesLinearTime(String part) {
    String text = part.repeat(16_384 / part.length());
    for (String evil : List.of(text, "revert " + text, "Revert \"x\"" + text + "x")) {
      var counted = new CountedText(evil);
      WORDING.reverted(counted, counted, counted);
      RevertWording.isRevert(counted, counted);
      RevertWording.isRevertOfRevert(counted, counted);
      assertThat(counted.read()).as(part).isLessThan(200L * evil.length());
    }
  }
}
