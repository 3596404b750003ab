package dev.dorado.ingest.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.dorado.events.CatalogEvent;
import dev.dorado.events.DeploymentSource;
import dev.dorado.ingest.catalog.CatalogUpload.Ignored;
import dev.dorado.ingest.delivery.RepositoryName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogReaderTest {

  private static final String CHECKOUT =
      """
      # the shop's checkout
      apiVersion: backstage.io/v1alpha1
      kind: Component
      metadata:
        name: Checkout
        title: Check-out
        description: Takes the money.
        annotations:
          github.com/project-slug: Acme/Shop
          pagerduty.com/service-id: PABC
          dorado.dev/tier: "1"
          dorado.dev/paths: services/checkout/, libs/money/**
          dorado.dev/environments: prod-eu=production, qa=staging
          dorado.dev/golden-path: java-service@2026-03-01
          dorado.dev/valid-from: 2026-01-01
          dorado.dev/deployment-source: workflow:Deploy*@production since 2026-01-01; deployment
          dorado.dev/rules: proximity-window=12h, rollout-window=1h
      spec:
        type: service
        lifecycle: production
        owner: group:default/Team-Money
        system: system:shop
      """;

  private final CatalogReader reader = new CatalogReader(new RepositoryName("github.com"));

  @Test
  void aComponentIsAService() {
    CatalogEvent event = event(CHECKOUT);
    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getTitle()).isEqualTo("Check-out");
    assertThat(event.getDescription()).isEqualTo("Takes the money.");
    assertThat(event.getOwner()).isEqualTo("team-money");
    assertThat(event.getSystem()).isEqualTo("shop");
    assertThat(event.getLifecycle()).isEqualTo("production");
    assertThat(event.getTier()).isEqualTo("1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getPaths()).containsExactly("services/checkout/", "libs/money/**");
    assertThat(event.getEnvironments()).isEqualTo(Map.of("prod-eu", "production", "qa", "staging"));
    assertThat(event.getAliases()).containsExactly("pagerduty:PABC");
    assertThat(event.getGoldenPath()).isEqualTo("java-service");
    assertThat(event.getGoldenPathSince()).isEqualTo("2026-03-01T00:00:00Z");
    assertThat(event.getValidFrom()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(event.getSettings())
        .isEqualTo(Map.of("proximity-window", "12h", "rollout-window", "1h"));
    assertThat(event.getDeploymentSources())
        .containsExactly(
            new DeploymentSource(
                "workflow", "Deploy*", "production", Instant.parse("2026-01-01T00:00:00Z")),
            new DeploymentSource("deployment", null, null, null));
  }

  @Test
  void aBareComponentIsAServiceOfUnknownOwner() {
    CatalogEvent event = event("kind: Component\nmetadata: {name: a}\n");
    assertThat(event.getOwner()).isNull();
    assertThat(event.getPaths()).isEmpty();
    assertThat(event.getValidFrom()).isNull();
  }

  @Test
  void severalDocumentsAreSeveralEntriesAndOtherKindsAreIgnored() {
    var upload =
        read(
            CHECKOUT
                + "---\n---\nkind: System\nmetadata:\n  name: shop\n---\n"
                + "kind: Component\nmetadata:\n  name: basket\nspec:\n  owner: team-b\n");
    assertThat(upload.entries())
        .extracting(CatalogEvent::getService)
        .containsExactly("checkout", "basket");
    assertThat(upload.ignored())
        .containsExactly(new Ignored("System shop", "entities of kind System are no services"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"kind\":\"Component\",\"metadata\":{\"name\":\"a\"}}",
        "[{\"kind\":\"Component\",\"metadata\":{\"name\":\"a\"}}]",
        "{\"items\":[{\"kind\":\"Component\",\"metadata\":{\"name\":\"a\"}}]}"
      })
  void jsonWillDoToo(String json) {
    assertThat(event(json).getService()).isEqualTo("a");
    assertThat(event(json.replace(",", ",\n\t")).getService()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({
    "team-a, team-a",
    "group:team-a, team-a",
    "group:default/team-a, team-a",
    "default/Team-A, team-a",
    "user:ann, ann"
  })
  void anOwnerIsNamedByTheEndOfItsReference(String reference, String owner) {
    assertThat(
            event("kind: Component\nmetadata: {name: a}\nspec: {owner: \"" + reference + "\"}")
                .getOwner())
        .isEqualTo(owner);
  }

  @ParameterizedTest
  @CsvSource({
    "github.com/project-slug, Acme/Shop, github.com/acme/shop",
    "gitlab.com/project-slug, Acme/Group/Shop, gitlab.com/acme/group/shop",
    "backstage.io/source-location, url:https://git.example.org/Acme/Shop/tree/main/a/,"
        + " git.example.org/acme/shop",
    "backstage.io/source-location, url:https://git.example.org/g/s/-/blob/main/catalog-info.yaml,"
        + " git.example.org/g/s"
  })
  void theRepositoryIsInAnyOfItsAnnotations(String annotation, String value, String repository) {
    assertThat(event(annotated(annotation, value)).getRepository()).isEqualTo(repository);
  }

  @Test
  void aSlugIsOnTheHostOfTheSourceLocation() {
    String yaml =
        annotated("gitlab.com/project-slug", "Acme/Shop")
            + "    backstage.io/source-location: url:https://gitlab.example.org/acme/shop\n";
    assertThat(event(yaml).getRepository()).isEqualTo("gitlab.example.org/acme/shop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dorado.dev/environments | prod=prod | production, staging, testing",
        "dorado.dev/environments | prod | name=class",
        "dorado.dev/golden-path | java | name@date",
        "dorado.dev/golden-path | java@soon | a date",
        "dorado.dev/valid-from | 2026-02-30 | a date",
        "github.com/project-slug | shop | owner/name",
        "dorado.dev/deployment-source | deploy | the sources are",
        "dorado.dev/deployment-source | workflow | workflow:NAME",
        "dorado.dev/deployment-source | merge:main | the sources are",
        "dorado.dev/deployment-source | tag since soon | a date",
        "dorado.dev/deployment-source | tag:a; tag:b | one source at a time",
        "dorado.dev/rules | proximity-window | name=value",
        "dorado.dev/rules | proximity=12h | proximity-window",
        "dorado.dev/rules | proximity-window=12 | 12h",
        "dorado.dev/aliases | shop | sender:id"
      })
  void aWrongValueIsNamedWithEntityFieldAndLine(String annotation, String value, String expected) {
    var problem = problem(annotated(annotation, "'" + value + "'"));
    assertThat(problem.isSyntax()).isFalse();
    assertThat(problem.entity()).isEqualTo("Component a");
    assertThat(problem.field()).isEqualTo("metadata.annotations['%s']", annotation);
    assertThat(problem.line()).isEqualTo(5);
    assertThat(problem.message()).contains(value, expected);
  }

  @Test
  void aMissingNameIsNamedWithTheLineOfWhatShouldHaveIt() {
    var problem = problem("kind: Component\nmetadata:\n  title: A\n");
    assertThat(problem.field()).isEqualTo("metadata.name");
    assertThat(problem.line()).isGreaterThanOrEqualTo(2);
    assertThat(problem.message()).contains("metadata.name is missing");
  }

  @Test
  void allProblemsOfAllFilesAreFoundAtOnceAndWhatIsSoundIsReadAllTheSame() {
    var upload =
        reader.read(
            List.of(
                file("good.yaml", CHECKOUT),
                file("broken.yaml", "kind: ["),
                file(
                    "two.yaml",
                    annotated("dorado.dev/golden-path", "java")
                        + "    dorado.dev/environments: prod=prod\n"
                        + "---\nkind: Component\nmetadata: {name: '%'}\n---\nmetadata: {}\n")));
    assertThat(upload.problems())
        .extracting(CatalogProblem::file, CatalogProblem::entity, CatalogProblem::field)
        .containsExactlyInAnyOrder(
            tuple("broken.yaml", null, null),
            tuple("two.yaml", "entity", "kind"),
            tuple("two.yaml", "Component a", "metadata.annotations['dorado.dev/golden-path']"),
            tuple("two.yaml", "Component a", "metadata.annotations['dorado.dev/environments']"),
            tuple("two.yaml", "Component %", "metadata.name"));
    assertThat(upload.entries()).extracting(CatalogEvent::getService).containsExactly("checkout");
  }

  @Test
  void anOwnerWhoIsAUserStandsForTheFirstGroupOfTheUser() {
    String user =
        """
        kind: User
        metadata: {name: ann}
        spec: {memberOf: [group:default/Team-A, team-b]}
        ---
        kind: Group
        metadata: {name: team-a}
        spec: {parent: everybody}
        ---
        """;
    var upload = read(user + ownedBy("user:default/ann"));
    assertThat(upload.entries().get(0).getOwner()).isEqualTo("team-a");
    assertThat(upload.notes()).singleElement().asString().contains("ann", "team-a, team-b");
    assertThat(read(user + ownedBy("ann")).entries().get(0).getOwner()).isEqualTo("team-a");
    assertThat(read(user + ownedBy("group:ann")).entries().get(0).getOwner()).isEqualTo("ann");
  }

  @Test
  void aUserOfWhomNoGroupIsKnownIsATeamAndSaysSo() {
    var upload = read(ownedBy("user:ann"));
    assertThat(upload.entries().get(0).getOwner()).isEqualTo("ann");
    assertThat(upload.notes()).singleElement().asString().contains("Component a", "user ann");
  }

  @ParameterizedTest
  @CsvSource({
    "dorado.dev/goldenpath,  annotation 'dorado.dev/goldenpath' is not known: did you mean 'dorado.dev/golden-path'?",
    "dorado.dev/Environment, annotation 'dorado.dev/Environment' is not known: did you mean 'dorado.dev/environments'?",
    "dorada.dev/paths,       annotation 'dorada.dev/paths' is not known: did you mean 'dorado.dev/paths'?"
  })
  void anAnnotationThatIsNotKnownIsWarnedAboutWithTheNearestName(String name, String warning) {
    var upload = read("kind: Component\nmetadata: {name: a, annotations: {%s: x}}".formatted(name));
    assertThat(upload.entries()).hasSize(1);
    assertThat(upload.problems()).isEmpty();
    assertThat(upload.warnings()).containsExactly("Component a, line 1: " + warning);
  }

  @Test
  void anAnnotationThatIsLikeNoneIsWarnedAboutWithAllThatThereAre() {
    var upload = read("kind: Component\nmetadata: {name: a, annotations: {dorado.dev/colour: x}}");
    assertThat(upload.warnings())
        .singleElement()
        .asString()
        .contains("'dorado.dev/colour' is not known: expected one of dorado.dev/aliases, ");
    assertThat(
            read("kind: Component\nmetadata: {name: a, labels: {dorado.dev/paths: x}}").warnings())
        .singleElement()
        .asString()
        .contains("label 'dorado.dev/paths' is not read: it is an annotation");
  }

  @Test
  void annotationsOfOthersAndThoseThatAreReadAreNotWarnedAbout() {
    var upload =
        read(
            """
            kind: Component
            metadata:
              name: a
              labels: {dorado.dev/tier: "1", app: x}
              annotations:
                dorado.dev/tier: "1"
                dorado.dev/service: b
                pagerduty.com/service: x
                example.org/paths: y
            """);
    assertThat(upload.warnings()).isEmpty();
  }

  @Test
  void anOwnerThatNobodyDefinesIsWarnedAbout() {
    String group = "kind: Group\nmetadata: {name: payments}\n---\n";
    assertThat(read(group + ownedBy("group:default/paymnets")).warnings())
        .containsExactly(
            "Component a, line 4: owner 'paymnets' is no group or user of these files: did you"
                + " mean 'payments'?");
    assertThat(read(group + ownedBy("payments")).warnings()).isEmpty();
    assertThat(read(ownedBy("payments")).warnings()).isEmpty();
  }

  @Test
  void withoutGroupsAnOwnerThatIsNearlyNamedLikeALargerOneIsWarnedAbout() {
    String three =
        Stream.of("one", "two", "three")
            .map("kind: Component\nmetadata: {name: %s}\nspec: {owner: payments}\n---\n"::formatted)
            .collect(Collectors.joining());
    assertThat(read(three + ownedBy("paymnets")).warnings())
        .singleElement()
        .asString()
        .contains("owner 'paymnets' owns nothing else: did you mean 'payments'?");
    assertThat(read(three + ownedBy("shipping")).warnings()).isEmpty();
  }

  @Test
  void anEnvironmentOfTwoClassesIsAProblem() {
    var upload =
        read(
            "kind: Component\nmetadata: {name: a, annotations: {dorado.dev/environments:"
                + " 'eu=production, eu=staging'}}");
    assertThat(upload.problems()).singleElement().asString().contains("each environment once");
  }

  @Test
  void whatBackstageHasResolvedComesBeforeTheShorthand() {
    String json =
        """
        {"items":[
          {"kind":"User","metadata":{"name":"ann"},"spec":{},
           "relations":[{"type":"memberOf","targetRef":"group:default/team-a"}]},
          {"kind":"Component","metadata":{"name":"a"},"spec":{"owner":"x"},
           "relations":[{"type":"ownedBy","targetRef":"user:default/ann"},
                        {"type":"partOf","targetRef":"system:default/s"}]},
          {"kind":"Component","metadata":{"name":"b"},"spec":{"owner":"x"},
           "relations":[{"type":"ownedBy","targetRef":"user:default/ann"},
                        {"type":"ownedBy","targetRef":"group:default/team-b"}]}]}
        """;
    assertThat(read(json).entries())
        .extracting(CatalogEvent::getOwner)
        .containsExactly("team-a", "team-b");
  }

  @Test
  void aTierMayBeALabel() {
    assertThat(
            event("kind: Component\nmetadata: {name: a, labels: {dorado.dev/tier: \"2\"}}")
                .getTier())
        .isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pagerduty.com/service-id | PABC | pagerduty:PABC",
        "opsgenie.com/component-selector | 'tag:\"service:shop\"' | opsgenie:service:shop",
        "opsgenie.com/component-selector | 'tag:shop OR detailsPair(app:x)' | opsgenie:shop,opsgenie:app:x",
        "opsgenie.com/component-selector | shop | opsgenie:shop",
        "rootly.com/service-slug | shop | rootly:shop",
        "firehydrant.com/service-name | Check, out | firehydrant:Check, out",
        "sentry.io/project-slug | acme/shop | sentry:acme/shop,sentry:shop",
        "argocd/app-name | 'shop-eu, shop-us' | argocd:shop-eu,shop-eu,argocd:shop-us,shop-us",
        "backstage.io/kubernetes-id | Shop | kubernetes:Shop,shop",
        "jenkins.io/job-full-name | main:folder/shop | jenkins:folder/shop",
        "buildkite.com/project-slug | acme/shop | buildkite:acme/shop",
        "circleci.com/project-slug | github/acme/shop | circleci:github/acme/shop",
        "dev.azure.com/build-definition | Shop CD | azure-devops:Shop CD",
        "dorado.dev/aliases | 'flux:Apps' | flux:Apps,apps",
        "dorado.dev/aliases | 'statuspage:x1, flux:apps/shop' | statuspage:x1,flux:apps/shop",
        "pagerduty.com/integration-key | secret | ''"
      })
  void whatOtherToolsCallAServiceIsItsAlias(String annotation, String value, String aliases) {
    assertThat(String.join(",", event(annotated(annotation, "'" + value + "'")).getAliases()))
        .isEqualTo(aliases);
  }

  @Test
  void anApplicationThatIsNamedLikeAnotherServiceIsNotTakenForThisOne() {
    var upload =
        read(
            annotated("argocd/app-name", "b")
                + "---\n"
                + ownedBy("x").replace("name: a", "name: b"));
    assertThat(upload.entries().get(0).getAliases()).containsExactly("argocd:b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deployment | deployment,,,",
        "release:v*@production | release,v*,production,",
        "tag | tag,,,",
        "push:release/* since 2026-03-01T12:00:00Z | push,release/*,,2026-03-01T12:00:00Z",
        "workflow:Deploy to @ prod@eu | workflow,Deploy to @ prod,eu,",
        "merge@staging | merge,,staging,"
      })
  void aDeploymentSourceHasAKindANameAnEnvironmentAndADate(String text, String expected) {
    var source =
        event(annotated("dorado.dev/deployment-source", "\"" + text + "\""))
            .getDeploymentSources()
            .get(0);
    List<String> parts = new ArrayList<>();
    parts.add(source.getSource());
    parts.add(source.getName());
    parts.add(source.getEnvironment());
    parts.add(source.getSince() == null ? null : source.getSince().toString());
    assertThat(String.join(",", parts.stream().map(part -> part == null ? "" : part).toList()))
        .isEqualTo(expected);
  }

  @Test
  void aServiceThatIsThereTwiceIsRefusedUnlessItIsOfAnotherTime() {
    assertThat(problem(CHECKOUT + "---\n" + CHECKOUT).message()).contains("each service once");
    var upload = read(CHECKOUT + "---\n" + CHECKOUT.replace("2026-01-01", "2026-02-01"));
    assertThat(upload.entries()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'kind: [' | 1",
        "'kind: Component\nmetadata:\n  name: *other\n' | 3",
        "'kind: A\nkind: B' | 2",
        "'{\"kind\":\n}' | 2"
      })
  void whatIsNeitherYamlNorJsonIsRefusedByItsLine(String file, int line) {
    var problem = problem(file);
    assertThat(problem.isSyntax()).isTrue();
    assertThat(problem.line()).isBetween(line, line + 1);
  }

  @Test
  void anEmptyFileOrAListOfTextsIsRefused() {
    assertThat(problem("").message()).contains("empty");
    assertThat(problem("# only a comment\n---\n").message()).contains("empty");
    assertThat(read("- a\n- b\n").problems())
        .allSatisfy(problem -> assertThat(problem.message()).contains("is no object"));
  }

  @Property
  void aFileThatBreaksOffAnywhereIsReadOrNamed(@ForAll @IntRange(max = 700) int at) {
    var upload = read(CHECKOUT.substring(0, Math.min(at, CHECKOUT.length())));
    assertThat(upload.entries().size() + upload.ignored().size() + upload.problems().size())
        .isPositive();
    assertThat(upload.problems()).allSatisfy(problem -> assertThat(problem.line()).isPositive());
  }

  private static String annotated(String annotation, String value) {
    return "kind: Component\nmetadata:\n  name: a\n  annotations:\n    %s: %s\n"
        .formatted(annotation, value);
  }

  private static String ownedBy(String owner) {
    return "kind: Component\nmetadata: {name: a}\nspec: {owner: \"%s\"}\n".formatted(owner);
  }

  private static CatalogFile file(String name, String content) {
    return new CatalogFile(name, content.getBytes(UTF_8));
  }

  private CatalogUpload read(String content) {
    return reader.read(List.of(file("", content)));
  }

  private CatalogEvent event(String content) {
    var upload = read(content);
    assertThat(upload.problems()).isEmpty();
    assertThat(upload.entries()).hasSize(1);
    return upload.entries().get(0);
  }

  private CatalogProblem problem(String content) {
    List<CatalogProblem> problems = read(content).problems();
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }
}
