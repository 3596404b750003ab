package dev.dorado.api.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.schemas.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds for every story, whatever its row: asked of random ones. */
class StoryConsistencyTest {

  private static final int ROWS = 5000;
  private static final Instant BEGIN = Instant.parse("2026-03-02T10:00:00Z");
  private static final Pattern DURATION =
      Pattern.compile("\\d+(?:\\.\\d)? (?:wk|d|h|min|s)(?: \\d+ (?:d|h|min))?\\b");
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC");

  @Test
  void storiesOfDeploymentsNeverContradictThemselves() {
    for (int seed = 0; seed < ROWS; seed++) {
      var random = new Random(seed);
      Map<String, Object> row = deployment(random);
      List<Map<String, Object>> corrections = corrections(random);
      var story =
          DeploymentStory.of(
              row,
              random.nextBoolean() ? null : Map.of("id", "d0", "finished_at", BEGIN),
              List.of(),
              List.of(),
              corrections);

      assertConsistent(seed, story);
      String failure = text(story, "failure");
      boolean isAsked =
          row.get("environment").equals("production")
              && !row.get("kind").equals("redeploy")
              && !Boolean.TRUE.equals(row.get("excluded"));
      boolean isAcquitted =
          corrections.stream()
              .anyMatch(
                  c -> "not-failed".equals(c.get("mark")) && "in force".equals(c.get("effect")));
      if (Boolean.TRUE.equals(row.get("failed"))) {
        assertThat(failure).as("seed %d", seed).startsWith("It failed");
      } else if (isAsked && isAcquitted) {
        assertThat(failure).as("seed %d", seed).contains("by correction").doesNotContain("no rule");
      } else if (!isAsked) {
        assertThat(failure).as("seed %d", seed).startsWith("It is not asked");
      }
      Instant impact = (Instant) row.get("impact_started_at");
      Instant recovered = (Instant) row.get("recovered_at");
      if (Boolean.TRUE.equals(row.get("failed")) && impact != null && recovered != null) {
        assertThat(text(story, "recovery"))
            .as("seed %d", seed)
            .contains(ReadableDuration.of(Duration.between(impact, recovered)));
      }
    }
  }

  @Test
  void storiesOfIncidentsNeverContradictThemselves() {
    for (int seed = 0; seed < ROWS; seed++) {
      var random = new Random(seed);
      Map<String, Object> row = new HashMap<>();
      Instant start = maybe(random, time(random, 0));
      Instant end = maybe(random, time(random, 0));
      row.put("started_at", start);
      row.put("detected_at", maybe(random, time(random, 0)));
      row.put("resolved_at", end);
      row.put("deployment_id", maybe(random, "d1"));
      row.put("link_method", row.get("deployment_id") == null ? null : "it was in progress");
      var story = IncidentStory.of(row, corrections(random));

      assertConsistent(seed, story);
      boolean hasLength = start != null && end != null && !end.isBefore(start);
      assertThat(DURATION.matcher(text(story, "resolution").replaceAll(TIME.pattern(), "")).find())
          .as("seed %d: a length is told if and only if it is known", seed)
          .isEqualTo(hasLength);
    }
  }

  @Test
  void storiesOfChangesNeverContradictThemselves() {
    for (int seed = 0; seed < ROWS; seed++) {
      var random = new Random(seed);
      Map<String, Object> row = new HashMap<>();
      Instant start = maybe(random, time(random, 0));
      Instant deployed = maybe(random, time(random, 5 * 86_400));
      row.put("sha", "beef");
      row.put("started_at", start);
      row.put("merged_at", maybe(random, time(random, 3600)));
      row.put("deployed_at", deployed);
      row.put("bot", random.nextBoolean());
      row.put("reactive", random.nextBoolean());
      row.put("shipping_rule", deployed != null ? "S4" : random.nextBoolean() ? "S5" : null);
      boolean hasLeadTime = start != null && deployed != null;
      row.put(
          "lead_time", hasLeadTime ? Duration.between(start, deployed).toMillis() / 1000.0 : null);
      var story = ChangeStory.of(row);

      assertConsistent(seed, story);
      assertThat(text(story, "lead-time"))
          .as("seed %d", seed)
          .startsWith(
              hasLeadTime
                  ? "Its lead time is " + ReadableDuration.of(Duration.between(start, deployed))
                  : "It has no lead time");
    }
  }

