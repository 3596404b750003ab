package dev.dorado.standalone;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.api.Dimension;
import dev.dorado.api.GenerationComparison;
import dev.dorado.api.GenerationComparison.Difference;
import dev.dorado.api.Period;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.streams.generations.Computation;
import dev.dorado.streams.generations.Removal;
import dev.dorado.streams.generations.Reprocessing;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;

/**
 * How numbers would change if facts were computed anew: a generation that queries are never
 * switched to is computed beside the present one, compared with it, and deleted.
 */
final class ReprocessPreview {

  private final Config config;
  private final Connections connections;
  private final Narration narration;

  ReprocessPreview(Config config, Narration narration) {
    this.config = requireNonNull(config);
    this.connections = Connections.from(config);
    this.narration = requireNonNull(narration);
  }

  /** Tells what differs in the facts of {@code period}. */
  void run(Period period) throws SQLException, ExecutionException, InterruptedException {
    var computation = Computation.of(config, connections.registryClient());
    Generation current = Generation.current(new Generations(connections).all()).orElseThrow();
    List<String> why = computation.differencesTo(current);
    if (why.isEmpty()) {
      narration.line(
          "Generation %d was computed under the same rules and settings: no number would change."
              .formatted(current.number()));
      return;
    }
    why.forEach(narration::line);
    Generation preview;
    try (var reprocessing = new Reprocessing(config, connections)) {
      preview = reprocessing.beginPreview(computation, narration::step);
      narration.step(
          "generation %d is computed as a preview; './dorado generations drop %d' gives it up"
              .formatted(preview.number(), preview.number()));
      ReprocessCommand.awaitCaughtUp(reprocessing, preview.number(), narration);
    }
    try (var comparison = new GenerationComparison(config, connections)) {
      Instant now = Instant.now();
      for (var dimension : List.of(Dimension.TEAM, Dimension.SERVICE)) {
        show(
            dimension,
            comparison.differences(current.number(), preview.number(), period, dimension, now));
      }
    }
    new Removal(config, connections).run(preview.number(), step -> {});
    narration.step(
        "generation %d is deleted; './dorado reprocess' would compute it for good"
            .formatted(preview.number()));
  }

  private void show(Dimension dimension, List<Difference> differences) {
    narration.line("");
    if (differences.isEmpty()) {
      narration.line("No metric of a %s would change.".formatted(dimension.column()));
      return;
    }
    var table = new TextTable(dimension.column(), "metric", "now", "then");
    for (var difference : differences) {
      table.row(
          difference.group().orElse("(none)"),
          difference.metric(),
          text(difference.before(), difference.nBefore()),
          text(difference.after(), difference.nAfter()));
    }
    table.lines().forEach(narration::line);
  }

  private static String text(OptionalDouble value, long n) {
    String number =
        value.isPresent() ? String.format(Locale.ROOT, "%.4f", value.getAsDouble()) : "unknown";
    return "%s (n %d)".formatted(number, n);
  }
}
