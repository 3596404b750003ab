package dev.dorado.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenTest {

  private static final List<Map<String, Object>> ROWS =
      Collections.nCopies(50, Map.of("name", "a text with some letters"));
  private static final Answer ANSWER = Answer.ofRows(ROWS, List.of("name"), ROWS);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void longAnswersAreNotHeldInMemoryAndAreTheSame(boolean isCsv) throws IOException {
    Written shortOne = Written.of(ANSWER, isCsv, 1_000_000);
    Written longOne = Written.of(ANSWER, isCsv, 100);

    assertThat(shortOne.body()).isPresent();
    assertThat(longOne.body()).isEmpty();
    assertThat(longOne.tag()).isEmpty();
    assertThat(text(longOne)).isEqualTo(text(shortOne)).contains("a text with some letters");
    assertThat(text(longOne).lines()).hasSize(isCsv ? 51 : 1);
  }

  @Test
  void theTagIsThatOfTheBytes() {
    Written one = Written.of(ANSWER, false, 1_000_000);
    Written same = Written.of(ANSWER, false, 1_000_000);
    Written other = Written.of(Answer.ofOne(Map.of("name", "b")), false, 1_000_000);

    assertThat(one.tag()).isPresent().isEqualTo(same.tag()).isNotEqualTo(other.tag());
    assertThat(one.tag().orElseThrow()).matches("W/\"[0-9a-f]{32}\"");
  }

  private static String text(Written answer) throws IOException {
    var out = new ByteArrayOutputStream();
    answer.writeTo(out);
    return out.toString(UTF_8);
  }
}
