package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.ingest.PersonErasure;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.streams.generations.DeliveryRows;
import dev.dorado.streams.generations.Removal;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dorado erase-person}: takes a person out of everything that is kept. */
@Command(
    name = "erase-person",
    description = {
      "Takes a person out of events, kept deliveries and facts; asks first.",
      "Their names, e-mail addresses and logins are replaced by random stand-ins, a different one for"
          + " each, so that numbers stay the same. Events are written to Kafka again, facts are computed"
          + " anew, and every older generation is deleted. Deliveries are taken meanwhile; what senders"
          + " send from now on may name the person again. Logs, exports and backups that were written"
          + " before are not changed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class ErasePersonCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private InstallationOptions installation;

  @Mixin private Confirmation confirmation;

  @Parameters(
      paramLabel = "IDENTIFIER",
      arity = "1..*",
      description =
          "Each name, e-mail address and login of the person, in quotes where it has spaces.")
  private List<String> identifiers;

  @Option(
      names = "--dry-run",
      description = "Shows how many records hold the person, and changes nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws InterruptedException {
    var narration = new Narration(spec.commandLine().getOut());
    if (!Installation.isOfServers()) {
      installation.requireEmptySpool();
    }
    Config found = installation.find(narration);
    Config config = Installation.isOfServers() ? ContributorKey.required(found) : found;
    Connections connections = Connections.from(config);
    try (var erasure = new PersonErasure(config, connections, identifiers)) {
      requireNothingIsBuilt(connections);
      var findings = erasure.search();
      tell(findings, narration);
      if (dryRun || findings.total() == 0) {
        return 0;
      }
      confirmation.require(
          "the person is taken out of %,d records for good, facts are computed anew, and all older generations are deleted"
              .formatted(findings.total()));
      // Who it is would be in the trail for long.
      Trail.write(config, "erase-person", "a person in %,d records".formatted(findings.total()));
      erasure.erase(narration::step);
      cleanClickHouse(config, connections, narration);
      ReprocessCommand.run(config, false, narration);
      dropOlder(config, connections, narration);
      narration.step(
          "the person is erased; backups, exports and logs that were written before may have them still");
      return 0;
    } catch (IllegalStateException e) {
      throw new StartException(e.getMessage() + ".", e);
    } catch (SQLException e) {
      throw new StartException(
          "ClickHouse does not answer: %s; run the same command again, and './dorado reprocess' if it finds nothing more"
              .formatted(Connections.reason(e)),
          e);
    } catch (ExecutionException e) {
      throw new StartException(
          "Kafka refuses: %s; run the same command again".formatted(e.getCause().getMessage()), e);
    }
  }

  /** A generation that has read events already would keep the person. */
  private static void requireNothingIsBuilt(Connections connections) throws SQLException {
    Generation.building(new Generations(connections).all())
        .ifPresent(
            building -> {
              throw new StartException(
                  "generation %d is being built, and has read events with the person: wait until it answers queries, or give it up with './dorado generations drop %d'."
                      .formatted(building.number(), building.number()));
            });
  }

  private static void tell(PersonErasure.Findings findings, Narration narration) {
    if (findings.total() == 0) {
      narration.line(
          "No event and no kept delivery holds the person. If a run before was cut off, './dorado reprocess' and './dorado generations drop' complete it.");
    }
    findings
        .records()
        .forEach((topic, count) -> narration.line("%s: %,d records".formatted(topic, count)));
    if (findings.emptied() > 0) {
      narration.line(
          "%,d deliveries would mean other events without the person: their bodies are emptied, and they can't be translated again"
              .formatted(findings.emptied()));
    }
    if (findings.unreadable() > 0) {
      narration.warning(
          "%,d records can't be read and seem to hold the person; they stay"
              .formatted(findings.unreadable()));
    }
    findings
        .remaining()
        .forEach(
            value -> narration.warning("this says what an event is about, so it stays: " + value));
  }

  /** Rows that were replaced stay in ClickHouse's files until these are merged. */
  private static void cleanClickHouse(Config config, Connections connections, Narration narration)
      throws SQLException, ExecutionException, InterruptedException {
    DeliveryRows.await(config, connections);
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      for (String table : List.of("deliveries", "refusals", "rejected")) {
        statement.execute("OPTIMIZE TABLE %s.%s FINAL".formatted(connections.database(), table));
      }
    }
    narration.step("the rows of deliveries are replaced in ClickHouse");
  }

  private static void dropOlder(Config config, Connections connections, Narration narration)
      throws SQLException, ExecutionException, InterruptedException {
    List<Generation> all = new Generations(connections).all();
    for (var generation : all) {
      Generation.State state = generation.state(all);
      if (state != Generation.State.CURRENT && state != Generation.State.DROPPED) {
        new Removal(config, connections).run(generation.number(), step -> {});
        narration.step("generation %d is deleted".formatted(generation.number()));
      }
    }
  }
}
