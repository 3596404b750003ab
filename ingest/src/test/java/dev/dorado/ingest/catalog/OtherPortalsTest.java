package dev.dorado.ingest.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.events.CatalogEvent;
import dev.dorado.ingest.catalog.CatalogUpload.Ignored;
import dev.dorado.ingest.delivery.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exports of Port and Cortex, as catalogs. */
class OtherPortalsTest {

  private static final String PORT =
      """
      {"ok":true,"entities":[
        {"identifier":"Checkout","title":"Check-out","icon":"Service","blueprint":"service",
         "team":["Payments Team","Platform"],
         "properties":{"description":"Takes the money.","url":"https://github.com/Acme/Shop",
           "tier":"1","lifecycle":"Production","language":"TypeScript","readme":null,
           "golden_path":"java-service","golden_path_since":"2026-03-01",
           "dorado_environments":"prod-eu=production","dorado_aliases":"pagerduty:PABC"},
         "relations":{"system":"shop","domain":null},
         "createdAt":"2026-01-09T09:57:52.931Z","createdBy":"u1",
         "updatedAt":"2026-02-09T12:28:18.477Z","updatedBy":"u1"},
        {"identifier":"eu-1","title":"EU","blueprint":"cluster","team":[],"properties":{},
         "relations":{}},
        {"identifier":"Payments Team","title":"Payments","blueprint":"_team","properties":{},
         "relations":{}}]}
      """;

  private static final String CORTEX =
      """
      openapi: 3.0.1
      info:
        title: Check-out
        description: Takes the money.
        x-cortex-tag: checkout
        x-cortex-type: service
        x-cortex-groups: [critical]
        x-cortex-owners:
          - type: email
            email: ada@acme.com
          - type: GROUP
            name: payments
            provider: CORTEX
        x-cortex-git:
          github:
            repository: Acme/Shop
            basepath: services/checkout
        x-cortex-domain-parents:
          - tag: shop
        x-cortex-oncall:
          pagerduty:
            id: PABC
            type: SERVICE
        x-cortex-issues:
          jira:
            projects: [CHK, PAY]
        x-cortex-custom-metadata:
          tier: "1"
          lifecycle:
            value: production
            description: where it is in its life
          golden-path: java-service@2026-03-01
          dorado-rules: proximity-window=12h
      ---
      openapi: 3.0.1
      info:
        title: Payments
        x-cortex-tag: payments
        x-cortex-type: team
      ---
      openapi: 3.0.1
      info:
        title: Shop
        x-cortex-tag: shop
        x-cortex-type: domain
      """;

  private static final String CORTEX_LIST =
      """
      {"entities":[
        {"id":"en30c6bd1d7a42943d","name":"Check-out","tag":"checkout","description":"Takes the money.",
         "type":"service","hierarchy":{"parents":[{"tag":"shop","type":"domain"}],"children":[]},
         "groups":["critical"],"lastUpdated":"2026-02-10T03:47:10.052689","links":[],"isArchived":false,
         "metadata":[{"key":"tier","value":"1"},{"key":"golden_path","value":"java-service@2026-03-01"}],
         "git":{"repository":"Acme/Shop","alias":null,"basepath":"services/checkout/",
           "provider":"github","repositoryUrl":"https://api.github.com/acme/shop"},
         "owners":{"teams":[{"tag":"payments","name":"Payments","provider":"CORTEX"}],
           "individuals":[]},"slackChannels":[],"members":null},
        {"id":"en2","name":"Old","tag":"old","type":"service","isArchived":true,"git":null,
         "owners":null,"metadata":[],"groups":[]},
        {"id":"en3","name":"Shop","tag":"shop","type":"domain","isArchived":false,"git":null,
         "owners":null,"metadata":[],"groups":[]}],
       "page":0,"totalPages":1,"total":3}
      """;

  private final CatalogReader reader = new CatalogReader(new RepositoryName("github.com"));

