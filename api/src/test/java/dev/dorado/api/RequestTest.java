package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.server.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTest {

  private static final Instant NOW = Instant.parse("2026-04-15T12:00:00Z");

  @Test
  void withoutParametersTheLast90DaysOfProductionAreMeant() {
    Query query = query();
    assertThat(query.period().to()).isEqualTo(NOW);
    assertThat(query.period().from()).isEqualTo(Instant.parse("2026-01-15T12:00:00Z"));
    assertThat(query.period().zone().getId()).isEqualTo("UTC");
    assertThat(query.filter().environments()).containsExactly("production");
    assertThat(query.interval()).isEqualTo(Interval.WEEK);
    assertThat(query.grouping()).isEmpty();
    assertThat(query.limit()).isEqualTo(100);
    assertThat(query.cursor()).isNull();
  }

  @Test
  void datesBeginInTheZone() {
    Query query = query("from=2026-03-01", "to=2026-04-01", "tz=Europe/Vienna");
    assertThat(query.period().from()).isEqualTo(Instant.parse("2026-02-28T23:00:00Z"));
    assertThat(query.period().to()).isEqualTo(Instant.parse("2026-03-31T22:00:00Z"));
  }

  @Test
  void instantsMayHaveAnOffset() {
    Query query = query("from=2026-03-01T01:00:00+01:00", "to=2026-03-02T00:00:00Z");
    assertThat(query.period().from()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
  }

  @Test
  void theStartIs90DaysBeforeTheEndThatIsGiven() {
    assertThat(query("to=2026-04-01", "tz=Europe/Vienna").period().from())
        .isEqualTo(Instant.parse("2025-12-31T23:00:00Z"));
  }

  @Test
  void severalValuesAreRepeatedOrSeparatedByCommas() {
    assertThat(query("service=a,b", "service=c", "service=a").filter().services())
        .containsExactly("a", "b", "c");
    assertThat(query("group_by=team,golden_path").grouping())
        .containsExactly(Dimension.TEAM, Dimension.GOLDEN_PATH);
  }

  @Test
  void blankValuesAreNoWish() {
    Query query = query("team=", "service= ", "from=", "limit=", "group_by=");
    assertThat(query).isEqualTo(query());
  }

  @Test
  void aCursorComesBackAsItWas() {
    var cursor = new Cursor(List.of("1", "a/b#c", "\"'"));
    assertThat(query("cursor=" + cursor.encoded()).cursor()).isEqualTo(cursor);
  }

  @ParameterizedTest
  @CsvSource({
    "from=2026-02-30, from, instant",
    "from=yesterday, from, instant",
    "from=2026-03-01T00:00:00, from, instant",
    "to=1969-12-31, to, 1970",
    "tz=Mars/Olympus, tz, IANA",
    "interval=hour, interval, 'day, week, month'",
    "group_by=colour, group_by, golden_path",
    "limit=0, limit, 1 to 1000",
    "limit=1001, limit, 1 to 1000",
    "limit=ten, limit, 1 to 1000",
    "cursor=%%%, cursor, next",
    "cursor=bnVsbA, cursor, next",
    "format=xml, format, 'json, csv'",
    "from=2026-05-01, from, before 'to'",
  })
  void aBadValueIsNamedWithWhatWasExpected(String given, String parameter, String expected) {
    assertThatThrownBy(() -> query(given))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(400);
              assertThat(problem.body()).containsEntry("parameter", parameter);
              assertThat(problem.body().get("value")).isEqualTo(given.split("=", 2)[1]);
              assertThat(problem.getMessage()).contains(expected);
            });
  }

  @Test
  void whatTakesOneValueTakesOne() {
    assertThatThrownBy(() -> query("tz=UTC", "tz=Europe/Vienna"))
        .hasMessageContaining("UTC' and 'Europe/Vienna")
        .hasMessageContaining("one value");
  }

  @Test
  void anUnknownParameterIsNamedWithThoseThatThereAre() {
    assertThatThrownBy(() -> query("servce=a"))
        .hasMessageContaining("servce")
        .hasMessageContaining("service");
  }

  @Test
  void aSeriesOfTooManyDaysIsRefused() {
    assertThatThrownBy(() -> query("from=2000-01-01", "interval=day"))
        .hasMessageContaining("interval")
        .hasMessageContaining("month");
  }

  private static Query query(String... given) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String text : given) {
      String[] parts = text.split("=", 2);
      parameters.merge(
          parts[0],
          List.of(parts[1]),
          (one, other) ->
              Arrays.asList(
                  java.util.stream.Stream.concat(one.stream(), other.stream())
                      .toArray(String[]::new)));
    }
    return Request.of(null, Parameters.COMMON, parameters, Clock.fixed(NOW, ZoneOffset.UTC))
        .query(90);
  }
}
