package dev.dorado.standalone;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dorado up}: everything in one process, until it is stopped. */
@Command(
    name = "up",
    description = {
      "Runs everything in one process, with Kafka, the schema registry and ClickHouse embedded.",
      "Ready when /health/ready answers 200; stopped by Ctrl-C. What it knows stays in the data folder."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class UpCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port for webhooks, API and page (default: ${DEFAULT-VALUE}; 0: any free one).")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on (default: ${DEFAULT-VALUE}; 0.0.0.0: all of this machine).")
  private String host;

  @Option(
      names = "--open",
      description =
          "Needs no secret and no token where none is set, for direct connections from this"
              + " machine. Without it, Dorado makes those that are not set, keeps them in the data"
              + " folder and prints them. Not for a machine behind a proxy or tunnel.")
  private boolean open;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".dorado",
      description = "Folder for the data (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Override
  public Integer call() {
    WholeNumber.port(spec, port);
    Path folder = data.toAbsolutePath().normalize();
    Logs.toFile(folder.resolve("dorado.log"));
    var narration = new Narration(spec.commandLine().getOut());
    narration.line("Starting Dorado on the data of " + folder);
    UntilStopped.run(
        narration,
        parts -> {
          var standalone =
              Standalone.start(folder, host, port, open, Map.of(), narration::step, parts);
          narration.step("ready");
          if (open) {
            narration.warning(
                "open mode: whatever connects from this machine may use what is open below. A proxy"
                    + " or tunnel on this machine would open it to the world.");
          }
          NextSteps.afterUp(standalone, folder).forEach(narration::line);
        });
    return 0;
  }
}
