package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.facts.DeploymentFact;
import dev.dorado.facts.IncidentFact;
import dev.dorado.schemas.CdEventSource;
import dev.dorado.schemas.TrustedRecords;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is published of facts, one after the other, as the publisher would do it. */
class PublishedDecisionsTest {

  private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");
  private static final String SHA = "a".repeat(40);
  private static final PageLinks LINKS =
      new PageLinks(Optional.of(URI.create("https://dorado.example.com/")));

  private final CdEventJson json = new CdEventJson(CdEventSource.of(LINKS.page()));
  private PublishedDecisions published = PublishedDecisions.NONE;

  static {
    TrustedRecords.trust();
  }

  @Test
  void theFirstDeploymentIsDeployedALaterOneUpgradedARollbackRolledBack() {
    assertThat(typesOf(deployment())).containsExactly("dev.cdevents.service.deployed.0.3.0");
    assertThat(
            typesOf(deployment(fact -> fact.setKind("forward").setPreviousDeployment("github:0"))))
        .containsExactly("dev.cdevents.service.upgraded.0.3.0");
    assertThat(typesOf(deployment(fact -> fact.setKind("rollback"))))
        .containsExactly("dev.cdevents.service.rolledback.0.3.0");
    assertThat(typesOf(deployment(fact -> fact.setKind("redeploy"))))
        .containsExactly("dev.cdevents.service.deployed.0.3.0");
    assertThat(typesOf(deployment(fact -> fact.setStatus("failed"))))
        .containsExactly("dev.cdeventsx.dorado-rollout.failed.0.1.0");
  }

  @Test
  void aDeploymentSaysServiceEnvironmentCommitAndWhereThePageShowsIt() {
    JsonNode event = publish(deployment()).get(0);

    assertThat(event.path("source").asText())
        .isEqualTo("https://dorado.example.com/dorado/cdevents");
    assertThat(event.path("time").asText()).isEqualTo("2026-01-05T10:00:00Z");
    assertThat(event.at("/data/subject/id").asText()).isEqualTo("shop/checkout");
    assertThat(event.at("/data/subject/content/environment/id").asText()).isEqualTo("production");
    assertThat(event.at("/data/subject/content/artifactId").asText())
        .isEqualTo("pkg:github/acme/shop@" + SHA);
    assertThat(event.at("/data/customData/deployment").asText()).isEqualTo("github:1");
    assertThat(event.at("/data/customData/page").asText())
        .isEqualTo(
            "https://dorado.example.com/?view=service&service=shop%2Fcheckout&rows=deployments&deployment=shop%252Fcheckout+github%3A1");
  }

  @Test
  void theArtifactIsAPackageUrlOfTheCommitWhoeverHostsIt() {
    assertThat(artifact(fact -> fact.setRepository("bitbucket.org/acme/shop")))
        .isEqualTo("pkg:bitbucket/acme/shop@" + SHA);
    assertThat(artifact(fact -> fact.setRepository("git.acme.com/pay/ments/shop")))
        .isEqualTo(
            "pkg:generic/git.acme.com/pay/ments/shop@%s?vcs_url=git%%2Bhttps%%3A%%2F%%2Fgit.acme.com%%2Fpay%%2Fments%%2Fshop%%40%s"
                .formatted(SHA, SHA));
    assertThat(artifact(fact -> fact.setRepository(null).setSha(null).setVersion("1.2.3")))
        .isEqualTo("pkg:generic/shop/checkout@1.2.3");
    assertThat(artifact(fact -> fact.setRepository(null).setSha(null)))
        .isEqualTo("pkg:generic/shop/checkout");
    for (String name : List.of("a//b", "..", "../b", "a/", "/", "ä ö@?#%/x", "a\tb")) {
      assertThat(artifact(fact -> fact.setService(name).setRepository(null))).startsWith("pkg:");
      assertThat(artifact(fact -> fact.setRepository(name))).startsWith("pkg:generic/");
    }
  }

