package dev.dorado.rules;

import static dev.dorado.rules.History.at;
import static dev.dorado.rules.History.commit;
import static dev.dorado.rules.History.history;
import static dev.dorado.rules.History.sha;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.typesafe.config.ConfigFactory;
import dev.dorado.facts.CatalogFact;
import dev.dorado.facts.ChangeFact;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.rules.route.Environments;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules E1–E3 and E5–E8 of metrics.md. */
class EventRulesTest {

  private static final Instant NINE = at("2026-01-05T09:00");
  private static final Instant TEN = at("2026-01-05T10:00");
  private static final Instant ELEVEN = at("2026-01-05T11:00");
  private static final Instant NOON = at("2026-01-05T12:00");
  private static final Instant AFTERNOON = at("2026-01-05T15:00");

  @Test
  void e1AnEventThatIsDeliveredAgainChangesNothing() {
    var once = history().push("main", NINE, commit("a")).deploy("d1", "a", TEN);
    var twice = history();
    once.events().forEach(twice::add);
    once.events().forEach(twice::add);

    assertThat(twice.facts().all()).isEqualTo(once.facts().all());
  }

  @Test
  void e1ABackfillOfWhatAlsoCameLiveChangesNothing() {
    var once = history().push("main", NINE, commit("a")).deploy("d1", "a", TEN);
    var both = history().backfilled();
    both.push("main", NINE, commit("a")).deploy("d1", "a", TEN);
    once.events().forEach(both::add);

    assertThat(both.facts().all()).isEqualTo(once.facts().all());
    assertThat(both.facts().change("a").getShippingRule()).isEqualTo("S4");
  }

  @Test
  void e2BoundariesThatCrossByFourMinutesAreMovedTogether() {
    var facts =
        history()
            .push("main", TEN, commit("a").made(TEN.plus(Duration.ofMinutes(4))))
            .deploy("d1", "a", TEN)
            .facts();

    assertThat(facts.change("a").getLeadTime()).isZero();
    assertThat(facts.change("a").getStartedAt()).isEqualTo(TEN);
    assertThat(facts.change("a").getMarks()).isEmpty();
  }

  @Test
  void e2BoundariesThatCrossBySixMinutesGiveNoSpanAndAMark() {
    var facts =
        history()
            .push("main", TEN, commit("a").made(TEN.plus(Duration.ofMinutes(6))))
            .deploy("d1", "a", TEN)
            .facts();

    assertThat(facts.change("a").getLeadTime()).isNull();
    assertThat(facts.change("a").getMarks()).singleElement().asString().contains("E2");
  }

  @Test
  void e2AStageThatIsMovedStillAddsUpWithTheOthers() {
    // The first commit is four minutes younger than the pull request.
    var facts =
        history()
            .push("feature/1", TEN, commit("a").made(NINE.plus(Duration.ofMinutes(4))))
            .pullRequest(1)
            .from("feature/1", "a")
            .opened(NINE)
            .reviewed(TEN, "bob")
            .merged(ELEVEN, "m")
            .push("main", ELEVEN, commit("m"))
            .deploy("d1", "m", NOON)
            .facts();

    var change = facts.change("#1");
    assertThat(change.getCoding()).isZero();
    assertThat(change.getLeadTime())
        .isEqualTo(3 * 3600.0)
        .isEqualTo(
            change.getCoding() + change.getPickup() + change.getReview() + change.getDeploy());
  }

  @Test
  void e2AnIncidentThatEndsLongBeforeItStartsGivesNoRecoveryTimeAndIsNotOpen() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", TEN)
            .incident("i1", NOON, TEN.plusSeconds(60), i -> i.setCausedBy(List.of("d1")))
            .facts();

