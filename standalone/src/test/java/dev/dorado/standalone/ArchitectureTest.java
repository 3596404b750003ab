package dev.dorado.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.dorado.embedded.EmbeddedRegistry;
import dev.dorado.schemas.KafkaTopic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The walls between the modules, over the classes of all of them. */
class ArchitectureTest {

  /** Packages of what travels and what is stored. */
  private static final String[] SCHEMAS = {
    "dev.dorado.schemas..", "dev.dorado.events..", "dev.dorado.facts..", "dev.dorado.deliveries.."
  };

  private static final JavaClasses DORADO =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.dorado");

  @Test
  void everyModuleIsLookedAt() {
    for (String module :
        List.of(
            "schemas",
            "server",
            "ingest",
            "backfill",
            "rules",
            "streams",
            "api",
            "embedded",
            "standalone")) {
      assertThat(DORADO)
          .as(module)
          .anyMatch(type -> type.getPackageName().startsWith("dev.dorado." + module));
    }
  }

  @Test
  void noTwoClassesOfDoradoHaveOneName() {
    Map<String, List<String>> byName =
        DORADO.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    TreeMap::new,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));

    assertThat(byName).hasSizeGreaterThan(300);
    assertThat(byName.values()).allSatisfy(names -> assertThat(names).hasSize(1));
  }

  @Test
  void ingestStreamsAndApiDoNotKnowEachOther() {
    for (String role : List.of("ingest", "streams", "api")) {
      noClasses()
          .that()
          .resideInAPackage("dev.dorado." + role + "..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "dev.dorado.ingest..",
                      "dev.dorado.backfill..",
                      "dev.dorado.rules..",
                      "dev.dorado.streams..",
                      "dev.dorado.api..",
                      "dev.dorado.embedded..",
                      "dev.dorado.standalone..")
                  .and(not(resideInAnyPackage(allowedTo(role)))))
          .check(DORADO);
    }
  }

  @Test
  void backfillKnowsIngestAndNoOtherRole() {
    noClasses()
        .that()
        .resideInAPackage("dev.dorado.backfill..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.dorado.rules..",
            "dev.dorado.streams..",
            "dev.dorado.api..",
            "dev.dorado.embedded..",
            "dev.dorado.standalone..",
            "org.apache.kafka..")
        .check(DORADO);
  }

  private static String[] allowedTo(String role) {
    String own = "dev.dorado." + role + "..";
    return role.equals("streams") ? new String[] {own, "dev.dorado.rules.."} : new String[] {own};
  }

  @Test
  void theApiSpeaksToClickHouseAndNeverToKafka() {
    noClasses()
        .that()
        .resideInAPackage("dev.dorado.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "io.confluent..", "org.apache.avro..")
        .check(DORADO);
  }

  /** The estimate is a function of a panel: the same panel gives the same numbers, at any time. */
  @Test
  void theEstimateOfTheGoldenPathKnowsNoDatabaseNoHttpAndNoClock() {
    classes()
        .that()
        .resideInAPackage("dev.dorado.api.goldenpath.estimate..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.dorado.api.goldenpath.estimate..",
            "java.lang..",
            "java.util..",
            "org.apache.commons.statistics.distribution..",
            "org.hipparchus..")
        .check(DORADO);
    noClasses()
        .that()
        .resideInAPackage("dev.dorado.api.goldenpath.estimate..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .check(DORADO);
  }

  /**
   * Facts are a function of events and settings: the same ones give the same facts, at any time.
   */
  @Test
  void theRulesKnowNoKafkaNoDatabaseNoHttpAndNoLog() {
    classes()
        .that()
        .resideInAPackage("dev.dorado.rules..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.dorado.rules..",
            "dev.dorado.schemas..",
            "dev.dorado.events..",
            "dev.dorado.facts..",
            "dev.dorado.steps..",
            "java.lang..",
            "java.math..",
            "java.nio.charset..",
            "java.security..",
            "java.time..",
            "java.util..",
            "javax.crypto..",
            "org.apache.avro..",
            "com.google.re2j..",
            "com.typesafe.config..")
        .check(DORADO);
  }

  @Test
  void theRulesReadNoClockAndDrawNoRandomNumber() {
    noClasses()
        .that()
        .resideInAPackage("dev.dorado.rules..")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(DORADO);
  }

  @Test
  void theEngineKnowsNothingOfDeployments() {
    noClasses()
        .that()
        .resideInAPackage("dev.dorado.rules.derive..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.dorado..")
                .and(not(resideInAnyPackage("dev.dorado.rules.derive.."))))
        .check(DORADO);
  }

  @Test
  void schemasDependOnNoOtherModule() {
    noClasses()
        .that()
        .resideInAnyPackage(SCHEMAS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.dorado.server..",
            "dev.dorado.ingest..",
            "dev.dorado.rules..",
            "dev.dorado.streams..",
            "dev.dorado.api..",
            "dev.dorado.embedded..",
            "dev.dorado.standalone..")
        .check(DORADO);
  }

  @Test
  void theServerKnowsNoDomain() {
    noClasses()
        .that()
        .resideInAPackage("dev.dorado.server..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.dorado..").and(not(resideInAnyPackage("dev.dorado.server.."))))
        .check(DORADO);
  }

  @Test
  void theEmbeddedPartsKnowSchemasAtMost() {
    noClasses()
        .that()
        .resideInAPackage("dev.dorado.embedded..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.dorado.server..",
            "dev.dorado.ingest..",
            "dev.dorado.rules..",
            "dev.dorado.streams..",
            "dev.dorado.api..",
            "dev.dorado.standalone..")
        .check(DORADO);
  }

  @Test
  void onlyTheEmbeddedPartsRunABrokerOrCallNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.dorado.embedded..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.sun.jna..", "kafka..", "org.apache.kafka.metadata..")
        .check(DORADO);
  }

  @Test
  void onlyTheStreamsModuleUsesKafkaStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.dorado.streams..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka.streams..")
        .check(DORADO);
  }

  /**
   * Time-outs and the rule for redirects stand in one place. The embedded registry, which the
   * server module is hidden from, asks its own child on the loopback interface and sends no secret.
   */
  @Test
  void onlyOneClassMakesHttpClients() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(OutboundHttp.class.getName())
        .and()
        .doNotHaveFullyQualifiedName(EmbeddedRegistry.class.getName())
        .and()
        .resideOutsideOfPackage("dev.dorado.benchmarks..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(HttpClient.class)
        .orShould()
        .callMethod(URL.class, "openConnection")
        .orShould()
        .callMethod(URL.class, "openStream")
        .check(DORADO);
  }

  /** A name that only {@link Topics} writes can't be mistyped, and is found by its use. */
  @Test
  void onlyTopicsWritesTheNamesOfTopics() throws IOException {
    List<String> names =
        Stream.concat(Topics.all().stream(), Topics.publications().stream())
            .map(KafkaTopic::name)
            .toList();
    List<String> writers = new ArrayList<>();
    for (var type : DORADO) {
      String constants = text(type.getSource().orElseThrow().getUri());
      for (String name : names) {
        if (holds(constants, name) && !type.isEquivalentTo(Topics.class)) {
          writers.add(type.getName() + " writes " + name);
        }
      }
    }
    assertThat(writers).isEmpty();
  }

  @Test
  void noClassIsNamedAfterNothing() {
    classes()
        .that()
        .resideInAPackage("dev.dorado..")
        .should()
        .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl)")
        .check(DORADO);
  }

  /** Constants of a class file are in it as they are, each with its length before it. */
  private static boolean holds(String classFile, String constant) {
    String prefix = "\1" + (char) (constant.length() >> 8) + (char) (constant.length() & 0xff);
    return classFile.contains(prefix + constant);
  }

  private static String text(URI classFile) throws IOException {
    try (InputStream in = classFile.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