  @Test
  void theSameFactIsNotPublishedAgainNorAreDetailsThatChange() {
    publish(deployment());

    assertThat(publish(deployment())).isEmpty();
    assertThat(
            publish(
                deployment(
                    fact ->
                        fact.setChanges(7)
                            .setEnvironments(List.of("eu", "us"))
                            .setFinishedAt(Instant.parse("2026-01-05T10:20:00Z")))))
        .isEmpty();
  }

  @Test
  void aCommitThatIsFoundLaterIsPublished() {
    publish(deployment(fact -> fact.setSha(null).setVersion("1.2.3")));

    assertThat(publish(deployment(fact -> fact.setVersion("1.2.3"))))
        .extracting(event -> event.at("/data/subject/content/artifactId").asText())
        .containsExactly("pkg:github/acme/shop@" + SHA);
  }

  @Test
  void aLateCorrectionOfTheFailureIsOneFurtherEventWithItsRule() {
    publish(deployment());

    List<JsonNode> events = publish(deployment(PublishedDecisionsTest::failed));

    assertThat(events).hasSize(1);
    assertThat(events.get(0).path("type").asText())
        .isEqualTo("dev.cdeventsx.dorado-failure.detected.0.1.0");
    assertThat(events.get(0).path("time").asText()).isEqualTo("2026-01-05T11:00:00Z");
    assertThat(events.get(0).at("/data/customData/rule").asText()).isEqualTo("F6");
    assertThat(events.get(0).at("/data/customData/incidents/0").asText()).isEqualTo("pager:1");
    assertThat(publish(deployment(PublishedDecisionsTest::failed))).isEmpty();
    assertThat(publish(deployment(fact -> failed(fact.setFailureRule("F2"))))).isEmpty();
  }

  @Test
  void aDecisionThatIsTakenBackAndMadeAgainHasAnIdOfItsOwnEachTime() {
    List<JsonNode> events = new ArrayList<>();
    events.addAll(publish(deployment()));
    events.addAll(publish(deployment(PublishedDecisionsTest::failed)));
    events.addAll(publish(deployment()));
    events.addAll(publish(deployment(PublishedDecisionsTest::failed)));

    assertThat(types(events))
        .containsExactly(
            "dev.cdevents.service.deployed.0.3.0",
            "dev.cdeventsx.dorado-failure.detected.0.1.0",
            "dev.cdeventsx.dorado-failure.withdrawn.0.1.0",
            "dev.cdeventsx.dorado-failure.detected.0.1.0");
    assertThat(events).extracting(event -> event.path("id").asText()).doesNotHaveDuplicates();
  }

  @Test
  void idsAreTheSameWheneverTheyFollowTheSameEvents() {
    List<String> first = ids(deployment(), deployment(PublishedDecisionsTest::failed));
    published = PublishedDecisions.NONE;

    assertThat(ids(deployment(), deployment(PublishedDecisionsTest::failed))).isEqualTo(first);
  }

  @Test
  void whatIsRetractedOrExcludedIsWithdrawnAsAWhole() {
    for (Consumer<DeploymentFact.Builder> gone :
        List.<Consumer<DeploymentFact.Builder>>of(
            fact -> fact.setRetracted(true), fact -> fact.setExcluded(true))) {
      published = PublishedDecisions.NONE;
      publish(
          deployment(fact -> failed(fact).setRework(true).setReworkRule("W1").setRecoveredAt(NOW)));

      assertThat(typesOf(deployment(fact -> gone.accept(failed(fact)))))
          .containsExactly("dev.cdeventsx.dorado-deployment.withdrawn.0.1.0");
      assertThat(publish(deployment(fact -> gone.accept(failed(fact))))).isEmpty();
    }
  }

  @Test
  void whatHappenedBeforeThatTimeIsNotPublishedButWhatFollowsIs() {
    Instant before = SINCE.minusSeconds(3600);
    assertThat(publish(deployment(fact -> fact.setFinishedAt(before)))).isEmpty();

    assertThat(typesOf(deployment(fact -> failed(fact.setFinishedAt(before)))))
        .containsExactly("dev.cdeventsx.dorado-failure.detected.0.1.0");
    // The deployment itself was never published, so its failure is taken back.
    assertThat(typesOf(deployment(fact -> fact.setFinishedAt(before).setRetracted(true))))
        .containsExactly("dev.cdeventsx.dorado-failure.withdrawn.0.1.0");
  }

