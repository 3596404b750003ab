package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/** A delivery of a known kind that lacks what its kind must have, or has it in a form unknown. */
public final class MissingField extends UntranslatableDelivery {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST_VALUE = 100;

  private final String path;
  private final String expected;
  private final String nearest;

  private MissingField(String path, String problem, String expected) {
    this(path, problem, expected, Optional.empty());
  }

  private MissingField(String path, String problem, String expected, Optional<String> nearest) {
    super("%s %s: expected %s".formatted(path, problem, expected));
    this.path = path;
    this.expected = expected;
    this.nearest = nearest.orElse(null);
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

  /**
   * A field that the sender's form does not have.
   *
   * @param path its JSON path
   * @param what what has no such field, as {@code a deployment}
   * @param nearest the known field that it is most likely meant to be
   * @param known the fields that it has
   */
  static MissingField unknown(
      String path, String what, Optional<String> nearest, Collection<String> known) {
    String hint = nearest.map(name -> " (did you mean '%s'?)".formatted(name)).orElse("");
    return new MissingField(
        requireNonNull(path),
        "is no field of %s%s".formatted(what, hint),
        "one of %s; a name of your own begins with %s"
            .formatted(String.join(", ", new TreeSet<>(known)), Fields.OWN_PREFIX),
        nearest);
  }

  /** JSON path of the field. */
  public String path() {
    return path;
  }

  /** What would have been accepted. */
  public String expected() {
    return expected;
  }

  /** The known name that an unknown field is most likely meant to be, if one is near. */
  public Optional<String> nearest() {
    return Optional.ofNullable(nearest);
  }
}
