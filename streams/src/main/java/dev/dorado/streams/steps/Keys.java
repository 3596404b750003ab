package dev.dorado.streams.steps;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.rules.step.OutputId;
import org.apache.kafka.common.utils.Bytes;

/** Keys of the stores: parts with a NUL between them, so that one key's entries stand together. */
final class Keys {

  static final char SEPARATOR = OutputId.SEPARATOR;

  private Keys() {}

  /** The key of an entry. No part but the last may hold a NUL. */
  static Bytes of(String... parts) {
    return Bytes.wrap(String.join(String.valueOf(SEPARATOR), parts).getBytes(UTF_8));
  }

  /** What all entries of {@code key} begin with. */
  static Bytes prefix(String key) {
    return Bytes.wrap((key + SEPARATOR).getBytes(UTF_8));
  }

  /** What comes after all entries of {@code key}, and is none itself: entries have a separator. */
  static Bytes endOf(String key) {
    return Bytes.wrap((key + (char) (SEPARATOR + 1)).getBytes(UTF_8));
  }

  /** The parts of a key; the last takes what is left. */
  static String[] parts(Bytes key, int count) {
    return new String(key.get(), UTF_8).split(String.valueOf(SEPARATOR), count);
  }
}
