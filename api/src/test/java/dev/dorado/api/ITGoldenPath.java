package dev.dorado.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.dorado.embedded.ClickHouseExtension;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An organisation over two years in which adoption of the path java makes lead times 40 % shorter
 * and change fail rates 20 points lower, and changes nothing else; and services of every kind that
 * can't be estimated.
 */
class ITGoldenPath {

  @RegisterExtension static final ClickHouseExtension clickHouse = new ClickHouseExtension();

  private static final Instant TO = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration BLOCK = Duration.ofDays(28);
  private static final int BLOCKS = 26;
  private static final Instant FROM = TO.minus(BLOCK.multipliedBy(BLOCKS));
  private static final int PER_BLOCK = 4;
  private static final String QUESTION = "/api/v1/golden-path?to=2026-11-01&path=java";

  private static TestApi api;
  private static TestRows rows;
  private static JsonNode answer;

  @BeforeAll
  static void writeHistory() throws Exception {
    Connections connections = TestApi.clickHouse(clickHouse.jdbcUrl(), clickHouse.database());
    try (var connection = connections.clickHouse()) {
      new Migrations(connections.database()).apply(connection);
    }
    rows = new TestRows(connections);
    for (int i = 0; i < 12; i++) {
      int cohort = 11 + i % 3 * 3;
      // Half of the teams declare it a month late, with the date of the migration.
      Instant declared = i % 2 == 0 ? day(cohort) : day(cohort).plus(BLOCK);
      history("adopter-" + i, "team-" + i, cohort, 0, BLOCKS);
      rows.catalog("adopter-" + i, "1970-01-01T00:00:00Z", "team-" + i);
      onPath("adopter-" + i, "team-" + i, declared, "java", day(cohort));
      history("other-" + i, "others-" + i, BLOCKS, 0, BLOCKS);
      rows.catalog("other-" + i, "1970-01-01T00:00:00Z", "others-" + i);
    }
    history("unlisted", null, BLOCKS, 0, BLOCKS);
    writeServicesThatAreLeftOut();
    writeRowsThatDoNotCount();
    rows.insert();
    api = TestApi.start(connections, Instant.parse("2026-11-20T00:00:00Z"));
    answer = api.json(QUESTION);
  }

  @AfterAll
  static void close() {
    api.close();
  }

  private static void writeServicesThatAreLeftOut() {
    history("born", "platform", 14, 14, BLOCKS);
    onPath("born", "platform", Instant.EPOCH, "java", day(13));
    history("early", "platform", 2, 0, BLOCKS);
    onPath("early", "platform", Instant.EPOCH, "java", day(2));
    history("late", "platform", BLOCKS - 1, 0, BLOCKS);
    onPath("late", "platform", Instant.EPOCH, "java", day(BLOCKS - 1));
    history("leaver", "platform", 8, 0, BLOCKS);
    onPath("leaver", "platform", Instant.EPOCH, "java", day(8));
    rows.catalog("leaver", day(15).toString(), "platform");
    history("changer", "platform", 8, 0, BLOCKS);
    onPath("changer", "platform", Instant.EPOCH, "go", day(3));
    onPath("changer", "platform", day(8), "java", day(8));
    history("elsewhere", "platform", BLOCKS, 0, BLOCKS);
    onPath("elsewhere", "platform", Instant.EPOCH, "go", day(12));
    history("dropped", "platform", BLOCKS, 0, 20);
    rows.catalog("dropped", "1970-01-01T00:00:00Z", "platform");
    rows.catalog("dropped", day(20).toString(), "platform").with("removed", true);
    rows.catalog("never-seen", "1970-01-01T00:00:00Z", "platform");
    onPath("withdrawn", "platform", Instant.EPOCH, "java", day(20));
    rows.catalog("withdrawn", day(10).toString(), "platform");
    history("withdrawn", "platform", BLOCKS, 0, BLOCKS);
  }

