package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.MeasurementEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import dev.dorado.ingest.delivery.MalformedDelivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenericSenderTest {

  static final Payload DEPLOYMENT =
      Payload.of(
          """
          {"events": [{"kind": "deployment", "service": "Checkout", "environment": "prod-eu",
            "sha": "ABCDEF1234", "status": "succeeded", "id": "deploy-1",
            "started_at": "2026-03-01T12:00:00Z", "finished_at": "2026-03-01T12:05:00+00:00"}]}
          """);
  static final Payload CHANGE =
      Payload.of(
          """
          {"events": [{"kind": "change", "repository": "git@github.com:Acme/Shop.git",
            "branch": "trunk", "sha": "1111111111111111111111111111111111111111",
            "committed_at": "2026-03-01T10:00:00Z", "message": "feat: basket", "author": "ann",
            "files": ["a.js", "b.js"]}]}
          """);
  static final Payload INCIDENT =
      Payload.of(
          """
          {"events": [{"kind": "incident", "id": "INC-1", "service": "checkout",
            "severity": "high", "started_at": "2026-03-01T13:00:00Z",
            "detected_at": "2026-03-01T13:02:00Z", "caused_by": "deploy-1"}]}
          """);

  static final Payload MEASUREMENT =
      Payload.of(
          """
          {"events": [{"kind": "measurement", "name": "time_to_provision", "value": 5400.5,
            "unit": "seconds", "service": "Checkout", "time": "2026-03-01T10:00:00Z"}]}
          """);
  static final Payload SURVEY =
      Payload.of(
          """
          {"events": [{"kind": "measurement", "name": "satisfaction", "value": 3.9,
            "unit": "score", "team": "payments", "time": "2026-03-01T10:00:00Z", "n": 12}]}
          """);

  static Seeds seeds() {
    return Seeds.of(
        new GenericSender(Translated.SETTINGS),
        DEPLOYMENT,
        CHANGE,
        CHANGE.with(
            "events.0.pull_request",
            Map.of("number", 1, "first_review_at", "2026-03-01T09:00:00Z")),
        INCIDENT,
        MEASUREMENT,
        SURVEY);
  }

  private final GenericSender generic = new GenericSender(Translated.SETTINGS);

  @Test
  void aDeploymentIsTakenAsItIsSent() {
    DeploymentEvent event = deployment(DEPLOYMENT);
    assertThat(event.getDeployment()).isEqualTo("deploy-1");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getRepository()).isNull();
    assertThat(event.getEnvironment()).isEqualTo("prod-eu");
    assertThat(event.getSha()).isEqualTo("abcdef1234");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getFinishedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T12:05:00Z");
    assertThat(Translated.events(generic, DEPLOYMENT).get(0).key()).isEqualTo("deploy-1");
  }

  @Test
  void aDeploymentIsToProductionUnlessItSays() {
    assertThat(deployment(DEPLOYMENT.without("events.0.environment")).getEnvironment())
        .isEqualTo("production");
  }

  @Test
  void aStartedDeploymentNeedsOnlyItsStart() {
    DeploymentEvent event =
        deployment(DEPLOYMENT.with("events.0.status", "started").without("events.0.finished_at"));
    assertThat(event.getStatus()).isEqualTo("started");
    assertThat(event.getFinishedAt()).isNull();
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void startAndFinishWithoutAnIdAreOneDeployment() {
    Payload finished = DEPLOYMENT.without("events.0.id");
    Payload started = finished.with("events.0.status", "started").without("events.0.finished_at");
    assertThat(deployment(started).getDeployment())
        .isEqualTo(deployment(finished).getDeployment())
        .matches("generic:[0-9a-f]{32}");
    assertThat(deployment(started.with("events.0.sha", "bbbbbbb")).getDeployment())
        .isNotEqualTo(deployment(finished).getDeployment());
  }

  @Test
  void timesMayBeNumbers() {
    DeploymentEvent event =
        deployment(
            DEPLOYMENT
                .with("events.0.started_at", 1772366400L)
                .with("events.0.finished_at", 1772366700000L));
    assertThat(event.getStartedAt()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(event.getFinishedAt()).isEqualTo("2026-03-01T12:05:00Z");
  }

  @Test
  void theSendersMarksAreKept() {
    DeploymentEvent event =
        deployment(
            DEPLOYMENT
                .with("events.0.rework", true)
                .with("events.0.failed", "false")
                .with("events.0.incident", "INC-1")
                .with("events.0.repository", "acme/shop"));
    assertThat(event.getRework()).isTrue();
    assertThat(event.getFailed()).isFalse();
    assertThat(event.getIncident()).isEqualTo("INC-1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
  }

  @Test
  void aChangeIsAPushOfOneCommit() {
    PushEvent event = Translated.event(generic, CHANGE, PushEvent.class);
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getRef()).isEqualTo("refs/heads/trunk");
    assertThat(event.getBefore()).isNull();
    assertThat(event.getHead()).isEqualTo("1111111111111111111111111111111111111111");
    assertThat(event.getPushedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T10:00:00Z");
    assertThat(event.getCommits()).hasSize(1);
    var commit = event.getCommits().get(0);
    assertThat(commit.getMessage()).isEqualTo("feat: basket");
    assertThat(commit.getAuthor()).isEqualTo("ann");
    assertThat(commit.getFiles()).containsExactly("a.js", "b.js");
    assertThat(commit.getPullRequest()).isNull();
    assertThat(
            Translated.event(generic, CHANGE.without("events.0.branch"), PushEvent.class).getRef())
        .isEqualTo("refs/heads/main");
  }

  @Test
  void aChangeMayNameItsPullRequestByNumber() {
    PushEvent event =
        Translated.event(generic, CHANGE.with("events.0.pull_request", 12), PushEvent.class);
    assertThat(event.getCommits().get(0).getPullRequest()).isEqualTo(12);
  }

  @Test
  void aChangeMaySayWhatItsPullRequestWas() {
    var events =
        Translated.events(
            generic,
            CHANGE.with(
                "events.0.pull_request",
                Map.of(
                    "number", 12,
                    "title", "Basket",
                    "labels", List.of("hotfix"),
                    "branch", "basket",
                    "opened_at", "2026-03-01T08:00:00Z",
                    "first_review_at", "2026-03-01T09:00:00Z",
                    "commits", 3)));
    assertThat(events).hasSize(2);
    var push = (PushEvent) events.get(0).value();
    var merged = (PullRequestEvent) events.get(1).value();
    assertThat(push.getCommits().get(0).getPullRequest()).isEqualTo(12);
    assertThat(merged.getTransition()).isEqualTo("merged");
    assertThat(merged.getMerged()).isTrue();
    assertThat(merged.getMergeCommitSha()).isEqualTo(push.getHead());
    assertThat(merged.getMergedAt()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(merged.getOpenedAt()).isEqualTo("2026-03-01T08:00:00Z");
    assertThat(merged.getTitle()).isEqualTo("Basket");
    assertThat(merged.getLabels()).containsExactly("hotfix");
    assertThat(merged.getHeadBranch()).isEqualTo("basket");
    assertThat(merged.getBaseBranch()).isEqualTo("trunk");
    assertThat(merged.getCommitCount()).isEqualTo(3);
    assertThat(merged.getAuthor()).isEqualTo("ann");
    assertThat(merged.getReview().getReviewer()).isNull();
    assertThat(merged.getReview().getSubmittedAt()).isEqualTo("2026-03-01T09:00:00Z");
  }

  @Test
  void anIncidentIsOpenUntilItSaysWhenItWasResolved() {
    IncidentEvent open = incident(INCIDENT);
    assertThat(open.getTransition()).isEqualTo("opened");
    assertThat(open.getIncident()).isEqualTo("INC-1");
    assertThat(open.getSeverity()).isEqualTo("high");
    assertThat(open.getStartedAt()).isEqualTo("2026-03-01T13:00:00Z");
    assertThat(open.getDetectedAt()).isEqualTo("2026-03-01T13:02:00Z");
    assertThat(open.getCausedBy()).containsExactly("deploy-1");
    assertThat(open.getNames()).containsExactly("INC-1");
    IncidentEvent resolved =
        incident(
            INCIDENT
                .with("events.0.resolved_at", "2026-03-01T14:00:00Z")
                .with("events.0.caused_by", List.of("deploy-1", "v2")));
    assertThat(resolved.getTransition()).isEqualTo("resolved");
    assertThat(resolved.getOccurredAt())
        .isEqualTo(resolved.getResolvedAt())
        .isEqualTo("2026-03-01T14:00:00Z");
    assertThat(resolved.getCausedBy()).containsExactly("deploy-1", "v2");
  }

  @Test
  void anIncidentThatLaterNamesItsCauseIsAnotherEvent() {
    assertThat(incident(INCIDENT.without("events.0.caused_by")).getId())
        .isNotEqualTo(incident(INCIDENT).getId());
    assertThat(incident(INCIDENT).getId()).isEqualTo(incident(INCIDENT).getId());
  }

  @ParameterizedTest
  @CsvSource({
    "root_cause:external, external",
    "root-cause: third party, third party",
    "caused_by:#12, #12",
    "caused_by::PR #12, #12",
    "root_cause:!12, #12"
  })
  void aLabelOfAnIncidentMayNameItsCause(String label, String cause) {
    IncidentEvent event =
        incident(INCIDENT.without("events.0.caused_by").with("events.0.labels", List.of(label)));
    assertThat(event.getCausedBy()).containsExactly(cause);
    assertThat(event.getLabels()).containsExactly(label);
  }

  @ParameterizedTest
  @CsvSource({
    "Root cause: PR #12, #12",
    "Root cause: the release 1.2.0, 1.2.0",
    "Caused by: deployment d1, d1",
    "Root cause: !12, #12"
  })
  void theTextsOfAnIncidentMayNameItsCause(String text, String cause) {
    Payload bare = INCIDENT.without("events.0.caused_by");
    assertThat(incident(bare.with("events.0.description", text)).getCausedBy())
        .containsExactly(cause);
    assertThat(incident(bare.with("events.0.title", text)).getCausedBy()).containsExactly(cause);
    assertThat(incident(INCIDENT.with("events.0.description", text)).getCausedBy())
        .containsExactly("deploy-1", cause);
  }

  @Test
  void aCauseThatIsAPullRequestIsKnownByItsNumber() {
    assertThat(
            incident(INCIDENT.with("events.0.caused_by", List.of("PR #12", "!13"))).getCausedBy())
        .containsExactly("#12", "#13");
  }

  @Test
  void anIncidentMaySayThatNothingIsNamedAsItsCause() {
    assertThat(incident(INCIDENT.with("events.0.caused_by", List.of())).getCausedBy()).isEmpty();
    assertThat(incident(INCIDENT.without("events.0.caused_by")).getCausedBy()).isNull();
  }

  @Test
  void severalEventsTravelInOneBody() {
    Payload all =
        Payload.of("{\"events\":[]}")
            .with(
                "events",
                List.of(
                    DEPLOYMENT.json().get("events").get(0),
                    CHANGE.json().get("events").get(0),
                    INCIDENT.json().get("events").get(0)));
    assertThat(Translated.events(generic, all)).hasSize(3);
    assertThat(generic.about(all.request()).kind()).contains("deployment change incident");
  }

  @Test
  void ofAnIncidentAnyOfItsTimesWillDo() {
    Payload detected = INCIDENT.without("events.0.started_at");
    IncidentEvent event = Translated.event(generic, detected, IncidentEvent.class);
    assertThat(event.getTransition()).isEqualTo("opened");
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T13:02:00Z");
    assertThat(event.getStartedAt()).isNull();

    Payload none = detected.without("events.0.detected_at");
    assertThat(Translated.missing(generic, none).path()).isEqualTo("$.events[0].started_at");
    assertThat(Translated.missing(generic, none)).hasMessageContaining("resolved_at");
  }

  @Test
  void anEventThatIsWrongDoesNotCostTheOthers() {
    Payload mixed =
        DEPLOYMENT.with(
            "events",
            List.of(
                DEPLOYMENT.json().get("events").get(0),
                INCIDENT.without("events.0.id").json().get("events").get(0)));
    assertThat(Translated.events(generic, mixed)).hasSize(1);
    assertThat(Translated.skipped(generic, mixed)).containsExactly("$.events[1].id");
    assertThat(Translated.missing(generic, mixed.without("events.0.status")).path())
        .isEqualTo("$.events[0].status");
  }

  @ParameterizedTest
  @CsvSource({
    "deployment, enviroment,  environment",
    "deployment, env,         environment",
    "deployment, finishedAt,  finished_at",
    "deployment, Sha,         sha",
    "deployment, team,",
    "change,     repo,        repository",
    "change,     comitted_at, committed_at",
    "incident,   serverity,   severity",
    "incident,   resolved,    resolved_at"
  })
  void anUnknownFieldIsRefusedWithTheNearestKnownName(String kind, String field, String nearest) {
    Payload payload =
        switch (kind) {
          case "deployment" -> DEPLOYMENT;
          case "change" -> CHANGE;
          default -> INCIDENT;
        };
    var problem = Translated.missing(generic, payload.with("events.0." + field, "staging"));
    assertThat(problem.path()).isEqualTo("$.events[0]." + field);
    assertThat(problem.nearest()).isEqualTo(Optional.ofNullable(nearest));
    assertThat(problem).hasMessageContaining("is no field of a");
  }

  @Test
  void anUnknownFieldBesideTheEventsOrInAPullRequestIsRefused() {
    assertThat(Translated.missing(generic, DEPLOYMENT.with("environment", "staging")).path())
        .isEqualTo("$.environment");
    var problem =
        Translated.missing(
            generic, CHANGE.with("events.0.pull_request", Map.of("number", 1, "opend_at", "x")));
    assertThat(problem.path()).isEqualTo("$.events[0].pull_request.opend_at");
    assertThat(problem.nearest()).contains("opened_at");
  }

  @Test
  void everyFieldOfTheDocumentIsKnown() throws IOException {
    Path page = Path.of("../docs/senders/generic.md");
    for (String kind : List.of("deployment", "change", "incident")) {
      String row =
          Files.readAllLines(page).stream()
              .filter(line -> line.startsWith("| `" + kind + "` |"))
              .findFirst()
              .orElseThrow();
      Payload payload =
          kind.equals("deployment") ? DEPLOYMENT : kind.equals("change") ? CHANGE : INCIDENT;
      var fields = Pattern.compile("`([a-z]+_at|id|ref|rework|failed|resolution)`").matcher(row);
      int found = 0;
      for (; fields.find(); found++) {
        String field = fields.group(1);
        boolean ofPullRequest =
            row.indexOf("`pull_request`: ") >= 0
                && fields.start() > row.indexOf("`pull_request`: ");
        Payload with =
            ofPullRequest
                ? payload.with(
                    "events.0.pull_request", Map.of("number", 1, field, "2026-03-01T10:00:00Z"))
                : payload.with(
                    "events.0." + field,
                    field.endsWith("_at")
                        ? "2026-03-01T13:02:00Z"
                        : field.matches("rework|failed") ? true : "x");
        assertThat(Translated.skipped(generic, with)).as(kind + " " + field).isEmpty();
        assertThat(Translated.events(generic, with)).as(kind + " " + field).isNotEmpty();
      }
      assertThat(found).as(kind).isPositive();
    }
  }

  @Test
  void aFieldOfTheScriptsOwnIsLeftAlone() {
    Payload own = DEPLOYMENT.with("events.0.x_build_host", "agent-7");
    assertThat(deployment(own).getEnvironment()).isEqualTo("prod-eu");
    assertThat(Translated.skipped(generic, own)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "deployment, kind,         $.events[0].kind",
    "deployment, service,      $.events[0].service",
    "deployment, sha,          $.events[0].sha",
    "deployment, status,       $.events[0].status",
    "deployment, finished_at,  $.events[0].finished_at",
    "change,     repository,   $.events[0].repository",
    "change,     sha,          $.events[0].sha",
    "change,     committed_at, $.events[0].committed_at",
    "incident,   id,           $.events[0].id",
    "incident,   service,      $.events[0].service"
  })
  void whatIsMissingIsNamed(String kind, String field, String path) {
    Payload payload =
        switch (kind) {
          case "deployment" -> DEPLOYMENT;
          case "change" -> CHANGE;
          default -> INCIDENT;
        };
    assertThat(Translated.missing(generic, payload.without("events.0." + field)).path())
        .isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "kind,        deploy,     'deployment, change, incident or measurement'",
    "status,      ok,         'queued, waiting, started, succeeded, failed, cancelled or refused'",
    "sha,         main,       a SHA: 7 to 64 hexadecimal digits",
    "repository,  shop,       'owner/name, host/owner/name or the URL of a repository'",
    "rework,      maybe,      true or false",
    "strategy,    slowly,     'canary, ab, blue-green, rolling or recreate'"
  })
  void aValueThatCannotBeUsedIsAnsweredWithThoseThatCan(
      String field, String value, String expected) {
    var missing = Translated.missing(generic, DEPLOYMENT.with("events.0." + field, value));
    assertThat(missing.path()).isEqualTo("$.events[0]." + field);
    assertThat(missing.expected()).isEqualTo(expected);
    assertThat(missing).hasMessageContaining("'" + value + "'");
  }

  @Test
  void aTimeWithoutOffsetIsRefused() {
    var missing =
        Translated.missing(generic, DEPLOYMENT.with("events.0.finished_at", "2026-03-01T12:05:00"));
    assertThat(missing).hasMessageContaining("ISO 8601 with its offset");
  }

  @Test
  void aBodyWithoutEventsIsAnswered() {
    assertThat(Translated.missing(generic, Payload.of("{}")).path()).isEqualTo("$.events");
    assertThat(Translated.ignored(generic, Payload.of("{\"events\":[]}")))
        .isEqualTo("events is empty");
    assertThatThrownBy(() -> Translated.events(generic, Payload.of("[]")))
        .isInstanceOf(MalformedDelivery.class);
  }

  @Test
  void aDeploymentMayStateHowTrafficIsShifted() {
    assertThat(deployment(DEPLOYMENT).getStrategy()).isNull();
    assertThat(deployment(DEPLOYMENT.with("events.0.strategy", "Canary")).getStrategy())
        .isEqualTo("canary");
    assertThat(deployment(DEPLOYMENT.with("events.0.strategy", "blueGreen")).getStrategy())
        .isEqualTo("blue-green");
  }

  @Test
  void aMeasurementIsTakenAsItIsSent() {
    MeasurementEvent event = measurement(MEASUREMENT);
    assertThat(event.getName()).isEqualTo("time_to_provision");
    assertThat(event.getValue()).isEqualTo(5400.5);
    assertThat(event.getUnit()).isEqualTo("seconds");
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getTeam()).isNull();
    assertThat(event.getAnswers()).isNull();
    assertThat(event.getOccurredAt()).isEqualTo("2026-03-01T10:00:00Z");

    MeasurementEvent survey = measurement(SURVEY);
    assertThat(survey.getTeam()).isEqualTo("payments");
    assertThat(survey.getService()).isNull();
    assertThat(survey.getAnswers()).isEqualTo(12);
  }

  @Test
  void aMeasurementIsKnownByWhatIsMeasuredAndWhenSoThatItsValueCanBeCorrected() {
    String id = measurement(MEASUREMENT).getId();
    assertThat(measurement(MEASUREMENT.with("events.0.value", 1)).getId()).isEqualTo(id);
    assertThat(measurement(MEASUREMENT.with("events.0.unit", "hours")).getId()).isEqualTo(id);
    assertThat(measurement(MEASUREMENT.with("events.0.name", "tickets")).getId()).isNotEqualTo(id);
    assertThat(measurement(MEASUREMENT.with("events.0.service", "search")).getId())
        .isNotEqualTo(id);
    Payload ofTeam = MEASUREMENT.without("events.0.service").with("events.0.team", "checkout");
    assertThat(measurement(ofTeam).getId()).isNotEqualTo(id);
    assertThat(measurement(MEASUREMENT.with("events.0.time", "2026-03-02T10:00:00Z")).getId())
        .isNotEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "name, Time to provision, lower-case letters",
    "name, -x, lower-case letters",
    "value, soon, 'a number, as 12 or 0.5'",
    "value, NaN, 'a number, as 12 or 0.5'",
    "value, 1e400, 'a number, as 12 or 0.5'",
    "time, yesterday, ISO 8601",
    "team, payments, 'a service or a team, not both'",
    "n, 4, 'at least 5'",
    "n, some, a whole number",
    "unit, stars, 'at least 5'",
    "name, dev_satisfaction, 'at least 5'"
  })
  void aMeasurementThatCannotBeUsedIsRefusedWithPathValueAndWhatWasExpected(
      String field, String value, String expected) {
    var missing = Translated.missing(generic, MEASUREMENT.with("events.0." + field, value));
    assertThat(missing.expected()).contains(expected);
    if (expected.equals("at least 5") && !field.equals("n")) {
      assertThat(missing.path()).isEqualTo("$.events[0].n");
    } else {
      assertThat(missing.path()).isEqualTo("$.events[0]." + field);
      assertThat(missing).hasMessageContaining("'" + value + "'");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void answersOfFewerThanFivePeopleAreRefused(int n) {
    var missing = Translated.missing(generic, SURVEY.with("events.0.n", n));
    assertThat(missing.path()).isEqualTo("$.events[0].n");
    assertThat(missing).hasMessageContaining("'" + n + "'").hasMessageContaining("at least 5");
    assertThat(measurement(SURVEY.with("events.0.n", 5)).getAnswers()).isEqualTo(5);
  }

  @Test
  void aMeasurementHasNoFieldForAPerson() {
    var missing = Translated.missing(generic, SURVEY.with("events.0.author", "ann"));
    assertThat(missing.path()).isEqualTo("$.events[0].author");
    assertThat(missing).hasMessageContaining("is no field of a measurement");
  }

  @Test
  void oneThingMeasuredTwiceAtOneTimeInABodyIsAMistake() {
    String one =
        "{\"kind\":\"measurement\",\"name\":\"tickets\",\"unit\":\"tickets\",\"team\":\"a\","
            + "\"time\":\"2026-03-01T10:00:00Z\",\"value\":%d}";
    Payload twice =
        Payload.of("{\"events\":[%s,%s]}".formatted(one.formatted(1), one.formatted(2)));
    assertThat(Translated.events(generic, twice)).hasSize(1);
    assertThat(Translated.skipped(generic, twice)).containsExactly("$.events[1].time");
  }

  private MeasurementEvent measurement(Payload payload) {
    return Translated.event(generic, payload, MeasurementEvent.class);
  }

  private DeploymentEvent deployment(Payload payload) {
    return Translated.event(generic, payload, DeploymentEvent.class);
  }

  private IncidentEvent incident(Payload payload) {
    return Translated.event(generic, payload, IncidentEvent.class);
  }
}
