package dev.dorado.standalone;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.RevisionRetention;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.SetupException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dorado migrate}: sets up what the roles need. */
@Command(
    name = "migrate",
    description = {
      "Creates topics, registers schemas and applies the migrations of ClickHouse.",
      "What is there already stays as it is."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class MigrateCommand implements Callable<Integer> {

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
  private static final int LONGEST_WAIT = 86_400;

  @Spec private CommandSpec spec;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long to wait for Kafka, the registry and ClickHouse (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Override
  public Integer call() {
    WholeNumber.inRange(spec, "--wait", seconds, 0, LONGEST_WAIT, "seconds; 0 does not wait");
    var narration = new Narration(spec.commandLine().getOut());
    Config config = ConfigFactory.load();
    Connections connections = Connections.from(config);
    var retention = RevisionRetention.from(config);
    var patience = Duration.ofSeconds(seconds);
    long end = System.nanoTime() + patience.toNanos();
    new Surroundings(connections).await(patience, narration);
    while (true) {
      try {
        new Setup(connections, retention, narration::step).run();
        return 0;
      } catch (SetupException e) {
        // A part that answers may still be starting: it refuses at first what it takes later.
        if (System.nanoTime() > end) {
          throw e;
        }
        narration.step("trying again: " + e.getMessage());
        Pause.of(BETWEEN_TRIES);
      }
    }
  }
}
