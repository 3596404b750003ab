package dev.dorado.ingest.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256, as all senders that sign compute it. */
final class Hmac {

  private static final String ALGORITHM = "HmacSHA256";

  /** To find the algorithm's provider takes as long as to sign a short body. */
  private static final ThreadLocal<Mac> MAC =
      ThreadLocal.withInitial(
          () -> {
            try {
              return Mac.getInstance(ALGORITHM);
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
            }
          });

  private Hmac() {}

  /** The HMAC-SHA256 under {@code key} of {@code parts}, one after the other. */
  static byte[] of(byte[] key, byte[]... parts) {
    Mac mac = MAC.get();
    try {
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("every key of some bytes will do for " + ALGORITHM, e);
    }
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  /** As {@link #of}, under the bytes of {@code secret}, in lower-case hex. */
  static String hex(String secret, byte[]... parts) {
    return HexFormat.of().formatHex(of(secret.getBytes(UTF_8), parts));
  }

  /** Whether {@code expected} is one of {@code given}; takes the same time whichever it is. */
  static boolean isAmong(List<String> given, String expected) {
    boolean found = false;
    for (String one : given) {
      found |= MessageDigest.isEqual(expected.getBytes(UTF_8), one.getBytes(UTF_8));
    }
    return found;
  }
}
