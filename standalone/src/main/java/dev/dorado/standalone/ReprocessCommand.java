package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.api.Period;
import dev.dorado.ingest.Retranslation;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.streams.generations.Computation;
import dev.dorado.streams.generations.GenerationPlan;
import dev.dorado.streams.generations.Reprocessing;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dorado reprocess}: asks for a new generation of facts, and tells how far it is. */
@Command(
    name = "reprocess",
    description = {
      "Computes a new generation of facts under the current rules, and switches queries to it once it has caught up.",
      "Asks before, or takes --yes. --preview shows how numbers would change, and switches nothing.",
      "Deliveries are taken meanwhile, and queries are answered from the generation before. The role"
          + " streams does the work ('up' has it): this command asks for it and tells how far it is. If it is"
          + " stopped, the work goes on, and the same command follows it again. Settings of the rules"
          + " (DORADO_RULES_...) are those of this command; where the roles have others, they begin a"
          + " generation of theirs at their next start."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class ReprocessCommand implements Callable<Integer> {

  private static final int PREVIEW_DAYS = 90;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Mixin private InstallationOptions installation;

  @Option(
      names = "--translate",
      description =
          "First translate all kept deliveries again with the present senders. What is the same event"
              + " stays one; what a delivery no longer gives is taken back.")
  private boolean translate;

  @Option(
      names = "--preview",
      description = {
        "Computes the new generation beside the present one, shows which metrics of which services and"
            + " teams would be others, and deletes it again."
      })
  private boolean preview;

  @Option(
      names = "--from",
      paramLabel = "DATE",
      description = "First day that --preview compares (default: 90 days ago), in UTC.")
  private LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "DATE",
      description = "First day that --preview no longer compares (default: tomorrow), in UTC.")
  private LocalDate to;

  @Mixin private Confirmation confirmation;

  @Override
  public Integer call() throws InterruptedException {
    requireCompatibleOptions();
    var narration = new Narration(spec.commandLine().getOut());
    Config found = installation.find(narration);
    Config config = Installation.isOfServers() ? ContributorKey.required(found) : found;
    try {
      if (preview) {
        new ReprocessPreview(config, narration).run(period());
      } else {
        confirmation.require(
            translate
                ? "all kept deliveries are translated again, events that they no longer give are taken back, and queries are switched to facts that are computed anew"
                : "facts are computed anew, and queries are switched to them");
        Trail.write(config, "reprocess", translate ? "all events and facts" : "all facts");
        run(config, translate, narration);
      }
      return 0;
    } catch (SQLException e) {
      throw new StartException(
          "ClickHouse does not answer, or is not set up: %s".formatted(Connections.reason(e)), e);
    } catch (ExecutionException e) {
      throw new StartException("Kafka does not answer: " + e.getCause().getMessage(), e);
    } catch (Retranslation.Unwritten e) {
      throw new StartException(e.getMessage(), e);
    }
  }

  private void requireCompatibleOptions() {
    if (preview && translate) {
      throw new ParameterException(
          spec.commandLine(),
          "--preview and --translate exclude each other: translating changes the events themselves");
    }
    if (!preview && (from != null || to != null)) {
      throw new ParameterException(
          spec.commandLine(), "--from and --to are for --preview: add it, or leave them out");
    }
  }

  private Period period() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    LocalDate first = from == null ? today.minusDays(PREVIEW_DAYS) : from;
    LocalDate end = to == null ? today.plusDays(1) : to;
    if (!first.isBefore(end)) {
      throw new ParameterException(
          spec.commandLine(),
          "--from is %s and --to is %s: expected --from to be before --to".formatted(first, end));
    }
    return new Period(
        first.atStartOfDay(ZoneOffset.UTC).toInstant(),
        end.atStartOfDay(ZoneOffset.UTC).toInstant(),
        ZoneOffset.UTC);
  }

  /** Comes back when queries have been switched. */
  static void run(Config config, boolean translate, Narration narration)
      throws SQLException, ExecutionException, InterruptedException {
    Connections connections = Connections.from(config);
    if (translate) {
      translate(config, connections, narration);
    }
    try (var reprocessing = new Reprocessing(config, connections)) {
      var computation = Computation.of(config, connections.registryClient());
      Generation begun = reprocessing.begin(computation, narration::step);
      narration.step(
          "generation %d is being built; if this command is stopped, that goes on"
              .formatted(begun.number()));
      follow(reprocessing, begun.number(), narration);
    }
  }

  private static void follow(Reprocessing reprocessing, int number, Narration narration)
      throws SQLException, ExecutionException, InterruptedException {
    awaitCaughtUp(reprocessing, number, narration);
    narration.step(
        "generation %d answers queries now; the ones before stay until './dorado generations drop N'"
            .formatted(number));
  }

  /**
   * Comes back when a generation has caught up, so that it answers queries or can be compared.
   *
   * @throws StartException if it was dropped or overtaken meanwhile
   */
  static void awaitCaughtUp(Reprocessing reprocessing, int number, Narration narration)
      throws SQLException, ExecutionException, InterruptedException {
    var progress = reprocessing.progress(number);
    var report = new CatchUpReport(progress, System.nanoTime());
    long nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
    while (progress.isCatchingUp()) {
      Pause.of(BETWEEN_LOOKS);
      progress = reprocessing.progress(number);
      long now = System.nanoTime();
      if (now >= nextLine && progress.isCatchingUp()) {
        narration.step(report.line(progress, now));
        nextLine = now + BETWEEN_LINES.toNanos();
      }
    }
    if (progress.state() != Generation.State.CURRENT && !progress.ready()) {
      throw new StartException(
          "generation %d is %s: another was begun after it, or it was dropped; './dorado generations list' tells more."
              .formatted(number, progress.state().label()));
    }
  }

  private static void translate(Config config, Connections connections, Narration narration)
      throws SQLException {
    int next = GenerationPlan.next(new Generations(connections).all());
    try (var retranslation = new Retranslation(next, config, connections)) {
      long[] nextLine = {System.nanoTime() + BETWEEN_LINES.toNanos()};
      var result =
          retranslation.run(
              (done, all) -> {
                if (System.nanoTime() >= nextLine[0]) {
                  narration.step("%,d of %,d deliveries are translated again".formatted(done, all));
                  nextLine[0] = System.nanoTime() + BETWEEN_LINES.toNanos();
                }
              });
      narration.step(
          "%,d deliveries are translated again: they give %,d events; %,d were ignored or dead before and are accepted now"
              .formatted(result.deliveries(), result.events(), result.revived()));
      if (result.fewer() > 0) {
        narration.warning(
            "%,d deliveries give fewer events than they did at first (%s%s): %,d events that nothing else tells of are taken back now."
                .formatted(
                    result.fewer(),
                    String.join(", ", result.examples()),
                    result.fewer() > result.examples().size() ? " ..." : "",
                    result.withdrawn()));
      }
      if (result.notUnderstood() > 0) {
        narration.warning(
            "%,d deliveries gave events and are not understood by this version: their events stay as they are."
                .formatted(result.notUnderstood()));
      }
      if (result.unknown() > 0) {
        narration.warning(
            "%,d deliveries are of senders that this version does not have: their events stay as they are."
                .formatted(result.unknown()));
      }
    }
  }
}
