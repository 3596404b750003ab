package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.ingest.delivery.Fields;
import java.util.Locale;
import java.util.Optional;

/** SHAs of commits as payloads have them, in lower case; all zeros mean that there is none. */
final class Shas {

  static final String EXPECTED = "a SHA: 7 to 64 hexadecimal digits";

  private static final Pattern SHA = Pattern.compile("[0-9a-f]{7,64}");
  private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern ZERO = Pattern.compile("0+");

  private Shas() {}

  /** A SHA that must be there; all zeros will do, and give none. */
  static Optional<String> zeroable(Fields fields, String name) {
    return ZERO.matcher(fields.text(name, EXPECTED)).matches()
        ? Optional.empty()
        : Optional.of(required(fields, name));
  }

  /**
   * As {@link #zeroable(Fields, String)}; where there is none, {@code instead} if that is known.
   */
  static Optional<String> zeroable(Fields fields, String name, Optional<String> instead) {
    return instead.isPresent() && fields.maybeText(name).isEmpty()
        ? instead
        : zeroable(fields, name);
  }

  /** A SHA that must be there. */
  static String required(Fields fields, String name) {
    return maybe(fields, name).orElseThrow(() -> fields.absent(name, EXPECTED));
  }

  /** A SHA, or none. */
  static Optional<String> maybe(Fields fields, String name) {
    return fields
        .maybeText(name)
        .map(sha -> sha.toLowerCase(Locale.ROOT))
        .flatMap(
            sha ->
                SHA.matcher(sha).matches()
                    ? Optional.of(sha)
                    : fields.leaveOut(name, sha, EXPECTED))
        .filter(sha -> !ZERO.matcher(sha).matches());
  }

  /** A text that need not be a SHA, as a branch or {@code HEAD} may stand there: if it is one. */
  static Optional<String> ifAny(Optional<String> text) {
    return text.map(sha -> sha.toLowerCase(Locale.ROOT))
        .filter(sha -> SHA.matcher(sha).matches())
        .filter(sha -> !ZERO.matcher(sha).matches());
  }

  /** Whether {@code text}, in any case, is a SHA or the beginning of one. */
  static boolean isShaOrPrefix(String text) {
    return text.length() <= 40 && SHA.matcher(text.toLowerCase(Locale.ROOT)).matches();
  }

  /** Whether {@code text}, in any case, is a whole SHA. */
  static boolean isWhole(String text) {
    return WHOLE.matcher(text.toLowerCase(Locale.ROOT)).matches();
  }
}