  @Test
  void aRecoveryOfAFailureThatWasNotPublishedIsTakenBackForItself() {
    Instant before = SINCE.minusSeconds(3600);
    Consumer<DeploymentFact.Builder> early =
        fact -> failed(fact.setFinishedAt(before)).setImpactStartedAt(before);
    assertThat(
            typesOf(
                deployment(
                    fact -> {
                      early.accept(fact);
                      fact.setRecoveredAt(NOW);
                    })))
        .containsExactly("dev.cdeventsx.dorado-failure.recovered.0.1.0");

    assertThat(typesOf(deployment(fact -> fact.setFinishedAt(before))))
        .containsExactly("dev.cdeventsx.dorado-failure.reopened.0.1.0");
  }

  @Test
  void anIncidentIsDetectedOrReportedResolvedAndReopened() {
    assertThat(typesOf(incident(fact -> fact.setDetectedAt(SINCE))))
        .containsExactly("dev.cdevents.incident.detected.0.3.0");
    published = PublishedDecisions.NONE;
    List<JsonNode> reported = publish(incident(fact -> {}));
    assertThat(types(reported)).containsExactly("dev.cdevents.incident.reported.0.3.0");
    assertThat(reported.get(0).at("/data/subject/content/ticketURI").asText())
        .isEqualTo("https://pager.example.com/1");
    assertThat(reported.get(0).toString()).doesNotContain("Ada is on call");

    assertThat(typesOf(incident(fact -> fact.setResolvedAt(NOW))))
        .containsExactly("dev.cdevents.incident.resolved.0.3.0");
    assertThat(typesOf(incident(fact -> {})))
        .containsExactly("dev.cdeventsx.dorado-incident.reopened.0.1.0");
    assertThat(typesOf(incident(fact -> fact.setRetracted(true))))
        .containsExactly("dev.cdeventsx.dorado-incident.withdrawn.0.1.0");
  }

  @Test
  void anIncidentWithoutAnAddressOfATicketIsDetected() {
    for (String address : Arrays.asList(null, "see the wall", "/tickets/1")) {
      published = PublishedDecisions.NONE;
      assertThat(typesOf(incident(fact -> fact.setUrl(address))))
          .as("address %s", address)
          .containsExactly("dev.cdevents.incident.detected.0.3.0");
    }
  }

  @Test
  void whatIsNotedInTheTopicIsReadBack() {
    publish(deployment(PublishedDecisionsTest::failed));
    publish(deployment());

    assertThat(PublishedDecisions.read(published.write())).isEqualTo(published);
  }

  @Test
  void everyTypeOfEventIsInTheSchema() throws Exception {
    Set<String> types = new TreeSet<>();
    for (var field : CdEventTypes.class.getDeclaredFields()) {
      String value = (String) field.get(null);
      if (!value.equals(CdEventTypes.SPECIFICATION)) {
        types.add(value);
      }
    }
    Stream.of(Aspect.values())
        .map(aspect -> CdEventTypes.custom(aspect.withdrawal()))
        .forEach(types::add);
    JsonNode message = publish(deployment()).get(0);
    assertThat(types).hasSize(16).noneMatch(type -> isUnknown(message, type));
    assertThat(isUnknown(message, "dev.cdevents.service.published.0.3.0")).isTrue();
  }

  @Test
  void theExampleOfTheDocumentConforms() throws Exception {
    String document = Files.readString(Path.of("../docs/cdevents.md"));
    int begin = document.indexOf("    {\"specversion\"");
    String example = document.substring(begin, document.indexOf("\n\n", begin));

    assertThat(CdEventConformance.requireConformant(example.getBytes(UTF_8)).path("subject"))
        .hasToString("\"github:1\"");
  }

