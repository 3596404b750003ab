package dev.dorado.ingest.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Ids that are hashes of what they name. An event's id says what happened and nothing of how the
 * event came, so that a redelivery or a backfill of one happening has the id that it had live.
 */
public final class EventId {

  private static final int HEX_DIGITS = 32;

  private EventId() {}

  /**
   * The id of an event.
   *
   * @param kind what sort of thing it happened to: push, pull-request, deployment ...
   * @param subject which thing
   * @param transition what happened to it, told apart from whatever else may happen to it at this
   *     time
   * @param time the sender's time
   */
  public static String of(String kind, String subject, String transition, Instant time) {
    return hash(kind, subject, transition, Long.toString(time.toEpochMilli()));
  }

  /** A hash of {@code parts}, in this order: 32 hexadecimal digits. */
  public static String hash(String... parts) {
    var digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(UTF_8);
      digest.update((bytes.length + ":").getBytes(UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
  }

  /** The SHA-256 of {@code bytes}: 64 hexadecimal digits. */
  public static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