  private static void writeRowsThatDoNotCount() {
    String time = day(5).plusSeconds(60).toString();
    for (int i = 0; i < 40; i++) {
      rows.deployment("adopter-0", "taken-back-" + i, time);
      rows.deployment("adopter-0", "taken-back-" + i, time).retracted();
      rows.deployment("adopter-0", "staging-" + i, time)
          .with("environment", "staging")
          .with("environments", List.of("qa"));
      rows.deployment("adopter-0", "redeploy-" + i, time).with("counted", false);
      rows.deployment("adopter-0", "excluded-" + i, time).with("excluded", true);
      rows.change("adopter-0", "github.com/acme/adopter-0#bot" + i, time, "d")
          .with("bot", true)
          .with("lead_time", 1.0);
      rows.change("adopter-0", "github.com/acme/adopter-0#back" + i, time, "d")
          .with("lead_time", 1.0);
      rows.change("adopter-0", "github.com/acme/adopter-0#back" + i, time, "d")
          .with("lead_time", 1.0)
          .retracted();
    }
  }

  private static void onPath(
      String service, String team, Instant said, String path, Instant since) {
    rows.catalog(service, said.toString(), team)
        .with("golden_path", path)
        .with("golden_path_since", since);
  }

  private static void history(String service, String team, int cohort, int first, int end) {
    var random = new SplittableRandom(service.hashCode());
    double level = 80_000 * (1 + random.nextDouble());
    for (int block = first; block < end; block++) {
      for (int i = 0; i < PER_BLOCK; i++) {
        String id = service + "-" + block + "-" + i;
        String time = day(block).plus(Duration.ofHours(3 + 160L * i)).toString();
        double part = block >= cohort ? 0.6 : 1;
        double noise = Math.exp(0.4 * (random.nextDouble() + random.nextDouble() - 1));
        rows.deployment(service, id, time)
            .with("failed", random.nextDouble() < (block >= cohort ? 0.1 : 0.3))
            .with("rework", random.nextDouble() < 0.2);
        rows.change(service, "github.com/acme/" + service + "#" + block + i, time, id)
            .with("lead_time", level * part * noise)
            .with("reactive", random.nextDouble() < 0.25);
      }
    }
  }

  private static Instant day(int block) {
    return FROM.plus(BLOCK.multipliedBy(block));
  }

  @Test
  void theAnswerHasTheShapeOfTheDocument() {
    JsonNode schema =
        api.json("/openapi.json")
            .at("/paths/~1api~1v1~1golden-path/get/responses/200/content/application~1json/schema");

    ITOpenApi.assertShape("/golden-path", schema, answer);
    assertThat(answer.get("path").asText()).isEqualTo("java");
    assertThat(answer.get("from").asText()).isEqualTo(FROM.toString());
    assertThat(answer.get("to").asText()).isEqualTo(TO.toString());
    assertThat(answer.get("block_days").asInt()).isEqualTo(28);
    assertThat(answer.get("paths")).hasToString("[\"go\",\"java\"]");
  }

  @Test
  void whatWasPlantedIsFound() {
    JsonNode leadTime = effect("change_lead_time");
    JsonNode failRate = effect("change_fail_rate");

    assertThat(leadTime.get("status").asText()).isEqualTo("estimated");
    assertThat(leadTime.get("unit").asText()).isEqualTo("ratio");
    assertThat(leadTime.get("estimate").asDouble()).isEqualTo(-0.4, within(0.05));
    assertThat(leadTime.get("low").asDouble()).isLessThan(-0.4);
    assertThat(leadTime.get("high").asDouble()).isBetween(-0.4, -0.2);
    assertThat(leadTime.get("p_value").asDouble()).isLessThan(0.01);
    assertThat(leadTime.get("primary").asBoolean()).isTrue();
    assertThat(leadTime.get("verdict").asText())
        .startsWith("After adoption, the change lead time fell by 4")
        .containsPattern("95 % interval: \u2212\\d\\d % to \u2212\\d\\d %")
        .doesNotContain("-");
    assertThat(leadTime.get("pooled").isNull()).isTrue();
    assertThat(failRate.get("unit").asText()).isEqualTo("points");
    assertThat(failRate.get("pooled").asDouble()).isBetween(-0.3, -0.1);
    assertThat(failRate.get("low").asDouble()).isLessThan(-0.2);
    assertThat(failRate.get("high").asDouble()).isGreaterThan(-0.2);
  }