  @Test
  void anEntityOfPortIsAService() {
    CatalogEvent event = onlyEntry(PORT);

    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getTitle()).isEqualTo("Check-out");
    assertThat(event.getDescription()).isEqualTo("Takes the money.");
    assertThat(event.getOwner()).isEqualTo("payments team");
    assertThat(event.getSystem()).isEqualTo("shop");
    assertThat(event.getLifecycle()).isEqualTo("Production");
    assertThat(event.getTier()).isEqualTo("1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getGoldenPath()).isEqualTo("java-service");
    assertThat(event.getGoldenPathSince()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(event.getEnvironments()).isEqualTo(Map.of("prod-eu", "production"));
    assertThat(event.getAliases()).containsExactly("pagerduty:PABC");
    assertThat(read(PORT).warnings()).isEmpty();
    assertThat(read(PORT).ignored())
        .containsExactly(new Ignored("cluster eu-1", "entities of kind cluster are no services"));
  }

  @Test
  void entitiesOfPortAreReadAsAnArrayAndAloneToo() {
    String entity =
        """
        {"identifier":"checkout","blueprint":"microservice","team":"payments",
         "properties":{"repo":"acme/shop"}}
        """;
    for (String file : List.of(entity, "[" + entity + "]")) {
      assertThat(onlyEntry(file).getOwner()).isEqualTo("payments");
      assertThat(onlyEntry(file).getRepository()).isEqualTo("github.com/acme/shop");
    }
  }

  @Test
  void aDescriptorOfCortexIsAService() {
    CatalogEvent event = onlyEntry(CORTEX);

    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getTitle()).isEqualTo("Check-out");
    assertThat(event.getOwner()).isEqualTo("payments");
    assertThat(event.getSystem()).isEqualTo("shop");
    assertThat(event.getLifecycle()).isEqualTo("production");
    assertThat(event.getTier()).isEqualTo("1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getPaths()).containsExactly("services/checkout/");
    assertThat(event.getAliases()).containsExactly("pagerduty:PABC", "jira:CHK", "jira:PAY");
    assertThat(event.getGoldenPath()).isEqualTo("java-service");
    assertThat(event.getSettings()).isEqualTo(Map.of("proximity-window", "12h"));
    assertThat(read(CORTEX).warnings()).isEmpty();
    assertThat(read(CORTEX).ignored())
        .containsExactly(new Ignored("domain shop", "entities of kind domain are no services"));
  }

  @Test
  void theListOfCortexIsACatalog() {
    CatalogEvent event = onlyEntry(CORTEX_LIST);

    assertThat(event.getService()).isEqualTo("checkout");
    assertThat(event.getTitle()).isEqualTo("Check-out");
    assertThat(event.getOwner()).isEqualTo("payments");
    assertThat(event.getSystem()).isEqualTo("shop");
    assertThat(event.getTier()).isEqualTo("1");
    assertThat(event.getRepository()).isEqualTo("github.com/acme/shop");
    assertThat(event.getPaths()).containsExactly("services/checkout/");
    assertThat(event.getGoldenPath()).isEqualTo("java-service");
    assertThat(read(CORTEX_LIST).ignored())
        .containsExactly(
            new Ignored(
                "archived service old", "entities of kind archived service are no services"),
            new Ignored("domain shop", "entities of kind domain are no services"));
  }

  @Test
  void theHostOfARepositoryFollowsFromItsProvider() {
    assertThat(onlyEntry(CORTEX.replace("github:", "gitlab:")).getRepository())
        .isEqualTo("gitlab.com/acme/shop");
    assertThat(onlyEntry(CORTEX.replace("github:", "bitbucket:")).getRepository())
        .isEqualTo("bitbucket.org/acme/shop");
    assertThat(onlyEntry(CORTEX.replace("github:", "azure:")).getRepository()).isNull();
    assertThat(
            onlyEntry(
                    PORT.replace(
                        "https://github.com/Acme/Shop", "https://git.acme.com/pay/shop/tree/main"))
                .getRepository())
        .isEqualTo("git.acme.com/pay/shop");
  }

  @Test
  void whatIsWrongNamesEntityFieldAndLineAsThePortalCallsThem() {
    assertThat(problem(PORT.replace("2026-03-01", "spring")))
        .isEqualTo(
            "Component Checkout, line 6: properties.golden_path is 'java-service@spring': expected"
                + " a date, as 2026-03-01, or a time with its offset");
    assertThat(problem(PORT.replace("\"identifier\":\"Checkout\"", "\"identifier\":\"@check\"")))
        .startsWith("Component @check, line 2: identifier is '@check': expected letters");
    assertThat(problem(PORT.replace("\"identifier\":\"Checkout\"", "\"identifier\":null")))
        .startsWith("Component, line 2: identifier is missing");
    assertThat(problem(PORT.replace("prod-eu=production", "prod-eu=live")))
        .startsWith("Component Checkout, line 7: properties.dorado_environments is 'prod-eu=live'");
    assertThat(problem(CORTEX.replace("repository: Acme/Shop", "repository: shop")))
        .startsWith(
            "Component checkout, line 16: info.x-cortex-git.github.repository is 'shop': expected"
                + " owner/name");
    assertThat(problem(CORTEX.replace("=12h", "=soon")))
        .startsWith("Component checkout, line 33: info.x-cortex-custom-metadata.dorado-rules is");
    assertThat(problem(CORTEX_LIST.replace("java-service@2026-03-01", "java-service")))
        .startsWith("Component checkout, line 5: metadata.golden_path is 'java-service'");
  }

  @Test
  void aPropertyThatIsNearlyOneOfDoradosIsWarnedOf() {
    assertThat(read(PORT.replace("dorado_aliases", "dorado_alias")).warnings())
        .singleElement()
        .asString()
        .contains("'dorado.dev/alias' is not known: did you mean 'dorado.dev/aliases'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"identifier\":\"checkout\"}",
        "{\"tag\":\"checkout\"}",
        "openapi: 3.0.1\ninfo: {title: An API}\n"
      })
  void whatIsOfNoPortalIsSaidToLackItsKind(String file) {
    assertThat(problem(file)).contains("kind is missing");
  }

  private CatalogUpload read(String file) {
    return reader.read(List.of(new CatalogFile("", file.getBytes(UTF_8))));
  }

  private CatalogEvent onlyEntry(String file) {
    CatalogUpload upload = read(file);
    assertThat(upload.problems()).isEmpty();
    assertThat(upload.entries()).hasSize(1);
    return upload.entries().get(0);
  }

  private String problem(String file) {
    CatalogUpload upload = read(file);
    assertThat(upload.problems()).isNotEmpty();
    return upload.problems().get(0).message();
  }
}
