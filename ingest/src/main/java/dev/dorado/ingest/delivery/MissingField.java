package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

/** A delivery of a known kind that lacks what its kind must have, or has it in a form unknown. */
public final class MissingField extends UntranslatableDelivery {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST_VALUE = 100;

  private final String path;
  private final String expected;

  private MissingField(String path, String problem, String expected) {
    super("%s %s: expected %s".formatted(path, problem, expected));
    this.path = path;
    this.expected = expected;
  }

  /**
   * A field that is not there.
   *
   * @param path its JSON path, as {@code $.events[2].sha}
   * @param expected what would have been accepted
   */
  public static MissingField absent(String path, String expected) {
    return new MissingField(requireNonNull(path), "is missing", requireNonNull(expected));
  }

  /** A field whose value can't be used; {@code value} is shown, shortened. */
  public static MissingField unusable(String path, String value, String expected) {
    String shown =
        value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
    return new MissingField(
        requireNonNull(path), "is '%s'".formatted(shown), requireNonNull(expected));
  }

  /** JSON path of the field. */
  public String path() {
    return path;
  }

  /** What would have been accepted. */
  public String expected() {
    return expected;
  }
}