    assertThat(facts.deployment("d1").getFailed()).isTrue();
    assertThat(facts.deployment("d1").getImpactStartedAt()).isNull();
    assertThat(facts.deployment("d1").getRecoveredAt()).isEqualTo(TEN.plusSeconds(60));
    assertThat(facts.incident("i1").getMarks()).singleElement().asString().contains("E2");
  }

  @ParameterizedTest
  @CsvSource({
    "production, production",
    "Production, production",
    "prod, production",
    "live, production",
    "eu-prod, production",
    "prod-eu1, production",
    "prod2, production",
    "checkout/production, production",
    "pre-prod, staging",
    "preprod, staging",
    "prod-staging, staging",
    "prod-test, testing",
    "dev-prod, development",
    "non-production, other",
    "nonprod, other",
    "product, other",
    "delivery, other",
    "qa, testing",
    "uat, staging",
    "preview, none",
    "review/prod-fix, none",
  })
  void e3TheClassOfAnEnvironmentIsReadFromTheWholeWordsOfItsName(String name, String expected) {
    assertThat(Environments.classOf(name)).isEqualTo(expected);
  }

  @Test
  void e3TheSendersFlagDecidesOverTheNameWhereItSaysYes() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .deploy("yes", "a", "blue", NINE, TEN, d -> d.setProduction(true))
            .deploy("no", "a", "prod", NOON, AFTERNOON, d -> d.setProduction(false))
            .facts();

    assertThat(facts.deployment("yes").getEnvironment()).isEqualTo("production");
    assertThat(facts.deployment("no").getEnvironment()).isEqualTo("production");
  }

  @Test
  void e3TheCatalogDecidesOverTheFlagAndTheName() {
    var facts =
        history()
            .catalog(
                "shop",
                NINE,
                c -> c.setEnvironments(Map.of("blue", "production", "Production", "staging")))
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", "Blue", NINE, TEN)
            .deploy("d2", "a", "production", NINE, ELEVEN, d -> d.setProduction(true))
            .facts();

    assertThat(facts.deployment("d1").getEnvironment()).isEqualTo("production");
    assertThat(facts.deployment("d2").getEnvironment()).isEqualTo("staging");
  }

  @Test
  void e3TransientEnvironmentsHaveNoLedger() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", "pr-12", NINE, TEN, d -> d.setTransientEnvironment(true))
            .deploy("d2", "a", "preview", NINE, ELEVEN)
            .facts();

    assertThat(facts.deployments()).isEmpty();
    assertThat(facts.change("a").getDeployedAt()).isNull();
  }

  @Test
  void e5ABotsChangeIsMarkedAndABotsReviewIsNone() {
    var facts =
        history()
            .pullRequest(1)
            .by("dependabot[bot]")
            .opened(NINE)
            .reviewed(NINE.plusSeconds(60), "coderabbit[bot]")
            .reviewed(NINE.plusSeconds(600), "bob")
            .merged(TEN, "m")
            .push("main", TEN, commit("m"))
            .deploy("d1", "m", ELEVEN)
            .facts();

    assertThat(facts.change("#1").getBot()).isTrue();
    assertThat(facts.change("#1").getPickup()).isEqualTo(600);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "renovate[bot]",
        "jenkins-bot",
        "my_bot",
        "CI-BOT",
        "acme.bot",
        "Renovate Bot",
        "acme-ci",
        "k8s-ci-robot",
        "Dependabot",
        "snyk",
        "github-actions",
        "project_12_bot",
        "project_12_bot_0a1b",
        "group_7_bot_ff",
        "service_account_group_99_0a1b",
        "service_account_project_12_0a1b",
        "service_account_0a1b",
        "bot-deploy",
        "Robot",
        "robot-release",
        "49699333+dependabot[bot]@users.noreply.github.com",
        "bot@renovateapp.com"
      })
  void e5ABotIsToldByItsName(String name) {
    assertThat(RuleSettings.defaults().isBot(name)).isTrue();
    assertThat(byAndReviewedBy(name).getBot()).isTrue();
    assertThat(byAndReviewedBy(name).getFirstReviewAt()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "talbot",
        "abbot",
        "botond",
        "ann",
        "ann@bot.example.org",
        "project_bot_x",
        "service_accountant",
        "bottega",
        "robotnik",
        "lucci"
      })
  void e5APersonIsNoneWhoseNameJustHasTheLetters(String name) {
    assertThat(byAndReviewedBy(name).getBot()).isFalse();
  }

  private static ChangeFact byAndReviewedBy(String name) {
    return history()
        .pullRequest(1)
        .by(name)
        .opened(NINE)
        .reviewed(NINE.plusSeconds(60), name)
        .merged(TEN, "m")
        .push("main", TEN, commit("m"))
        .facts()
        .change("#1");
  }

  @Test
  void e5ABotIsOneThatItsSenderReportsAsOne() {
    var change =
        history()
            .pullRequest(1)
            .by("Copilot")
            .byBot()
            .opened(NINE)
            .reviewed(NINE.plusSeconds(60), "Reviewer", true)
            .reviewed(NINE.plusSeconds(600), "bob", false)
            .merged(TEN, "m")
            .push("main", TEN, commit("m"))
            .deploy("d1", "m", ELEVEN)
            .facts()
            .change("#1");

    assertThat(change.getBot()).isTrue();
    assertThat(change.getContributor()).isNull();
    assertThat(change.getPickup()).isEqualTo(600);
  }

  @Test
  void e6AnAttemptFinishesAtItsFirstSuccess() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", TEN)
            .attempt("d1", "a", "production", "succeeded", NINE, NOON, d -> {})
            .attempt("d1", "a", "production", "inactive", NINE, NOON, d -> {})
            .facts();

    assertThat(facts.deployment("d1").getFinishedAt()).isEqualTo(TEN);
    assertThat(facts.deployment("d1").getStatus()).isEqualTo("succeeded");
    assertThat(facts.deployment("d1").getFailed()).isFalse();
  }

  @Test
  void e6AFailureBeforeTheSuccessOfAnAttemptIsForgotten() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .attempt("d1", "a", "production", "failed", NINE, TEN, d -> {})
            .attempt("d1", "a", "production", "succeeded", NINE, ELEVEN, d -> {})
            .facts();

    assertThat(facts.deployment("d1").getFinishedAt()).isEqualTo(ELEVEN);
    assertThat(facts.deployment("d1").getFailed()).isFalse();
  }

  @Test
  void e6AFailureAfterTheSuccessOfAnAttemptIsAMark() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", TEN)
            .attempt("d1", "a", "production", "failed", NINE, ELEVEN, d -> {})
            .facts();

    assertThat(facts.deployment("d1").getStatus()).isEqualTo("succeeded");
    assertThat(facts.deployment("d1").getFailureRule()).isEqualTo("F2");
  }

  @Test
  void e6AnOlderEventThatComesLateSaysOnlyWhatTheNewerLeaveOut() {
    var newer =
        history()
            .push("main", NINE, commit("a"))
            .attempt("d1", "a", "prod-eu", "succeeded", NINE, TEN, d -> d.setVersion("2"));
    newer.attempt(
        "d1", "a", "prod-us", "started", NINE, NINE, d -> d.setVersion("1").setUrl("http://run"));

    var deployment = newer.facts().deployment("d1");
    assertThat(deployment.getEnvironments()).containsExactly("prod-eu");
    assertThat(deployment.getVersion()).isEqualTo("2");
    assertThat(deployment.getUrl()).isEqualTo("http://run");
  }

  @Test
  void e6LabelsAreUnitedUntilThePullRequestMerges() {
    var facts =
        history()
            .pullRequest(1)
            .opened(NINE)
            .labels(NINE.plusSeconds(60), "hotfix")
            .labels(NINE.plusSeconds(120))
            .merged(TEN, "m1")
            .pullRequest(2)
            .opened(NINE)
            .merged(TEN, "m2")
            .push("main", TEN, commit("m1"), commit("m2"));
    facts.pullRequest(2).opened(NINE).labels(NOON, "hotfix").unmerged();

    var found = facts.facts();
    assertThat(found.change("#1").getReactive()).isTrue();
    assertThat(found.change("#2").getReactive()).isFalse();
  }

  @Test
  void e6AMergeIsNotUndoneByAnEventOfTheSameSecondThatDoesNotKnowOfIt() {
    var history = history().pullRequest(1).opened(NINE).merged(TEN, "m");
    history.pullRequest(1).event("zz", TEN, e -> e.setId("zzz").setMerged(false)).unmerged();

    assertThat(history.push("main", TEN, commit("m")).facts().change("#1").getMergedAt())
        .isEqualTo(TEN);
  }

  @Test
  void e7ImpactDefaultsToDetectionAndDetectionToCreation() {
    var facts =
        history()
            .incidentEvent("i1", "opened", NOON, i -> i.setCreatedAt(ELEVEN))
            .incidentEvent("i2", "opened", NOON, i -> i.setCreatedAt(ELEVEN).setDetectedAt(TEN))
            .incidentEvent("i3", "opened", NOON, i -> {})
            .facts();

    assertThat(facts.incident("i1").getStartedAt()).isEqualTo(ELEVEN);
    assertThat(facts.incident("i2").getStartedAt()).isEqualTo(TEN);
    assertThat(facts.incident("i3").getStartedAt()).isEqualTo(NOON);
  }

  @Test
  void e7IfOnlyTheEndWasHeardStartAndDetectionAreUnknown() {
    var facts =
        history()
            .incidentEvent("i1", "resolved", NOON, i -> i.setResolvedAt(NOON))
            .incidentEvent("i1", "updated", NOON.plusSeconds(60), i -> {})
            .incidentEvent("i2", "resolved", NOON, i -> i.setResolvedAt(ELEVEN))
            .facts();

    assertThat(facts.incident("i1").getStartUnknown()).isTrue();
    assertThat(facts.incident("i1").getDetectedAt()).isNull();
    assertThat(facts.incident("i1").getResolvedAt()).isEqualTo(NOON);
    assertThat(facts.incident("i1").getMarks()).anyMatch(mark -> mark.contains("only its end"));
    assertThat(facts.incident("i1").getStartedAt()).as("for order alone").isEqualTo(NOON);
    assertThat(facts.incident("i2").getStartedAt()).as("for order alone").isEqualTo(ELEVEN);
  }

  @Test
  void e7AnEndSaysNothingOfTheDetection() {
    var facts =
        history()
            .incidentEvent("i1", "resolved", NOON, i -> i.setStartedAt(TEN).setResolvedAt(NOON))
            .facts();

    assertThat(facts.incident("i1").getStartUnknown()).isFalse();
    assertThat(facts.incident("i1").getStartedAt()).isEqualTo(TEN);
    assertThat(facts.incident("i1").getDetectedAt()).isNull();
  }

  @Test
  void e7WhateverElseSaysWhenItBeganTheStartIsKnown() {
    var facts =
        history()
            .incidentEvent("i1", "resolved", NOON, i -> i.setCreatedAt(TEN))
            .incidentEvent("i2", "resolved", NOON, i -> {})
            .incidentEvent("i2", "acknowledged", ELEVEN, i -> {})
            .incidentEvent("i3", "resolved", NOON, i -> i.setId("0"))
            .incidentEvent("i3", "opened", NOON, i -> i.setId("1"))
            .incidentEvent("i4", "resolved", NOON, i -> {})
            .incidentEvent("i4", "opened", NOON.plusSeconds(20), i -> {})
            .facts();

    assertThat(facts.incidents()).allMatch(incident -> !incident.getStartUnknown());
    assertThat(facts.incident("i1").getStartedAt()).isEqualTo(TEN);
    assertThat(facts.incident("i2").getStartedAt()).isEqualTo(ELEVEN);
    assertThat(facts.incident("i3").getStartedAt()).isEqualTo(NOON);
    assertThat(facts.incident("i4").getStartedAt()).isEqualTo(NOON.plusSeconds(20));
  }

  @Test
  void e7WhatIsReopenedAfterAnEndThatAloneWasHeardHasAnUnknownStartStill() {
    var facts =
        history()
            .incidentEvent("i1", "resolved", TEN, i -> {})
            .incidentEvent("i1", "reopened", ELEVEN, i -> {})
            .incidentEvent("i2", "resolved", TEN, i -> {})
            .incidentEvent("i2", "reopened", NOON.plus(Duration.ofDays(2)), i -> {})
            .facts();

    assertThat(facts.incident("i1").getStartUnknown()).isTrue();
    assertThat(facts.incident("i1").getResolvedAt()).isNull();
    assertThat(facts.incident("i2").getStartUnknown()).isTrue();
    assertThat(facts.incident("i2~2").getStartUnknown()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "duplicate",
        "Duplicate",
        "not_planned",
        "Won't Do",
        "Wont fix",
        "Cannot Reproduce",
        "Not Solved (Not Reproducible)",
        "merged",
        "Declared in error",
        "declined",
        "Canceled",
        "impact: none",
        "Incomplete",
        "Works for me",
        "Duplicate of INC-1",
        "[Duplicate] of INC-1",
        "Merged with INC-1",
        "False alarm, nothing happened",
        "False alarm\nNothing happened.",
        "Won't fix - too rare",
        "invalid: a drill"
      })
  void e7AnIncidentThatWasClosedBecauseItWasNoneIsWithdrawn(String reason) {
    var facts = closed(reason).facts();

    assertThat(facts.incidents()).isEmpty();
    assertThat(facts.deployment("d1").getFailed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "completed",
        "Done",
        "Known Error",
        "Solved (Permanently)",
        "",
        "Fixed by rollback",
        "Duplicate order bug fixed",
        "Removed the bad release",
        "merge-conflict resolved",
        "invalid.token fixed",
        "Rolled back, false alarm",
        "Duplicates of orders fixed"
      })
  void e7ClosedForAnotherReasonItIsOne(String reason) {
    assertThat(closed(reason).facts().deployment("d1").getFailed()).isTrue();
  }

  @Test
  void e7TheReasonsOfNoIncidentAreASetting() {
    var settings =
        RuleSettings.from(
            ConfigFactory.parseString("dorado.rules.no-incident-reasons = [\"Planned work\"]")
                .withFallback(ConfigFactory.load()));

    assertThat(closed("planned-work").facts(settings).incidents()).isEmpty();
    assertThat(closed("duplicate").facts(settings).incidents()).hasSize(1);
  }

  @Test
  void e7WhatIsReopenedAndClosedForAnotherReasonIsAnIncidentAgain() {
    var reopened =
        closed("duplicate").incidentEvent("i1", "reopened", NOON.plusSeconds(60), i -> {});
    var closedAgain =
        closed("duplicate")
            .incidentEvent("i1", "reopened", NOON.plusSeconds(60), i -> {})
            .incidentEvent(
                "i1",
                "resolved",
                NOON.plusSeconds(120),
                i -> i.setResolutionReasons(List.of("completed")));
    var another =
        closed("duplicate")
            .incidentEvent(
                "i1", "updated", NOON.plusSeconds(60), i -> i.setResolutionReasons(List.of()));

    assertThat(reopened.facts().incident("i1").getResolvedAt()).isNull();
    assertThat(closedAgain.facts().incident("i1").getStartedAt()).isEqualTo(ELEVEN);
    assertThat(another.facts().incident("i1").getResolvedAt()).isEqualTo(NOON);
  }

  @Test
  void e7ThatItIsOverWithoutSinceWhenDoesNotMoveAKnownEnd() {
    var told =
        history()
            .incident("i1", TEN, null)
            .incidentEvent("i1", "resolved", NOON, i -> {})
            .incidentEvent("i1", "resolved", NOON.plusSeconds(60), i -> {});
    assertThat(told.facts().incident("i1").getResolvedAt()).isEqualTo(NOON);

    told.incidentEvent("i1", "resolved", NOON.plusSeconds(120), i -> i.setResolvedAt(ELEVEN));
    assertThat(told.facts().incident("i1").getResolvedAt()).isEqualTo(ELEVEN);
  }

  @Test
  void e7ANoteAfterItWasClosedAsNoneDoesNotBringItBack() {
    var noted = closed("merged").incidentEvent("i1", "updated", NOON.plusSeconds(60), i -> {});

    assertThat(noted.facts().incidents()).isEmpty();
  }

  @Test
  void e7ReopenedLaterOnlyTheFirstWasNone() {
    Instant later = NOON.plus(Duration.ofDays(3));
    var facts = closed("duplicate").incidentEvent("i1", "reopened", later, i -> {}).facts();

    assertThat(facts.incidents()).hasSize(1);
    assertThat(facts.incident("i1~2").getStartedAt()).isEqualTo(later);
  }

  private static History closed(String reason) {
    return history()
        .push("main", NINE, commit("a"))
        .deploy("d1", "a", TEN)
        .incident("i1", ELEVEN, null)
        .incidentEvent("i1", "resolved", NOON, i -> i.setResolutionReasons(List.of(reason)));
  }

  @Test
  void e7AnIdOfScriptsHoldsWithinTheServiceThatIsNamed() {
    var facts =
        scripts(
                new FromScript("twin-a", null, "opened", TEN),
                new FromScript("twin-b", null, "opened", ELEVEN),
                new FromScript("twin-a", null, "resolved", NOON))
            .facts();

    assertThat(facts.incidents())
        .extracting(
            IncidentFact::getService, IncidentFact::getStartedAt, IncidentFact::getResolvedAt)
        .containsExactlyInAnyOrder(tuple("twin-a", TEN, NOON), tuple("twin-b", ELEVEN, null));
  }

  @Test
  void e7AnIdOfScriptsHoldsWithinTheRepositoryThatIsNamed() {
    var facts =
        scripts(
                new FromScript(null, "github.com/acme/one", "opened", TEN),
                new FromScript(null, "github.com/acme/two", "opened", ELEVEN))
            .facts();

    assertThat(facts.incidents())
        .extracting(IncidentFact::getService)
        .containsExactlyInAnyOrder("acme/one", "acme/two");
  }

  @Test
  void e7ARepositoryIsThatOfTheServiceThatIsNamedWithIt() {
    var together =
        scripts(
                new FromScript("shop", "github.com/acme/mono", "opened", TEN),
                new FromScript("cart", null, "opened", ELEVEN),
                new FromScript(null, "github.com/acme/mono", "resolved", NOON))
            .facts();
    var alone =
        scripts(
                new FromScript("shop", null, "opened", TEN),
                new FromScript(null, "github.com/acme/shop", "resolved", NOON))
            .facts();

    assertThat(together.incidents())
        .extracting(IncidentFact::getService, IncidentFact::getResolvedAt)
        .containsExactlyInAnyOrder(tuple("shop", NOON), tuple("cart", null));
    assertThat(alone.incident("1").getResolvedAt()).isEqualTo(NOON);
  }

  @Test
  void e7WhatNamesNoPlaceBelongsToTheIncidentThatThereIs() {
    var one =
        scripts(new FromScript("shop", null, "opened", TEN))
            .incidentEvent("1", "resolved", NOON, i -> i.setRepository(null))
            .facts();
    var two =
        scripts(
                new FromScript("shop", null, "opened", TEN),
                new FromScript("cart", null, "opened", ELEVEN))
            .incidentEvent("1", "resolved", NOON, i -> i.setRepository(null))
            .facts();

    assertThat(one.incident("1").getResolvedAt()).isEqualTo(NOON);
    assertThat(two.incidents())
        .extracting(IncidentFact::getService, IncidentFact::getResolvedAt)
        .containsExactlyInAnyOrder(tuple("shop", null), tuple("cart", NOON));
    assertThat(two.incidents())
        .filteredOn(incident -> incident.getService().equals("cart"))
        .allMatch(incident -> incident.getMarks().toString().contains("cart, shop"));
  }

  @Test
  void e7AnIncidentThatItsToolAssignsToAnotherServiceIsOne() {
    var facts =
        history()
            .incidentEvent("pd:1", "opened", TEN, i -> i.setRepository(null).setService("shop"))
            .incidentEvent("pd:1", "updated", ELEVEN, i -> i.setRepository(null).setService("cart"))
            .facts();

    assertThat(facts.incident("pd:1").getService()).isEqualTo("cart");
    assertThat(facts.incident("pd:1").getStartedAt()).isEqualTo(TEN);
  }

  /** What a script sent of an incident with the id 1. */
  private record FromScript(String service, String repository, String transition, Instant time) {}

  private static History scripts(FromScript... events) {
    var history = history();
    for (var event : events) {
      history.incidentEvent(
          "1",
          event.transition(),
          event.time(),
          i ->
              i.setId(event.toString())
                  .setProvenance(history.provenance("generic"))
                  .setService(event.service())
                  .setRepository(event.repository()));
    }
    return history;
  }

  @Test
  void e7AnIncidentThatIsReopenedWithinADayIsTheSame() {
    var facts =
        history()
            .incident("i1", TEN, ELEVEN)
            .incidentEvent("i1", "reopened", ELEVEN.plus(Duration.ofHours(24)), i -> {})
            .facts();

    assertThat(facts.incidents()).hasSize(1);
    assertThat(facts.incident("i1").getResolvedAt()).isNull();
  }

  @Test
  void e7AnIncidentThatIsReopenedLaterIsANewOne() {
    Instant reopened = ELEVEN.plus(Duration.ofHours(24)).plusSeconds(1);
    var facts =
        history()
            .incident("i1", TEN, ELEVEN)
            .incidentEvent("i1", "reopened", reopened, i -> {})
            .facts();

    assertThat(facts.incident("i1").getResolvedAt()).isEqualTo(ELEVEN);
    assertThat(facts.incident("i1~2").getStartedAt()).isEqualTo(reopened);
    assertThat(facts.incident("i1~2").getResolvedAt()).isNull();
  }

  @Test
  void e7AWithdrawnIncidentIsNone() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", TEN)
            .incident("i1", ELEVEN, null)
            .incidentEvent("i1", "withdrawn", NOON, i -> {})
            .facts();

    assertThat(facts.incidents()).isEmpty();
    assertThat(facts.deployment("d1").getFailed()).isFalse();
  }

  @Test
  void e7AnAlertIsNoIncidentUnlessThatIsSet() {
    var alerted =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", TEN)
            .incident("i1", ELEVEN, null, event -> event.setKind("alert"));
    var enabled =
        RuleSettings.from(
            ConfigFactory.parseString("dorado.rules.alerts-are-incidents = true")
                .withFallback(ConfigFactory.load()));

    assertThat(alerted.facts().incidents()).isEmpty();
    assertThat(alerted.facts().deployment("d1").getFailed()).isFalse();
    assertThat(alerted.facts(enabled).incident("i1").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void e7ATimeOfResolutionThatIsCorrectedLaterStands() {
    var facts =
        history()
            .incident("i1", TEN, NOON)
            .incidentEvent("i1", "updated", NOON.plusSeconds(60), i -> i.setResolvedAt(ELEVEN))
            .facts();

    assertThat(facts.incident("i1").getResolvedAt()).isEqualTo(ELEVEN);
  }

  @Test
  void e8AServicesFirstEntryIsValidFromTheBeginningTheNextFromItsTime() {
    var facts =
        history()
            .catalog("shop", TEN, c -> c.setOwner("red"))
            .catalog("shop", ELEVEN, c -> c.setOwner("blue"))
            .catalog("shop", NOON, c -> c.setOwner("green").setValidFrom(NINE))
            .facts();

    assertThat(facts.catalog())
        .extracting(CatalogFact::getOwner, CatalogFact::getValidFrom)
        .containsExactlyInAnyOrder(
            tuple("green", Instant.EPOCH), tuple("red", TEN), tuple("blue", ELEVEN));
  }

  @Test
  void e8TheSettingsOfTheNewestEntryApplyToAllTime() {
    var history =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", TEN)
            .incident("i1", NOON, null)
            .catalog("shop", NINE, c -> c.setRepository("github.com/acme/shop"));
    assertThat(history.facts().incident("i1").getDeploymentId()).isEqualTo("d1");

    history.catalog(
        "shop",
        AFTERNOON,
        c ->
            c.setRepository("github.com/acme/shop").setSettings(Map.of("proximity-window", "10m")));
    assertThat(history.facts().incident("i1").getDeploymentId()).isNull();
  }

  @Test
  void g2ADeploymentIsMatureOnceTheWindowOfItsServiceIsOver() {
    var history =
        history()
            .push("main", NINE, commit("a"))
            .deploy("d1", "a", TEN)
            .catalog("shop", NINE, c -> c.setRepository("github.com/acme/shop"));
    assertThat(history.facts().deployment("d1").getMatureAt())
        .isEqualTo(TEN.plus(Duration.ofDays(1)));

    history.catalog(
        "shop",
        AFTERNOON,
        c -> c.setRepository("github.com/acme/shop").setSettings(Map.of("proximity-window", "2h")));
    assertThat(history.facts().deployment("d1").getMatureAt()).isEqualTo(NOON);
  }

  @Test
  void e8AnEntryThatSaysWhatIsKnownIsNoNewOne() {
    var facts =
        history()
            .catalog("shop", TEN, c -> c.setOwner("red"))
            .catalog("shop", ELEVEN, c -> c.setOwner("red"))
            .facts();

    assertThat(facts.catalog()).hasSize(1);
  }

  @Test
  void e8ARepositorysChangesGoWithTheServiceThatOwnsItAtTheirTime() {
    var facts =
        history()
            .catalog("old", NINE, c -> {})
            .catalog("old", NOON, c -> c.setRemoved(true))
            .catalog("new", NINE, c -> c.setRepository("github.com/acme/elsewhere"))
            .catalog("new", NOON, c -> {})
            .push("main", TEN, commit("a"))
            .push("main", NOON.plusSeconds(60), commit("b"))
            .deploy("d1", "a", ELEVEN)
            .deploy("d2", "b", NOON.plusSeconds(600))
            .facts();

    assertThat(facts.servicesOf("a")).containsExactly("old");
    assertThat(facts.servicesOf("b")).containsExactly("new");
    assertThat(facts.deployment("d1").getService()).isEqualTo("old");
    assertThat(facts.deployment("d2").getService()).isEqualTo("new");
  }

  @Test
  void e8AnAliasThatMovesLeadsToTheServiceThatHasItThen() {
    var facts =
        history()
            .catalog("aaa", NINE, c -> c.setAliases(List.of("pd:1")))
            .catalog("aaa", ELEVEN, c -> c.setAliases(List.of()))
            .catalog("bbb", NINE, c -> c.setAliases(List.of()))
            .catalog("bbb", ELEVEN, c -> c.setAliases(List.of("pd:1")))
            .incident("i1", TEN, null, i -> i.setRepository(null).setAliases(List.of("pd:1")))
            .incident("i2", NOON, null, i -> i.setRepository(null).setAliases(List.of("pd:1")))
            .facts();

    assertThat(facts.incident("i1").getService()).isEqualTo("aaa");
    assertThat(facts.incident("i2").getService()).isEqualTo("bbb");
  }

  @Test
  void g4AnIncidentThatTwoNamesLeadToOneServiceIsOneThere() {
    var facts =
        history()
            .catalog("shop", NINE, c -> c.setAliases(List.of("pd:1", "pd:2")))
            .incident(
                "i1", TEN, null, i -> i.setRepository(null).setAliases(List.of("pd:1", "pd:2")))
            .facts();

    assertThat(facts.incidents()).extracting(IncidentFact::getService).containsExactly("shop");
  }

  @Test
  void g4ADeploymentThatNamesOnlyAServiceGoesToItsRepository() {
    var facts =
        history()
            .catalog("shop", NINE, c -> c.setAliases(List.of("till")))
            .push("main", NINE, commit("a"))
            .deploy(
                "d1", "a", "production", NINE, TEN, d -> d.setRepository(null).setService("shop"))
            .deploy(
                "d2", "a", "production", TEN, NOON, d -> d.setRepository(null).setService("till"))
            .deploy("d3", "a", "staging", TEN, NOON, d -> d.setService("till"))
            .facts();

    assertThat(facts.deployments()).extracting(DeploymentFact::getService).containsOnly("shop");
    assertThat(facts.change("a").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void g4ADeploymentThatNamesOnlyAShaGoesToTheRepositoryThatHasIt() {
    var facts =
        history()
            .deploy("d1", "a", "production", NINE, TEN, d -> d.setRepository(null))
            .push("main", NINE, commit("a"))
            .facts();

    assertThat(facts.deployment("d1").getService()).isEqualTo("acme/shop");
    assertThat(facts.change("a").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void g4ADeploymentOfAServiceThatNobodyKnowsIsThatServices() {
    var facts =
        history()
            .deploy("d1", null, "production", NINE, TEN, d -> d.setRepository(null).setService("x"))
            .facts();

    assertThat(facts.deployment("d1").getService()).isEqualTo("x");
    assertThat(facts.deployment("d1").getKind()).isEqualTo("unknown");
    assertThat(facts.deployment("d1").getChanges()).isNull();
  }

  @Test
  void g4TheCatalogsEnvironmentsHoldForAServiceWithoutARepository() {
    var facts =
        history()
            .catalog(
                "x", NINE, c -> c.setRepository(null).setEnvironments(Map.of("a", "production")))
            .deploy("d1", null, "a", NINE, TEN, d -> d.setRepository(null).setService("x"))
            .facts();

    assertThat(facts.deployment("d1").getEnvironment()).isEqualTo("production");
  }

  @Test
  void s8AnArtifactTellsTheCommitOfItsDeployment() {
    var facts =
        history()
            .push("main", NINE, commit("a"))
            .artifact("pkg:oci/shop@1", "a", NINE)
            .deploy(
                "d1",
                null,
                "production",
                NINE,
                TEN,
                d -> d.setRepository(null).setArtifact("pkg:oci/shop@1"))
            .facts();

    assertThat(facts.deployment("d1").getSha()).isEqualTo(sha("a"));
    assertThat(facts.change("a").getDeploymentId()).isEqualTo("d1");
  }

  @Test
  void namesWithCharactersThatSeparateKeysDoNoHarm() {
    var facts = history().push("main", NINE, commit("a")).deploy("d\u00001", "a", TEN).facts();

    assertThat(facts.deployments()).hasSize(1);
  }

  @Test
  void aCiRunIsOneFact() {
    var facts = history().push("main", NINE, commit("a")).run("r1", "main", "success", NINE, TEN);

    assertThat(facts.facts().runs())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.getDuration()).isEqualTo(3600.0);
              assertThat(run.getOutcome()).isEqualTo("success");
              assertThat(run.getDefaultBranch()).isTrue();
            });
  }
}
