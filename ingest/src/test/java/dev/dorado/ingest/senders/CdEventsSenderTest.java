package dev.dorado.ingest.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.ArtifactEvent;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.PullRequestEvent;
import dev.dorado.events.PushEvent;
import dev.dorado.ingest.Payload;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CdEventsSenderTest {

  private static final String SHA = "1111111111111111111111111111111111111111";
  private static final String PURL = "pkg:oci/shop@sha256%3Aabc";

  private final CdEventsSender cdevents = new CdEventsSender(Translated.SETTINGS);

  static Seeds seeds() {
    return Seeds.of(
        new CdEventsSender(Translated.SETTINGS),
        deployed("deployed"),
        change("merged", "12").with("customData", Map.of("sha", "abcdef1", "number", 3)),
        incident("reported"),
        event("pipelinerun.finished.0.3.0", "r", "{}"));
  }

  static Payload event(String type, String subjectId, String content) {
    return Payload.of(
        """
        {"context": {"specversion": "0.5.1", "id": "e-1", "source": "/cd/1",
           "type": "dev.cdevents.%s", "timestamp": "2026-03-01T12:00:00.123456Z"},
         "subject": {"id": "%s", "content": %s}}
        """
            .formatted(type, subjectId, content));
  }

  static Payload deployed(String predicate) {
    return event(
        "service." + predicate + ".0.3.0",
        "service/Shop",
        "{\"environment\": {\"id\": \"prod\"}, \"artifactId\": \"%s\"}".formatted(PURL));
  }

  static Payload change(String predicate, String id) {
    return event(
        "change." + predicate + ".0.3.0",
        id,
        """
        {"description": "Basket", "repository": {"id": "Acme/Shop", "source": "https://git.example.org"}}
        """);
  }

  static Payload incident(String predicate) {
    return event(
            "incident." + predicate + ".0.3.0",
            "inc-1",
            """
            {"description": "Slow", "environment": {"id": "prod"}, "service": {"id": "Shop"},
             "artifactId": "%s", "ticketURI": "https://tickets.example.org/1"}
            """
                .formatted(PURL))
        .with("subject.source", "/monitoring");
  }

  /** Else every deployment that is published and comes back would count twice. */
  @ParameterizedTest
  @ValueSource(strings = {"/dorado/cdevents", "https://dorado.example.com/tools/dorado/cdevents"})
  void whatADoradoPublishesIsIgnoredWhoeverSendsItBack(String source) {
    for (Payload payload : List.of(deployed("deployed"), incident("reported"))) {
      assertThat(Translated.ignored(cdevents, payload.with("context.source", source)))
          .contains("Dorado publishes this itself (source " + source + ")");
    }
    assertThat(deployment(deployed("deployed").with("context.source", "/ci/dorado"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployed", "upgraded"})
  void aServiceThatIsDeployedIsADeployment(String predicate) {
    DeploymentEvent event = deployment(deployed(predicate));
    assertThat(event.getDeployment()).isEqualTo("cdevents:/cd/1:e-1");
    assertThat(event.getService()).isEqualTo("shop");
    assertThat(event.getEnvironment()).isEqualTo("prod");
    assertThat(event.getArtifact()).isEqualTo(PURL);
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getDeclaredKind()).isNull();
    assertThat(event.getFinishedAt())
        .isEqualTo(event.getOccurredAt())
        .isEqualTo("2026-03-01T12:00:00.123Z");
  }

  @Test
  void aServiceThatIsRolledBackIsARollback() {
    assertThat(deployment(deployed("rolledback")).getDeclaredKind()).isEqualTo("rollback");
    assertThat(
            deployment(deployed("rolledback").without("subject.content.artifactId")).getArtifact())
        .isNull();
  }

  @Test
  void customDataSaysWhatCdEventsHaveNoWordFor() {
    DeploymentEvent event =
        deployment(
            deployed("deployed")
                .with(
                    "customData",
                    Map.of(
                        "sha", SHA, "repository", "Acme/Shop", "ref", "main", "version", "1.2")));
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getRef()).isEqualTo("main");
    assertThat(event.getVersion()).isEqualTo("1.2");
  }

  @Test
  void customDataThatIsAnyTextSaysNothing() {
    assertThat(deployment(deployed("deployed").with("customData", "PGE+")).getSha()).isNull();
  }

  @Test
  void theVersionsOfTypesAndSpecificationsDoNotMatter() {
    Payload older =
        deployed("deployed")
            .without("context.specversion")
            .with("context.version", "0.4.1")
            .with("context.type", "dev.cdevents.service.deployed.0.1.1");
    Payload newer =
        deployed("deployed").with("context.type", "dev.cdevents.service.deployed.1.0.0-draft");
    assertThat(deployment(older).getId())
        .isEqualTo(deployment(newer).getId())
        .isEqualTo(deployment(deployed("deployed")).getId());
  }

  @Test
  void binaryStructuredAndBareFormsMeanTheSame() {
    Payload bare = deployed("deployed");
    Payload binary =
        bare.header("ce-id", "e-1")
            .header("ce-source", "/cd/1")
            .header("ce-type", "dev.cdevents.service.deployed.0.3.0")
            .header("ce-specversion", "1.0");
    Payload structured =
        Payload.of("{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/cd/1\",\"type\":\"x\"}")
            .with("data", bare.json())
            .header("Content-Type", "application/cloudevents+json; charset=utf-8");
    Payload asText = structured.with("data", bare.json().toString());
    Payload encoded =
        structured
            .without("data")
            .with("data_base64", Base64.getEncoder().encodeToString(bare.bytes()));
    var expected = deployment(bare);
    for (var payload : new Payload[] {binary, structured, asText, encoded}) {
      assertThat(deployment(payload)).isEqualTo(expected);
      assertThat(cdevents.about(payload.request()).kind())
          .contains("dev.cdevents.service.deployed.0.3.0");
    }
  }

  @Test
  void aDeliveryIsNamedBySourceAndId() {
    assertThat(cdevents.deliveryId(deployed("deployed").request()))
        .isEqualTo("dev.cdevents.service.deployed.0.3.0 /cd/1 e-1");
    assertThat(cdevents.deliveryId(Payload.of("{}").request())).matches("[0-9a-f]{64}");
  }

  @Test
  void anArtifactLeadsToTheCommitThatItWasMadeOf() {
    ArtifactEvent event =
        Translated.event(
            cdevents,
            event(
                "artifact.packaged.0.3.0",
                PURL,
                "{\"change\": {\"id\": \"%s\", \"source\": \"git.example.org/Acme/Shop\"}}"
                    .formatted(SHA)),
            ArtifactEvent.class);
    assertThat(event.getArtifact()).isEqualTo(PURL);
    assertThat(event.getSha()).isEqualTo(SHA);
    assertThat(event.getRepository()).isEqualTo("git.example.org/acme/shop");
  }

  @Test
  void anArtifactOfNoKnownCommitIsIgnored() {
    assertThat(Translated.ignored(cdevents, event("artifact.published.0.3.0", PURL, "{}")))
        .contains("names a commit or repository");
  }

  @ParameterizedTest
  @CsvSource({
    "created, opened",
    "updated, updated",
    "reviewed, reviewed",
    "merged, merged",
    "abandoned, closed"
  })
  void aChangeWithANumberIsAPullRequest(String predicate, String transition) {
    PullRequestEvent event =
        Translated.event(cdevents, change(predicate, "pull/12"), PullRequestEvent.class);
    assertThat(event.getNumber()).isEqualTo(12);
    assertThat(event.getTransition()).isEqualTo(transition);
    assertThat(event.getRepository()).isEqualTo("git.example.org/acme/shop");
    assertThat(event.getDescription()).isEqualTo("Basket");
    assertThat(event.getReview() != null).isEqualTo(transition.equals("reviewed"));
  }

  @Test
  void aMergedChangeWithAShaIsAPushToo() {
    var events =
        Translated.events(
            cdevents,
            change("merged", "12").with("customData", Map.of("sha", SHA, "branch", "trunk")));
    assertThat(events).hasSize(2);
    var push = (PushEvent) events.get(0).value();
    var pullRequest = (PullRequestEvent) events.get(1).value();
    assertThat(push.getRef()).isEqualTo("refs/heads/trunk");
    assertThat(push.getHead()).isEqualTo(SHA);
    assertThat(push.getCommits().get(0).getPullRequest()).isEqualTo(12);
    assertThat(pullRequest.getMergeCommitSha()).isEqualTo(SHA);
  }

  @Test
  void aMergedChangeThatIsNamedByItsShaIsAPush() {
    PushEvent event = Translated.event(cdevents, change("merged", SHA), PushEvent.class);
    assertThat(event.getHead()).isEqualTo(SHA);
    assertThat(event.getRef()).isEqualTo("refs/heads/main");
  }

  @Test
  void aChangeThatLacksANumberOrRepositoryIsIgnoredWithWhatIsLacking() {
    assertThat(Translated.ignored(cdevents, change("created", "basket")))
        .contains("'basket' is neither the number of a pull request");
    assertThat(
            Translated.ignored(
                cdevents, change("merged", "12").without("subject.content.repository")))
        .contains("subject.content.repository");
  }

  @Test
  void whatIsDetectedReportedAndResolvedIsOneIncident() {
    IncidentEvent detected = incidentEvent(incident("detected"));
    IncidentEvent reported =
        incidentEvent(
            incident("reported")
                .with(
                    "customData",
                    Map.of("severity", "high", "caused_by", List.of("PR #12", "d1"))));
    assertThat(reported.getCausedBy()).containsExactly("#12", "d1");
    IncidentEvent resolved = incidentEvent(incident("resolved").with("context.id", "e-2"));
    assertThat(detected.getIncident())
        .isEqualTo(reported.getIncident())
        .isEqualTo(resolved.getIncident())
        .isEqualTo("cdevents:/monitoring:inc-1");
    assertThat(detected.getTransition()).isEqualTo("opened");
    assertThat(detected.getDetectedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(detected.getService()).isEqualTo("shop");
    assertThat(detected.getAliases()).containsExactly("cdevents:Shop");
    assertThat(detected.getArtifact()).isEqualTo(PURL);
    assertThat(reported.getDetectedAt()).isNull();
    assertThat(reported.getCreatedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(reported.getSeverity()).isEqualTo("high");
    assertThat(reported.getNames()).contains("inc-1", "https://tickets.example.org/1");
    assertThat(resolved.getTransition()).isEqualTo("resolved");
    assertThat(resolved.getResolvedAt()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(resolved.getArtifact()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"queued, queued", "started, started", "finished, finished"})
  void aPipelineRunIsACiRun(String predicate, String status) {
    CiRunEvent event =
        Translated.event(
            cdevents,
            event(
                "pipelinerun." + predicate + ".0.3.0",
                "run-1",
                "{\"pipelineName\": \"build\", \"outcome\": \"failure\"}"),
            CiRunEvent.class);
    assertThat(event.getRun()).isEqualTo("cdevents:/cd/1:run-1");
    assertThat(event.getWorkflow()).isEqualTo("build");
    assertThat(event.getStatus()).isEqualTo(status);
    assertThat(event.getOutcome()).isEqualTo(status.equals("finished") ? "failure" : null);
  }

  @Test
  void otherTypesAreIgnored() {
    assertThat(Translated.ignored(cdevents, event("testsuiterun.finished.0.3.0", "t", "{}")))
        .startsWith("testsuiterun.finished");
    assertThat(
            Translated.ignored(
                cdevents, event("x", "t", "{}").with("context.type", "com.example.thing")))
        .startsWith("com.example.thing");
  }

  @ParameterizedTest
  @CsvSource({
    "context,                         $.context",
    "context.id,                      $.context.id",
    "context.source,                  $.context.source",
    "context.type,                    $.context.type",
    "subject,                         $.subject",
    "subject.id,                      $.subject.id"
  })
  void whatIsMissingIsNamed(String field, String path) {
    assertThat(Translated.missing(cdevents, deployed("deployed").without(field)).path())
        .isEqualTo(path);
  }

  @Test
  void inAStructuredEventWhatIsMissingIsNamedWithinItsData() {
    Payload structured =
        Payload.of("{\"specversion\":\"1.0\"}")
            .with("data", deployed("deployed").without("context.id").json())
            .header("Content-Type", "application/cloudevents+json");
    assertThat(Translated.missing(cdevents, structured).path()).isEqualTo("$.data.context.id");
  }

  private DeploymentEvent deployment(Payload payload) {
    return Translated.event(cdevents, payload, DeploymentEvent.class);
  }

  private IncidentEvent incidentEvent(Payload payload) {
    return Translated.event(cdevents, payload, IncidentEvent.class);
  }
}
