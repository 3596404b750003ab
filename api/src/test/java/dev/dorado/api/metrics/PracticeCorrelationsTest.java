package dev.dorado.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PracticeCorrelationsTest {

  @Test
  void whatGoesTogetherIsSaidWithItsIntervalAndCountAndWithoutACause() {
    Map<String, Object> found = found(months(6, 8), "branch_age", "change_fail_rate");

    assertThat(found.get("status")).isEqualTo("goes_together");
    assertThat((Double) found.get("correlation")).isGreaterThan(0.7);
    assertThat(found.get("n")).isEqualTo(48);
    assertThat(found.get("groups")).isEqualTo(6);
    assertThat((String) found.get("text"))
        .startsWith(
            "Older branches go together with a higher change fail rate, rank correlation 0.")
        .endsWith("n = 48 team-months of 6 teams.");
  }

  @Test
  void whatIsUnrelatedIsCannotTellNeverNone() {
    Map<String, Object> found = found(months(6, 8), "batch_size", "change_fail_rate");

    assertThat(found.get("status")).isIn("cannot_tell", "may_be_chance");
    assertThat((String) found.get("text")).doesNotContain("no effect").contains("team-months");
  }

  @Test
  void fewMonthsOrFewTeamsAreTooFew() {
    for (var months : List.of(months(6, 3), months(3, 30))) {
      Map<String, Object> found = found(months, "branch_age", "change_fail_rate");
      assertThat(found.get("status")).isEqualTo("too_few");
      assertThat(found.get("correlation")).isNull();
      assertThat((String) found.get("text"))
          .startsWith("Too few: n = ")
          .contains("20 team-months of 4 teams");
    }
  }

  @Test
  void monthsThatAreCutOrHaveFewRowsOrNoTeamDoNotCount() {
    List<Map<String, Object>> months = months(6, 8);
    months.get(0).put("incomplete", true);
    months.get(1).put("branch_age_n", 4L);
    months.get(2).put("change_fail_rate_n", 4L);
    months.get(3).put("team", null);
    months.get(4).put("branch_age", null);
    assertThat(found(months, "branch_age", "change_fail_rate").get("n")).isEqualTo(43);
  }

  @Test
  void whatIsTheSameEverywhereCannotBeCompared() {
    List<Map<String, Object>> months = months(6, 8);
    months.forEach(month -> month.put("branch_age", 5.0));
    assertThat(found(months, "branch_age", "change_fail_rate").get("status"))
        .isEqualTo("no_variation");
  }

  /** The fail rate grows with the age of branches; the batches have nothing to do with it. */
  private static List<Map<String, Object>> months(int teams, int months) {
    var random = new SplittableRandom(3);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int team = 0; team < teams; team++) {
      for (int month = 0; month < months; month++) {
        double age = random.nextDouble();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("incomplete", false);
        row.put("team", "team " + team);
        row.put("branch_age", age);
        row.put("branch_age_n", 5L);
        row.put("batch_size", random.nextDouble());
        row.put("batch_size_n", 5L);
        row.put("change_fail_rate", age / 2 + random.nextDouble() / 8);
        row.put("change_fail_rate_n", 5);
        rows.add(row);
      }
    }
    return rows;
  }

  private static Map<String, Object> found(
      List<Map<String, Object>> months, String practice, String outcome) {
    return PracticeCorrelations.json(months, "team").stream()
        .filter(row -> row.get("practice").equals(practice) && row.get("outcome").equals(outcome))
        .findFirst()
        .orElseThrow();
  }
}
