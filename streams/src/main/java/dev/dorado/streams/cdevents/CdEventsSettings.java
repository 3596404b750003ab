package dev.dorado.streams.cdevents;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.server.AccessTokens;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Whether and how decisions are published. Immutable.
 *
 * @param enabled whether they are published to the topic; a receiver implies it
 * @param receiver where they are posted to; empty: nowhere
 * @param token the bearer token for the receiver; empty: none
 * @param since what happened before this is not published; empty: since the first start
 * @param settle how long facts are gathered before what they say is published
 * @param page address of the page, for links; empty: no links
 * @param retryFrom the first pause after a failure
 * @param retryTo the longest pause after failures
 */
public record CdEventsSettings(
    boolean enabled,
    Optional<URI> receiver,
    Optional<String> token,
    Optional<Instant> since,
    Duration settle,
    Optional<URI> page,
    Duration retryFrom,
    Duration retryTo) {

  private static final String SINK = "dorado.cdevents.sink";
  private static final String TOKEN = "dorado.cdevents.sink-token";
  private static final String SINCE = "dorado.cdevents.since";
  private static final String PAGE = "dorado.cdevents.page";

  public CdEventsSettings {
    requireNonNull(receiver);
    requireNonNull(token);
    requireNonNull(since);
    requireNonNull(settle);
    requireNonNull(page);
    requireNonNull(retryFrom);
    requireNonNull(retryTo);
  }

  /**
   * From {@code config}.
   *
   * @throws IllegalArgumentException that names the setting, if one has a value that it can't have
   */
  public static CdEventsSettings from(Config config) {
    // The address may have a secret in its path: its value is in no message.
    Optional<URI> receiver =
        address(
            config.getString(SINK),
            SINK
                + " has a value that is not shown: expected an address, as in https://events.example.com/cdevents");
    List<String> tokens = AccessTokens.secrets(config, TOKEN);
    if (tokens.size() > 1) {
      throw new IllegalArgumentException(
          "%s has %d values: expected one, without commas and spaces"
              .formatted(TOKEN, tokens.size()));
    }
    if (!tokens.isEmpty() && receiver.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is set and %s is not: expected the address that gets the token"
              .formatted(TOKEN, SINK));
    }
    return new CdEventsSettings(
        config.getBoolean("dorado.cdevents.enabled") || receiver.isPresent(),
        receiver,
        tokens.stream().findFirst(),
        since(config.getString(SINCE)),
        config.getDuration("dorado.cdevents.settle"),
        address(
            config.getString(PAGE),
            "%s is '%s': expected the page's address, as in https://dorado.example.com/"
                .formatted(PAGE, config.getString(PAGE))),
        config.getDuration("dorado.cdevents.retry-from"),
        config.getDuration("dorado.cdevents.retry-to"));
  }

  private static Optional<URI> address(String text, String problem) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI address = URI.create(text);
      boolean isWeb = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
      if (isWeb && address.getHost() != null && address.getUserInfo() == null) {
        return Optional.of(address);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(problem, e);
    }
    throw new IllegalArgumentException(problem);
  }

  private static Optional<Instant> since(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.contains("T")
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "%s is '%s': expected a date or an instant, as 2026-01-01 or 2026-01-01T12:00:00Z"
              .formatted(SINCE, text),
          e);
    }
  }

  /** Leaves out the receiver's token and path. */
  @Override
  public String toString() {
    return "CDEvents enabled=%s, receiver=%s, since=%s"
        .formatted(enabled, receiver.map(URI::getHost).orElse("none"), since);
  }
}