  private static void assertConsistent(int seed, List<Map<String, Object>> story) {
    List<Instant> times =
        story.stream().map(step -> (Instant) step.get("at")).filter(Objects::nonNull).toList();
    assertThat(times).as("seed %d: in the order of time", seed).isSorted();
    for (var step : story) {
      String text = step.get("text").toString();
      assertThat(text)
          .as("seed %d", seed)
          .doesNotContain("null", "undefined", "  ", "..")
          .matches("(?s).*[.!?…]");
      // What a step names as its reason cannot be among what it rejected.
      for (Object rejected : (List<?>) step.get("rejected")) {
        assertThat(text).as("seed %d", seed).doesNotContain(rejected.toString());
        assertThat(((List<?>) step.get("evidence")).contains(rejected)).isFalse();
      }
    }
  }

  private static Map<String, Object> deployment(Random random) {
    Map<String, Object> row = new HashMap<>();
    Instant start = time(random, 0);
    Instant finish = start.plusSeconds(random.nextInt(5000));
    boolean isExcluded = random.nextInt(5) == 0;
    boolean succeeded = random.nextInt(4) > 0;
    row.put("id", "d1");
    row.put("environment", random.nextInt(4) == 0 ? "staging" : "production");
    row.put("status", succeeded ? "succeeded" : "failed");
    row.put("started_at", start);
    row.put("finished_at", finish);
    row.put("kind", one(random, "forward", "rollback", "redeploy", "unknown"));
    row.put("kind_reason", maybe(random, "the same commit as d0"));
    row.put("changes", maybe(random, (long) random.nextInt(3)));
    row.put("excluded", isExcluded);
    row.put("excluded_reason", isExcluded ? "correction c9: a drill" : null);
    boolean canFail =
        !isExcluded
            && row.get("environment").equals("production")
            && !row.get("kind").equals("redeploy");
    boolean failed = canFail && random.nextBoolean();
    row.put("failed", failed);
    row.put("counted", !isExcluded && !row.get("kind").equals("redeploy") && (succeeded || failed));
    if (failed) {
      Instant impact = maybe(random, finish.plusSeconds(random.nextInt(100_000) - 3000));
      row.put("failure_rule", "F6");
      row.put("failure_method", "incident PD-1: it was in progress when the impact began");
      row.put("failure_evidence", List.of("PD-1"));
      row.put("failure_rejected", List.of("d5 started after the impact (F6)"));
      row.put("impact_started_at", impact);
      row.put(
          "recovered_at",
          maybe(random, (impact == null ? start : impact).plusSeconds(random.nextInt(2_000_000))));
      row.put("recovery_method", one(random, "incident", "rollback", "next deployment"));
    } else if (canFail) {
      row.put("failure_rejected", List.of("incident PD-1: it was in progress (F6)"));
    }
    row.put("rework", random.nextInt(3) == 0);
    row.put("rework_reason", Boolean.TRUE.equals(row.get("rework")) ? "rollback" : null);
    row.put("rework_probable", random.nextInt(4) == 0);
    return row;
  }

  private static List<Map<String, Object>> corrections(Random random) {
    List<Map<String, Object>> corrections = new ArrayList<>();
    Instant made = time(random, -86_400);
    for (int i = random.nextInt(4); i > 0; i--) {
      Map<String, Object> correction = new HashMap<>();
      made = made.plusSeconds(random.nextInt(100_000));
      correction.put("id", "c" + i);
      correction.put("made_at", made);
      correction.put("action", one(random, "link", "unlink", "mark", "exclude", "revoke"));
      correction.put("deployment_id", "d1");
      correction.put("incident_id", "PD-1");
      correction.put("revokes", "c0");
      if (correction.get("action").equals("mark")) {
        correction.put("mark", one(random, "planned", "unplanned", "failed", "not-failed"));
      }
      correction.put("author", maybe(random, "ada"));
      correction.put("reason", "as the log shows");
      correction.put("effect", one(random, "in force", "overruled", "revoked", "void"));
      corrections.add(correction);
    }
    return corrections;
  }

  private static String text(List<Map<String, Object>> story, String name) {
    return story.stream()
        .filter(step -> step.get("step").equals(name))
        .map(step -> step.get("text").toString())
        .findFirst()
        .orElseThrow();
  }

  private static Instant time(Random random, int after) {
    return BEGIN.plusSeconds(after + random.nextInt(100_000)).plusMillis(random.nextInt(1000));
  }

  @SafeVarargs
  private static <T> T one(Random random, T... some) {
    return some[random.nextInt(some.length)];
  }

  private static <T> T maybe(Random random, T value) {
    return random.nextInt(4) == 0 ? null : value;
  }
}
