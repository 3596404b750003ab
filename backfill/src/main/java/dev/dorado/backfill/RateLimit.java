package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a server says of its rate limit: {@code X-RateLimit-*} (GitHub), {@code RateLimit-*}
 * (GitLab) and {@code Retry-After}. Not thread-safe.
 */
final class RateLimit {

  private static final List<String> PREFIXES = List.of("X-RateLimit-", "RateLimit-");

  private final Clock clock;
  private Instant noneBefore = Instant.MIN;

  RateLimit(Clock clock) {
    this.clock = requireNonNull(clock);
  }

  /** Remembers when the next request may be made, if this was the last one for now. */
  void learn(HttpHeaders headers) {
    noneBefore = isUsedUp(headers) ? reset(headers).orElse(Instant.MIN) : Instant.MIN;
  }

  /** How long to wait before the next request; zero for not at all. */
  Duration untilNext() {
    Instant now = clock.instant();
    return now.isBefore(noneBefore)
        ? Duration.between(now, noneBefore).plusSeconds(1)
        : Duration.ZERO;
  }

  /** The wait is over, whatever the clock says. */
  void waited() {
    noneBefore = Instant.MIN;
  }

  /** Whether an answer means that there were too many requests; {@code said} is its message. */
  boolean isLimited(int status, HttpHeaders headers, String said) {
    return status == 429
        || (status == 403
            && (isUsedUp(headers)
                || headers.firstValue("Retry-After").isPresent()
                || said.toLowerCase(Locale.ROOT).contains("rate limit")));
  }

  /** How long the server asks to wait. */
  Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .map(String::strip)
        .flatMap(text -> text.matches("\\d{1,6}") ? Optional.of(seconds(text)) : untilDate(text));
  }

  private static Duration seconds(String text) {
    return Duration.ofSeconds(Math.max(1, Long.parseLong(text)));
  }

  private Optional<Duration> untilDate(String text) {
    try {
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), date);
      return Optional.of(wait.isNegative() ? Duration.ofSeconds(1) : wait);
    } catch (DateTimeException e) {
      // Not in a form that is known: the caller waits as long as it would without.
      return Optional.empty();
    }
  }

  private static boolean isUsedUp(HttpHeaders headers) {
    return PREFIXES.stream()
        .flatMap(prefix -> headers.firstValue(prefix + "Remaining").stream())
        .anyMatch(remaining -> remaining.strip().equals("0"));
  }

  private static Optional<Instant> reset(HttpHeaders headers) {
    return PREFIXES.stream()
        .flatMap(prefix -> headers.firstValue(prefix + "Reset").stream())
        .map(String::strip)
        .filter(reset -> reset.matches("\\d{1,11}"))
        .map(reset -> Instant.ofEpochSecond(Long.parseLong(reset)))
        .findFirst();
  }
}
