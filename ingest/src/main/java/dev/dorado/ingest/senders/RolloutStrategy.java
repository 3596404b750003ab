package dev.dorado.ingest.senders;

import dev.dorado.ingest.delivery.Fields;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How traffic is shifted to a new version (rule P2), in the words of canonical events. */
final class RolloutStrategy {

  /** A part of the traffic after the other. */
  static final String CANARY = "canary";

  /** All traffic at once, to instances that were started beside the old ones. */
  static final String BLUE_GREEN = "blue-green";

  private static final Set<String> KNOWN = Set.of(CANARY, "ab", BLUE_GREEN, "rolling", "recreate");
  private static final String EXPECTED = "canary, ab, blue-green, rolling or recreate";

  private RolloutStrategy() {}

  /** The strategy that a field states; one that is not known is left out, or refused if strict. */
  static Optional<String> maybe(Fields fields, String name) {
    return fields
        .maybeText(name)
        .flatMap(text -> known(text).or(() -> fields.leaveOut(name, text, EXPECTED)));
  }

  private static Optional<String> known(String text) {
    String word = text.toLowerCase(Locale.ROOT).replaceAll("[ _/]", "-");
    String plain =
        switch (word) {
          case "bluegreen" -> BLUE_GREEN;
          case "a-b", "ab-test", "a-b-test" -> "ab";
          default -> word;
        };
    return Optional.of(plain).filter(KNOWN::contains);
  }
}
