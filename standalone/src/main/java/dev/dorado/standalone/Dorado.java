package dev.dorado.standalone;

import com.typesafe.config.ConfigException;
import dev.dorado.backfill.BackfillException;
import dev.dorado.embedded.EmbeddedPartException;
import dev.dorado.ingest.EventWriteException;
import dev.dorado.schemas.SetupException;
import dev.dorado.server.HttpServer.PortInUseException;
import dev.dorado.standalone.backup.BackupException;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of Dorado. */
@Command(
    name = "dorado",
    description = "DORA's metrics from webhooks, as the events happen.",
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands%n",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:done",
      "1:it could not be done; the message says why",
      "2:the command line is wrong",
      "3:out of memory; the message says how large the heap was, and what helps",
      "130, 143:stopped by SIGINT or SIGTERM, cleanly"
    },
    footer = {
      "",
      "'dorado bench' measures what Dorado costs, in a clone of the repository.",
      "'dorado COMMAND --help' tells more of a command. Settings are environment",
      "variables (DORADO_...); DORADO_JAVA_OPTS goes to the JVM."
    },
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      IngestCommand.class,
      StreamsCommand.class,
      ApiCommand.class,
      MigrateCommand.class,
      BackfillCommand.class,
      ReprocessCommand.class,
      GenerationsCommand.class,
      CatalogCommand.class,
      DeadLettersCommand.class,
      DeliveriesCommand.class,
      ReplayCommand.class,
      TokensCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ErasePersonCommand.class,
      DoctorCommand.class
    })
public final class Dorado implements Runnable {

  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    CommandLine commands = commandLine();
    try {
      Logs.toConsole();
    } catch (StartException e) {
      explain(e, commands.getErr());
      System.exit(CommandLine.ExitCode.SOFTWARE);
    }
    System.exit(commands.execute(arguments));
  }

  /** The commands, ready to be executed; a new object each time. */
  static CommandLine commandLine() {
    return new CommandLine(new Dorado())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              explain(e, command.getErr());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What a person has to know; the trace of calls only where nobody foresaw the error. */
  private static void explain(Throwable error, PrintWriter err) {
    if (error instanceof StartException
        || error instanceof EmbeddedPartException
        || error instanceof SetupException
        || error instanceof BackfillException
        || error instanceof EventWriteException
        || error instanceof BackupException
        || error instanceof PortInUseException
        || error instanceof RefusedException
        || error instanceof ConfigException
        || error instanceof IllegalArgumentException) {
      err.println(Ansi.AUTO.string("@|red,bold Error:|@ ") + VisibleText.block(error.getMessage()));
    } else {
      var trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      err.println(
          Ansi.AUTO.string("@|red,bold Unexpected error:|@ ")
              + VisibleText.block(trace.toString().replace("\t", "  ").stripTrailing()));
    }
    err.flush();
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Dorado.class.getPackage().getImplementationVersion();
      return new String[] {
        "dorado " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()
      };
    }
  }
}
