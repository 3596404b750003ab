package dev.dorado.api.stories;

import dev.dorado.schemas.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** Times, durations, numbers and reasons as parts of sentences. */
final class Words {

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Words() {}

  /** As {@code on 2026-03-02 10:00 UTC}; the page shows the time in the reader's zone. */
  static String on(Instant time) {
    return time == null ? "at an unknown time" : "on " + MINUTE.format(time);
  }

  /** As {@code since 2026-03-02 10:00 UTC}. */
  static String since(Instant time) {
    return "since " + (time == null ? "an unknown time" : MINUTE.format(time));
  }

  /** As {@code 1 change} or {@code 3 changes}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** A reason as a sentence, or null if there is none. */
  static String sentence(String reason) {
    if (reason == null || reason.isBlank()) {
      return null;
    }
    String text = reason.strip();
    // What begins with a name or a number keeps its case.
    if (text.matches("(?s)[a-z]+(\\s.*)?")) {
      text = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
    return ended(text);
  }

  /**
   * {@code beginning}, then the reason if there is one, as a sentence. A reason that names a
   * correction or an incident has a colon of its own already.
   */
  static String sentence(String beginning, String reason) {
    if (reason == null || reason.isBlank()) {
      return ended(beginning);
    }
    String text = reason.strip();
    String join =
        text.startsWith("correction ")
            ? ", by "
            : text.startsWith("incident ") ? " because of " : ": ";
    return ended(beginning + join + text);
  }

  /** {@code beginning}, then a person's words or a sentence of its own if there is one. */
  static String explained(String beginning, String explanation) {
    return ended(
        explanation == null || explanation.isBlank()
            ? beginning
            : beginning + ": " + explanation.strip());
  }

  /** How long it was from one time to another, as the page writes it. */
  static String between(Instant from, Instant to) {
    return ReadableDuration.of(Duration.between(from, to));
  }

  /** The sentences that are not null, one after the other. */
  static String together(String... sentences) {
    return Arrays.stream(sentences).filter(Objects::nonNull).collect(Collectors.joining(" "));
  }

  private static String ended(String text) {
    return text.matches("(?s).*[.!?…]") ? text : text + ".";
  }
}
