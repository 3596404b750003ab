package dev.dorado.streams.cdevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;

/**
 * One thing that is decided of a fact, as a CDEvent says it.
 *
 * @param aspect what is decided
 * @param type the type of the CDEvent
 * @param subject id of the CDEvent's subject
 * @param decided what makes it another decision if it changes; details are not part of it
 * @param at when it happened
 * @param content the subject's content
 * @param details the event's customData
 */
record Decision(
    Aspect aspect,
    String type,
    String subject,
    String decided,
    Instant at,
    Map<String, Object> content,
    Map<String, Object> details) {

  private static final int DIGEST_BYTES = 8;
  private static final int ID_BYTES = 16;

  Decision {
    requireNonNull(aspect);
    requireNonNull(type);
    requireNonNull(subject);
    requireNonNull(decided);
    requireNonNull(at);
  }

  /** Stands for what is decided. */
  String digest() {
    return hash(DIGEST_BYTES, type, decided);
  }

  /**
   * Id of the event that publishes it: the same whenever it follows the same event, and another if
   * the decision was withdrawn meanwhile.
   *
   * @param fact kind and key of the fact
   * @param previous id of the last event of this aspect; empty if there was none
   */
  String id(String fact, String previous) {
    return hash(ID_BYTES, fact, aspect.label(), type, decided, previous);
  }

  private static String hash(int bytes, String... parts) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] text = part.getBytes(UTF_8);
        digest.update("%d ".formatted(text.length).getBytes(UTF_8));
        digest.update(text);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