  @Test
  void whatDidNotChangeIsNotToldAsNoEffect() {
    JsonNode deployments = effect("deployment_frequency");
    JsonNode rework = effect("deployment_rework_rate");

    // All deploy alike, block for block.
    assertThat(deployments.get("status").asText()).isEqualTo("refused");
    assertThat(deployments.get("reason").asText()).contains("do not vary");
    assertThat(rework.get("status").asText()).isEqualTo("estimated");
    assertThat(rework.get("verdict").asText())
        .startsWith("Cannot tell")
        .contains("would probably have been seen");
  }

  @Test
  void cohortsAreThoseOfTheDeclaredDatesEvenIfDeclaredLate() {
    JsonNode cohorts = effect("change_lead_time").get("cohorts");

    assertThat(texts(cohorts, "time"))
        .containsExactly(
            day(8).toString(), day(11).toString(), day(14).toString(), day(17).toString());
    // leaver is an adopter up to the time at which it left.
    assertThat(texts(cohorts, "n")).containsExactly("1", "4", "4", "4");
    assertThat(effect("change_lead_time").get("n_adopting").asInt()).isEqualTo(13);
  }

  @Test
  void onlyRowsThatCountAreCounted() {
    JsonNode levels = effect("deployment_frequency").get("levels");

    assertThat(levels.get("adopting_before").asDouble()).isEqualTo(PER_BLOCK);
    assertThat(levels.get("comparison_after").asDouble()).isEqualTo(PER_BLOCK);
    assertThat(effect("change_lead_time").get("levels").get("adopting_before").asDouble())
        .isBetween(80_000.0, 160_000.0);
  }

  @Test
  void eachServiceThatIsLeftOutHasItsReason() {
    assertThat(reason("born")).contains("adopted the path before it was first observed");
    assertThat(reason("early")).contains("observed for 2 blocks before its adoption");
    assertThat(reason("late")).contains("0 blocks after its adoption");
    assertThat(reason("leaver")).contains("left the path at " + day(15));
    assertThat(reason("changer")).contains("changed to this path from the path go");
    assertThat(reason("elsewhere")).contains("is on the path go since " + day(12));
    assertThat(reason("never-seen")).contains("no deployment");
    assertThat(reason("withdrawn")).isEmpty();
    assertThat(reason("unlisted")).isEmpty();
    assertThat(reason("adopter-0")).isEmpty();
  }

  @Test
  void adoptionIsCountedAtTheEndOfEachBlock() {
    JsonNode first = answer.get("adoption").get(0);
    JsonNode eighth = answer.get("adoption").get(8);
    JsonNode last = answer.get("adoption").get(BLOCKS - 1);

    assertThat(answer.get("adoption")).hasSize(BLOCKS);
    assertThat(first.get("time").asText()).isEqualTo(FROM.toString());
    assertThat(first.get("services").asInt()).isEqualTo(32);
    assertThat(first.get("services_on_path").asInt()).isZero();
    // Early, leaver and changer.
    assertThat(eighth.get("services_on_path").asInt()).isEqualTo(3);
    assertThat(eighth.get("deployments_share").asDouble()).isEqualTo(3.0 / 32, within(1e-9));
    // All adopters, born, early, late and changer; dropped is gone, born has come.
    assertThat(last.get("services").asInt()).isEqualTo(32);
    assertThat(last.get("services_on_path").asInt()).isEqualTo(16);
    assertThat(last.get("teams_on_path").asInt()).isEqualTo(13);
    assertThat(last.get("left").asInt()).isEqualTo(1);
  }

