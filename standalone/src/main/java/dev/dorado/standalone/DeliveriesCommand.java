package dev.dorado.standalone;

import static dev.dorado.standalone.RemoteDorado.parameter;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dorado deliveries}: what came, as it came. */
@Command(
    name = "deliveries",
    description = "Exports deliveries as they came, for 'dorado replay'.",
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    subcommands = DeliveriesCommand.Export.class)
final class DeliveriesCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code dorado deliveries export}. */
  @Command(
      name = "export",
      description = {
        "Writes deliveries as lines of JSON: sender, headers and body; no secret, no signature.",
        "A body may hold names and addresses of people: keep the file as carefully as Dorado's data."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class Export implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Option(names = "--sender", paramLabel = "NAME", description = "Those of one sender only.")
    private String sender;

    @Option(
        names = "--outcome",
        paramLabel = "OUTCOME",
        description = "Those that are accepted, ignored or dead only.")
    private String outcome;

    @Option(
        names = "--from",
        paramLabel = "TIME",
        description = "Those that came at this date or instant, or later.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Those that came before it.")
    private String to;

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        description = "File to write (default: standard output).")
    private Path file;

    @Override
    public Integer call() throws IOException {
      String path =
          "/api/v1/deliveries/export?"
              + parameter("sender", sender)
              + parameter("outcome", outcome)
              + parameter("from", from)
              + parameter("to", to);
      RemoteDorado dorado = server.connect();
      if (file == null) {
        copy(dorado, path, System.out);
        System.out.flush();
        return 0;
      }
      long deliveries;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        deliveries = copy(dorado, path, out);
      }
      spec.commandLine().getOut().printf("%s has %d deliveries.%n", file, deliveries);
      spec.commandLine().getOut().flush();
      return 0;
    }

    /** Each line is written when the next one has come: the last one says how many there are. */
    private static long copy(RemoteDorado dorado, String path, OutputStream out)
        throws IOException {
      String[] held = {null};
      long[] written = {0};
      dorado.lines(
          path,
          line -> {
            if (held[0] != null) {
              out.write((held[0] + "\n").getBytes(UTF_8));
              written[0]++;
            }
            // JSON, which means the same with escapes, and may be shown by a terminal.
            held[0] = VisibleText.lines(line);
          });
      if (!"{\"exported\":%d}".formatted(written[0]).equals(held[0])) {
        throw new StartException(
            "the export broke off after %d deliveries; the log of ingest says why."
                .formatted(written[0]));
      }
      return written[0];
    }
  }
}
