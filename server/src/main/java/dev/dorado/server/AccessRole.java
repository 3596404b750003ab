package dev.dorado.server;

import java.util.Arrays;
import java.util.Locale;

/**
 * What the holder of a token may do. Each may do what those before it may, but for {@link #SEND}.
 */
public enum AccessRole {
  /** Post deliveries of senders that do not sign them; nothing else. */
  SEND,
  /** Read numbers, facts and the state of ingest. */
  READ,
  /** Post corrections. */
  CORRECT,
  /** Change the catalog; read, export and retry kept deliveries; retry and dismiss records. */
  ADMINISTER;

  /** Name in commands and in the file of tokens. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether who has this role may do what {@code needed} may. */
  public boolean includes(AccessRole needed) {
    return this == needed || (this != SEND && needed != SEND && compareTo(needed) > 0);
  }

  /**
   * The role of a name.
   *
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public static AccessRole of(String label) {
    return Arrays.stream(values())
        .filter(role -> role.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no role '%s': expected one of %s"
                        .formatted(
                            label,
                            String.join(
                                ", ", Arrays.stream(values()).map(AccessRole::label).toList()))));
  }
}
