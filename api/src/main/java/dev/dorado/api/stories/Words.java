package dev.dorado.api.stories;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** Times, numbers and reasons as a sentence has them. */
final class Words {

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Words() {}

  /** As {@code 2026-03-02 10:00 UTC}. */
  static String time(Instant time) {
    return time == null ? "an unknown time" : MINUTE.format(time);
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

  /** {@code beginning}, then the reason if there is one, as a sentence. */
  static String sentence(String beginning, String reason) {
    return reason == null || reason.isBlank()
        ? ended(beginning)
        : ended(beginning + ": " + reason.strip());
  }

  /** The sentences that there are, one after the other. */
  static String together(String... sentences) {
    return Arrays.stream(sentences).filter(Objects::nonNull).collect(Collectors.joining(" "));
  }

  private static String ended(String text) {
    return text.matches("(?s).*[.!?…]") ? text : text + ".";
  }
}
