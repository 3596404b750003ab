package dev.dorado.standalone;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.server.Check;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The Dorado that a command speaks of: the one whose servers the environment names, else the {@code
 * dorado up} that runs on the data folder. One that starts, or is so busy that it does not answer
 * at once, is waited for, and the person is told so; one whose process has ended is not.
 */
final class Installation {

  private static final String KAFKA_VARIABLE = "DORADO_KAFKA_BOOTSTRAP_SERVERS";

  /** As long as the start of a busy machine may take. */
  private static final Duration FOR_ITS_START = Duration.ofMinutes(3);

  private static final Duration FOR_AN_ANSWER = Duration.ofSeconds(60);

  private final Path folder;
  private final boolean named;
  private final Narration narration;
  private final Patience start;
  private final Patience answer;

  /** The one of {@code data}, unless the environment names servers. */
  Installation(Path data, Narration narration) {
    this(data, isOfServers(), narration, Patience.of(FOR_ITS_START), Patience.of(FOR_AN_ANSWER));
  }

  /** As above; {@code named} says whether the environment names its servers. */
  Installation(Path data, boolean named, Narration narration, Patience start, Patience answer) {
    this.folder = data.toAbsolutePath().normalize();
    this.named = named;
    this.narration = requireNonNull(narration);
    this.start = requireNonNull(start);
    this.answer = requireNonNull(answer);
  }

  /** Whether the environment names servers, so that commands speak of those. */
  static boolean isOfServers() {
    return System.getenv(KAFKA_VARIABLE) != null;
  }

  /**
   * All settings, those that name its parts among them, once Kafka, the registry and ClickHouse
   * answer.
   *
   * @throws StartException if there is none, or it does not answer; the message says what to do
   */
  static Config find(Path data, Narration narration) {
    var installation = new Installation(data, narration);
    Config config = installation.config();
    installation.await(new Surroundings(Connections.from(config)).checks());
    return config;
  }

  /**
   * All settings, those that name its parts among them; whether they answer is to be seen.
   *
   * @throws StartException if there is none; the message says what to do
   */
  Config config() {
    if (named) {
      return ContributorKey.ofServers(ConfigFactory.load());
    }
    List<Check.Result> inTheWay =
        start.await(
            List.of(new Check("Dorado on " + folder, this::isStarting)), narration, this::runs);
    Addresses.Told told = Addresses.of(folder).filter(Addresses.Told::runs).orElse(null);
    if (told == null) {
      throw nothingRuns();
    }
    return told.settings()
        .orElseThrow(
            () ->
                new StartException(
                    "%s after %s. See dorado.log there."
                        .formatted(described(inTheWay), start.words())))
        .withFallback(ContributorKey.keptIn(folder, ConfigFactory.load()))
        .resolve();
  }

  /**
   * Comes back once all of {@code parts} are well.
   *
   * @throws StartException if one is not, for as long as it is waited for
   */
  void await(List<Check> parts) {
    List<Check.Result> inTheWay = answer.await(parts, narration, () -> named || runs());
    if (inTheWay.isEmpty()) {
      return;
    }
    if (named) {
      throw new StartException(
          "%s. See that they run and that %s, DORADO_REGISTRY_URL and DORADO_CLICKHOUSE_URL name them."
              .formatted(described(inTheWay), KAFKA_VARIABLE));
    }
    if (!runs()) {
      throw nothingRuns();
    }
    throw new StartException(
        "the Dorado on %s runs, but has not answered for %s: %s. See dorado.log there."
            .formatted(folder, answer.words(), described(inTheWay)));
  }

  private boolean runs() {
    return Addresses.of(folder).filter(Addresses.Told::runs).isPresent();
  }

  private String isStarting() {
    Optional<Addresses.Told> told = Addresses.of(folder);
    return told.isPresent() && told.get().settings().isEmpty() ? "is starting" : null;
  }

  private static String described(List<Check.Result> results) {
    return String.join("; ", results.stream().map(Patience::describe).toList());
  }

  private StartException nothingRuns() {
    return new StartException(
        """
        no Dorado runs on the data folder %s. Either
          - start one in another terminal: ./dorado up (or name its folder with --data DIR), or
          - for servers, name them: %s, DORADO_REGISTRY_URL, DORADO_CLICKHOUSE_URL"""
            .formatted(folder, KAFKA_VARIABLE));
  }
}
