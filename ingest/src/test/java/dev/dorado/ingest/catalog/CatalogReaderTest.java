package dev.dorado.ingest.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.catalog.CatalogUpload.Ignored;
import dev.dorado.ingest.delivery.RepositoryName;
import dev.dorado.schemas.Topics;
import java.time.Instant;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogReaderTest {

  private static final Instant RECEIVED_AT = Instant.parse("2026-03-05T12:00:00Z");
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
    assertThat(event.getOccurredAt()).isEqualTo(RECEIVED_AT);
    var canonical = read(CHECKOUT).events().get(0);
    assertThat(canonical.topic()).isEqualTo(Topics.CATALOG);
    assertThat(canonical.key()).isEqualTo("checkout");
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
                + "---\n---\nkind: Group\nmetadata:\n  name: team-money\n---\n"
                + "kind: Component\nmetadata:\n  name: basket\nspec:\n  owner: team-b\n");
    assertThat(upload.events())
        .extracting(event -> event.key())
        .containsExactly("checkout", "basket");
    assertThat(upload.ignored())
        .containsExactly(new Ignored("Group team-money", "entities of kind Group are no services"));
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
        "github.com/project-slug | shop | owner/name"
      })
  void aWrongValueIsNamedWithEntityFieldAndLine(String annotation, String value, String expected) {
    var problem = problem(annotated(annotation, "'" + value + "'"));
    assertThat(problem.isSyntax()).isFalse();
    assertThat(problem.entity()).isEqualTo("Component a");
    assertThat(problem.field()).isEqualTo("metadata.annotations['%s']", annotation);
    assertThat(problem.line()).isEqualTo(5);
    assertThat(problem)
        .hasMessageContaining(value)
        .hasMessageContaining(expected)
        .hasMessageContaining("nothing of the file was applied");
  }

  @Test
  void aMissingNameIsNamedWithTheLineOfWhatShouldHaveIt() {
    var problem = problem("kind: Component\nmetadata:\n  title: A\n");
    assertThat(problem.field()).isEqualTo("metadata.name");
    assertThat(problem.line()).isGreaterThanOrEqualTo(2);
    assertThat(problem).hasMessageContaining("metadata.name is missing");
  }

  @Test
  void oneWrongEntityOfSeveralSpoilsTheFile() {
    assertThat(problem(CHECKOUT + "---\nkind: Component\nmetadata: {name: '%'}\n").entity())
        .isEqualTo("Component %");
  }

  @Test
  void aServiceThatIsThereTwiceIsRefusedUnlessItIsOfAnotherTime() {
    assertThat(problem(CHECKOUT + "---\n" + CHECKOUT)).hasMessageContaining("each service once");
    var upload = read(CHECKOUT + "---\n" + CHECKOUT.replace("2026-01-01", "2026-02-01"));
    assertThat(upload.events()).hasSize(2);
    assertThat(((CatalogEvent) upload.events().get(0).value()).getId())
        .isNotEqualTo(((CatalogEvent) upload.events().get(1).value()).getId());
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
    assertThat(problem("")).hasMessageContaining("empty");
    assertThat(problem("# only a comment\n---\n")).hasMessageContaining("empty");
    assertThat(problem("- a\n- b\n")).hasMessageContaining("is no object");
  }

  @Property
  void aFileThatBreaksOffAnywhereIsReadOrNamed(@ForAll @IntRange(max = 700) int at) {
    String cut = CHECKOUT.substring(0, Math.min(at, CHECKOUT.length()));
    try {
      assertThat(read(cut).events()).hasSizeLessThanOrEqualTo(1);
    } catch (CatalogProblem e) {
      assertThat(e.line()).isPositive();
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static String annotated(String annotation, String value) {
    return "kind: Component\nmetadata:\n  name: a\n  annotations:\n    %s: %s\n"
        .formatted(annotation, value);
  }

  private CatalogUpload read(String file) {
    return reader.read(file.getBytes(UTF_8), RECEIVED_AT);
  }

  private CatalogEvent event(String file) {
    var upload = read(file);
    assertThat(upload.events()).hasSize(1);
    return (CatalogEvent) upload.events().get(0).value();
  }

  private CatalogProblem problem(String file) {
    return catchThrowableOfType(CatalogProblem.class, () -> read(file));
  }
}