  /** That the schema can fail. */
  @Test
  void anEventThatLacksSomethingDoesNotConform() {
    for (String pointer :
        List.of("/data/context/id", "/data/subject/content/artifactId", "/type", "/time")) {
      ObjectNode message = publish(deployment()).get(0).deepCopy();
      published = PublishedDecisions.NONE;
      int slash = pointer.lastIndexOf('/');
      ((ObjectNode) message.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));

      assertThat(CdEventConformance.problems(message)).as(pointer).isNotEmpty();
    }
  }

  @Test
  void theSpecificationsOwnSchemasRefuseAnEventThatLacksItsArtifact() {
    assumeTrue(
        CdEventConformance.hasSpecification(),
        "skipped: there is no checkout of the specification (-Ddorado.cdevents.spec=FOLDER)");
    ObjectNode message = publish(deployment()).get(0).deepCopy();
    ((ObjectNode) message.at("/data/subject/content")).remove("artifactId");

    assertThat(CdEventConformance.specified(message.path("data")))
        .singleElement()
        .asString()
        .contains("artifactId");
  }

  /** Whether each of the schema's five kinds of events has something against the type. */
  private static boolean isUnknown(JsonNode message, String type) {
    ObjectNode other = message.deepCopy();
    other.put("type", type);
    ((ObjectNode) other.at("/data/context")).put("type", type);
    return CdEventConformance.problems(other).stream()
            .filter(problem -> problem.contains("/data/context/type"))
            .count()
        == 5;
  }

  private List<JsonNode> publish(Decisions decisions) {
    var step = published.next(decisions.kind() + " key", decisions, SINCE, NOW);
    published = step.after();
    return step.publications().stream()
        .map(one -> CdEventConformance.requireConformant(json.write(one.decision(), one.id())))
        .toList();
  }

  private List<String> typesOf(Decisions decisions) {
    return types(publish(decisions));
  }

  private List<String> ids(Decisions... all) {
    return Stream.of(all)
        .flatMap(decisions -> publish(decisions).stream())
        .map(event -> event.path("id").asText())
        .toList();
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.path("type").asText()).toList();
  }

  private String artifact(Consumer<DeploymentFact.Builder> change) {
    published = PublishedDecisions.NONE;
    return publish(deployment(change)).get(0).at("/data/subject/content/artifactId").asText();
  }

  private static DeploymentDecisions deployment() {
    return deployment(fact -> {});
  }

  private static DeploymentDecisions deployment(Consumer<DeploymentFact.Builder> change) {
    var fact =
        DeploymentFact.newBuilder()
            .setService("shop/checkout")
            .setId("github:1")
            .setEnvironment("production")
            .setEnvironments(List.of("eu"))
            .setRepository("github.com/acme/shop")
            .setSha(SHA)
            .setStartedAt(Instant.parse("2026-01-05T09:55:00Z"))
            .setFinishedAt(Instant.parse("2026-01-05T10:00:00Z"))
            .setStatus("succeeded")
            .setCounted(true)
            .setKind("forward")
            .setChanges(2);
    change.accept(fact);
    return new DeploymentDecisions(fact.build(), LINKS);
  }

  private static DeploymentFact.Builder failed(DeploymentFact.Builder fact) {
    return fact.setFailed(true)
        .setFailureRule(fact.getFailureRule() == null ? "F6" : fact.getFailureRule())
        .setFailureMethod("Ada said so")
        .setFailureConfidence("medium")
        .setIncidents(List.of("pager:1"))
        .setImpactStartedAt(Instant.parse("2026-01-05T11:00:00Z"));
  }

  private static IncidentDecisions incident(Consumer<IncidentFact.Builder> change) {
    var fact =
        IncidentFact.newBuilder()
            .setService("shop/checkout")
            .setId("pager:1")
            .setTitle("Ada is on call")
            .setEnvironment("production")
            .setSeverity("sev2")
            .setStartedAt(Instant.parse("2026-01-05T11:00:00Z"))
            .setUrl("https://pager.example.com/1");
    change.accept(fact);
    return new IncidentDecisions(fact.build(), LINKS);
  }
}