  @Test
  void anyOfSeveralPathsIsAskedForByNamingNone() {
    JsonNode any = api.json("/api/v1/golden-path?to=2026-11-01");

    assertThat(any.get("path").isNull()).isTrue();
    assertThat(last(any).get("services_on_path").asInt()).isEqualTo(17);
    assertThat(any.get("excluded").toString())
        .doesNotContain("\"changer\",\"reason\":\"it changed");
  }

  @Test
  void teamsAreTheClustersWhereThatIsAskedFor() {
    JsonNode ofTeams = api.json(QUESTION + "&cluster=team");

    assertThat(answer.get("cluster").asText()).isEqualTo("service");
    assertThat(ofTeams.get("cluster").asText()).isEqualTo("team");
    assertThat(effect(ofTeams, "change_lead_time").get("clusters_adopting").asInt()).isEqualTo(13);
  }

  @Test
  void aShortPeriodIsRefusedWithWhatIsNeeded() {
    JsonNode effects =
        api.json("/api/v1/golden-path?path=java&from=2026-10-20&to=2026-11-01").get("effects");
    JsonNode few = api.json("/api/v1/golden-path?path=go&to=2026-11-01").get("effects");

    effects.forEach(
        effect -> {
          assertThat(effect.get("status").asText()).isEqualTo("refused");
          assertThat(effect.get("reason").asText()).contains("nothing can be compared");
        });
    assertThat(few.get(1).get("reason").asText()).contains("at least 5 are needed");
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertThat(api.problem("/api/v1/golden-path?path=rust", 404).get("detail").asText())
        .contains("'rust'", "go, java");
    assertThat(
            api.problem("/api/v1/golden-path?from=2000-01-01&to=2026-01-01", 400)
                .get("parameter")
                .asText())
        .isEqualTo("from");
    assertThat(api.problem("/api/v1/golden-path?cluster=person", 400).get("detail").asText())
        .contains("service, team");
  }

  @Test
  void eachPartIsCsv() {
    String effects = csv("effects");
    assertThat(effects).startsWith("outcome,unit,status,reason,estimate,low,high,p_value");
    assertThat(effects.lines()).hasSize(6);
    assertThat(csv("event_study")).startsWith("outcome,block,estimate,low,high,n");
    assertThat(csv("event_study").lines().filter(line -> line.startsWith("change_lead_time,-2,")))
        .containsExactly("change_lead_time,-2,0.0,0.0,0.0,12");
    assertThat(csv("cohorts")).startsWith("outcome,time,n,estimate");
    assertThat(csv("adoption").lines()).hasSize(BLOCKS + 1);
    assertThat(csv("balance").lines()).hasSize(6);
    assertThat(csv("excluded")).contains("leaver,");
  }

  @Test
  void theSameQuestionHasTheSameAnswer() {
    assertThat(api.json(QUESTION)).isEqualTo(answer);
  }

  private static String csv(String part) {
    var response = api.get(QUESTION + "&format=csv&part=" + part);
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static JsonNode last(JsonNode of) {
    return of.get("adoption").get(of.get("adoption").size() - 1);
  }

  private static JsonNode effect(String outcome) {
    return effect(answer, outcome);
  }

  private static JsonNode effect(JsonNode of, String outcome) {
    return StreamSupport.stream(of.get("effects").spliterator(), false)
        .filter(effect -> effect.get("outcome").asText().equals(outcome))
        .findFirst()
        .orElseThrow();
  }

  private static String reason(String service) {
    var reasons = new StringBuilder();
    answer
        .get("excluded")
        .forEach(
            row -> {
              if (row.get("service").asText().equals(service)) {
                reasons.append(row.get("reason").asText()).append('\n');
              }
            });
    return reasons.toString();
  }

  private static List<String> texts(JsonNode array, String member) {
    return StreamSupport.stream(((ArrayNode) array).spliterator(), false)
        .map(row -> row.get(member).asText())
        .toList();
  }
}
