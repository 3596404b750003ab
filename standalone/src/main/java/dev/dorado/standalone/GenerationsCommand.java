package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.streams.generations.Computation;
import dev.dorado.streams.generations.Removal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dorado generations}: the generations of facts. */
@Command(
    name = "generations",
    description = {"Lists the generations of facts, and deletes old ones."},
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GenerationsCommand.ListCommand.class, GenerationsCommand.DropCommand.class})
final class GenerationsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What both have in common. */
  private abstract static class OfInstallation implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private InstallationOptions installation;

    @Override
    public final Integer call() throws InterruptedException {
      var narration = new Narration(spec.commandLine().getOut());
      Config config = installation.find(narration);
      try {
        run(config, Connections.from(config), narration);
        return 0;
      } catch (SQLException e) {
        throw new StartException(
            "ClickHouse does not answer, or is not set up: %s".formatted(Connections.reason(e)), e);
      } catch (ExecutionException e) {
        throw new StartException("Kafka does not answer: " + e.getCause().getMessage(), e);
      } catch (IllegalStateException e) {
        throw new StartException(e.getMessage() + ".", e);
      }
    }

    abstract void run(Config config, Connections connections, Narration narration)
        throws SQLException, ExecutionException, InterruptedException;
  }

  /** {@code dorado generations list}. */
  @Command(
      name = "list",
      description =
          "Lists them: state, times, database, and what differs from how this would compute them.",
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class ListCommand extends OfInstallation {

    @Override
    void run(Config config, Connections connections, Narration narration) throws SQLException {
      var mine = Computation.of(config, connections.registryClient());
      List<Generation> all = new Generations(connections).all();
      narration.line("number  state      begun                 answers since         database");
      for (var generation : all) {
        if (generation.state(all) != Generation.State.DROPPED) {
          narration.line(
              "%6d  %-9s  %-20s  %-20s  %s"
                  .formatted(
                      generation.number(),
                      generation.state(all).label(),
                      time(Optional.of(generation.createdAt())),
                      time(generation.switchedAt()),
                      connections.database(generation.number())));
          mine.differencesTo(generation)
              .forEach(difference -> narration.line("        " + difference));
        }
      }
    }

    private static String time(Optional<Instant> time) {
      return time.map(instant -> instant.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("-");
    }
  }

  /** {@code dorado generations drop N}. */
  @Command(
      name = "drop",
      description = {
        "Deletes one that answers no queries, after asking: topics, schemas, consumer groups, stores and database.",
        "One that is being built is given up. If it is stopped on the way, the same command completes it."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class DropCommand extends OfInstallation {

    @Parameters(index = "0", paramLabel = "N", description = "Its number.")
    private int number;

    @Mixin private Confirmation confirmation;

    @Override
    void run(Config config, Connections connections, Narration narration)
        throws SQLException, ExecutionException, InterruptedException {
      new Removal(config, connections).requireDroppable(number);
      confirmation.require(
          "generation %d is deleted for good, with the database %s"
              .formatted(number, connections.database(number)));
      Trail.write(config, "generations-drop", "generation %d".formatted(number));
      new Removal(config, connections).run(number, narration::step);
      narration.step("generation %d is deleted".formatted(number));
    }
  }
}
