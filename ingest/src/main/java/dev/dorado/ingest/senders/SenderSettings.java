package dev.dorado.ingest.senders;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.ingest.delivery.RepositoryName;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Settings that translations depend on. Immutable.
 *
 * @param repositories how repositories are named
 * @param incidentLabels labels, in lower case, that make an issue an incident
 * @param futureTolerance how far after its receipt the times of a delivery may lie
 */
public record SenderSettings(
    RepositoryName repositories, List<String> incidentLabels, Duration futureTolerance) {

  public SenderSettings {
    requireNonNull(repositories);
    incidentLabels = List.copyOf(incidentLabels);
    if (incidentLabels.isEmpty()) {
      throw new IllegalArgumentException(
          "dorado.ingest.incident-labels is empty: expected labels, comma-separated, as"
              + " incident,outage");
    }
    if (futureTolerance.isNegative() || futureTolerance.isZero()) {
      throw new IllegalArgumentException(
          "dorado.ingest.future-tolerance is %s: expected a time above zero, as 1d"
              .formatted(futureTolerance));
    }
  }

  /** Settings with the default tolerance. */
  public SenderSettings(RepositoryName repositories, List<String> incidentLabels) {
    this(repositories, incidentLabels, Duration.ofDays(1));
  }

  /** From {@code dorado.ingest}. */
  public static SenderSettings from(Config config) {
    return new SenderSettings(
        new RepositoryName(config.getString("dorado.ingest.default-host")),
        Arrays.stream(config.getString("dorado.ingest.incident-labels").split(","))
            .map(label -> label.strip().toLowerCase(Locale.ROOT))
            .filter(label -> !label.isEmpty())
            .toList(),
        config.getDuration("dorado.ingest.future-tolerance"));
  }
}
