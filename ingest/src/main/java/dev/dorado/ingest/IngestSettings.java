package dev.dorado.ingest;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settings of ingest, from {@code dorado.ingest} of {@code reference.conf}. Immutable.
 *
 * @param senders what translations depend on
 * @param lenientSenders names of the senders that are answered 202 where others get 422
 * @param deliveryTimeout how long Kafka has to acknowledge
 * @param blockTimeout how long may be waited for Kafka to be there at all
 * @param bufferBytes memory for what Kafka has not acknowledged yet
 * @param retryAfter when a sender that got 503 may try again
 * @param rateByAddress deliveries a second of one address; 0: any number
 * @param rateBySender authentic deliveries a second of one sender; 0: any number
 * @param spoolFolder where deliveries wait that Kafka does not acknowledge; empty: nowhere
 * @param spoolBytes most bytes of them
 */
record IngestSettings(
    SenderSettings senders,
    Set<String> lenientSenders,
    Duration deliveryTimeout,
    Duration blockTimeout,
    long bufferBytes,
    Duration retryAfter,
    double rateByAddress,
    double rateBySender,
    Optional<Path> spoolFolder,
    long spoolBytes) {

  /** The most patient part of a sender's patience: GitHub waits for 10 s. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

  IngestSettings {
    requireNonNull(senders);
    lenientSenders = Set.copyOf(lenientSenders);
    requirePositive("dorado.ingest.delivery-timeout", deliveryTimeout);
    requirePositive("dorado.ingest.block-timeout", blockTimeout);
    requirePositive("dorado.ingest.retry-after", retryAfter);
    requireRate("dorado.ingest.rate-by-address", rateByAddress);
    requireRate("dorado.ingest.rate-by-sender", rateBySender);
    if (deliveryTimeout.plus(blockTimeout).compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "dorado.ingest.delivery-timeout (%s) and block-timeout (%s) are %s together: expected at most %s, or senders give up before they are answered"
              .formatted(
                  deliveryTimeout, blockTimeout, deliveryTimeout.plus(blockTimeout), LONGEST_WAIT));
    }
    long least = 2L * Topics.MAX_DELIVERY_BYTES;
    if (bufferBytes < least) {
      throw new IllegalArgumentException(
          "dorado.ingest.buffer is %d bytes: expected at least %d, twice the longest delivery"
              .formatted(bufferBytes, least));
    }
    requireNonNull(spoolFolder);
    if (spoolBytes < least) {
      throw new IllegalArgumentException(
          "dorado.ingest.spool-size is %d bytes: expected at least %d, twice the longest delivery"
              .formatted(spoolBytes, least));
    }
  }

  static IngestSettings from(Config config) {
    try {
      return new IngestSettings(
          SenderSettings.from(config),
          Arrays.stream(config.getString("dorado.ingest.lenient-senders").split(","))
              .map(String::strip)
              .filter(name -> !name.isEmpty())
              .collect(Collectors.toUnmodifiableSet()),
          config.getDuration("dorado.ingest.delivery-timeout"),
          config.getDuration("dorado.ingest.block-timeout"),
          config.getBytes("dorado.ingest.buffer"),
          config.getDuration("dorado.ingest.retry-after"),
          config.getDouble("dorado.ingest.rate-by-address"),
          config.getDouble("dorado.ingest.rate-by-sender"),
          Optional.of(config.getString("dorado.ingest.spool-folder"))
              .filter(folder -> !folder.isBlank())
              .map(Path::of),
          config.getBytes("dorado.ingest.spool-size"));
    } catch (ConfigException.BadValue | ConfigException.WrongType e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void requireRate(String name, double rate) {
    if (rate < 0 || Double.isNaN(rate) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "%s is %s: expected a number of deliveries a second, or 0 for any number"
              .formatted(name, rate));
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(
          "%s is %s: expected a time above zero, as 5s".formatted(name, duration));
    }
  }
}
