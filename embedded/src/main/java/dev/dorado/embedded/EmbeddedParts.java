package dev.dorado.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/** Where the build put the parts that are not on the class path. Immutable. */
final class EmbeddedParts {
  static final String CHDB_LIBRARY = "dorado.chdb.library";
  static final String REGISTRY_HOME = "dorado.registry.home";
  static final String KAFKA_IMAGE = "dorado.kafka.image";

  private static final String BRING = "Bring it with `mvn -q package` in Dorado's source folder";

  private final Properties built;

  private EmbeddedParts(Properties built) {
    this.built = built;
  }

  /**
   * The places written by the build; system properties of the same names as the constants go first.
   */
  static EmbeddedParts load() {
    Properties built = new Properties();
    try (InputStream in = EmbeddedParts.class.getResourceAsStream("embedded-parts.properties")) {
      built.load(
          requireNonNull(in, "embedded-parts.properties is not beside " + EmbeddedParts.class));
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-parts.properties can't be read", e);
    }
    return new EmbeddedParts(built);
  }

  /**
   * The ClickHouse engine for this platform.
   *
   * @throws EmbeddedPartException if the file is not there, or there is none for this platform
   */
  Path chdbLibrary() {
    String chosen = System.getProperty(CHDB_LIBRARY);
    if (chosen != null) {
      return present(
          Path.of(chosen),
          "The ClickHouse engine",
          "The system property " + CHDB_LIBRARY + " says so");
    }
    Path folder = Path.of(built.getProperty("chdb.packages"), "lib-" + platform());
    Path onMac = folder.resolve("libchdb.dylib");
    return Files.exists(onMac)
        ? onMac
        : present(
            folder.resolve("libchdb.so"),
            "The ClickHouse engine",
            BRING + ", or name a libchdb.so with -D" + CHDB_LIBRARY + "=FILE");
  }

  /**
   * The runnable jar of the registry.
   *
   * @throws EmbeddedPartException if there is none
   */
  Path registryJar() {
    String chosen = System.getProperty(REGISTRY_HOME);
    Path home = Path.of(chosen == null ? built.getProperty("registry.home") : chosen);
    String advice =
        chosen == null
            ? BRING
                + ", or name the unpacked folder of Apicurio Registry with -D"
                + REGISTRY_HOME
                + "=FOLDER"
            : "The system property " + REGISTRY_HOME + " says so";
    present(home, "The schema registry", advice);
    try (Stream<Path> files = Files.list(home)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(
              () ->
                  new EmbeddedPartException(
                      "The schema registry is missing: there is no *-runner.jar in "
                          + home
                          + ". "
                          + advice
                          + "."));
    } catch (IOException e) {
      throw new UncheckedIOException("The registry's folder " + home + " can't be read", e);
    }
  }

  /** The image of Kafka that tests may use where it is on the machine already. */
  String kafkaImage() {
    return System.getProperty(KAFKA_IMAGE, built.getProperty("kafka.image"));
  }

  private static Path present(Path path, String what, String advice) {
    if (!Files.exists(path)) {
      throw new EmbeddedPartException(
          what + " is missing: there is no " + path + ". " + advice + ".");
    }
    return path;
  }

  private static String platform() {
    String name = System.getProperty("os.name");
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
    boolean intel = architecture.equals("amd64") || architecture.equals("x86_64");
    if (name.startsWith("Linux") && (arm || intel)) {
      return arm ? "linux-arm64-gnu" : "linux-x64-gnu";
    }
    if (name.startsWith("Mac") && (arm || intel)) {
      return arm ? "darwin-arm64" : "darwin-x64";
    }
    throw new EmbeddedPartException(
        "There is no embedded ClickHouse for "
            + name
            + " on "
            + architecture
            + ": Linux (glibc) and macOS on x86-64 and arm64 have one. Use docker compose there.");
  }
}
