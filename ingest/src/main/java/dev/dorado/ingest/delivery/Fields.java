package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import dev.dorado.schemas.Bounds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A JSON object of a delivery, read field by field. A required field that is absent or unusable is
 * a {@link MissingField} that names its path; null, absent and blank are the same.
 *
 * <p>An optional value of the wrong type reads as absent and is reported to {@link LeftOut}: what a
 * tool gets wrong in one field must not cost the whole delivery. Strict reading, for bodies that
 * people write, refuses such values instead. In both modes a time far in the future is refused,
 * except where {@link #maybePastTime} reads it. Not thread-safe.
 */
public final class Fields {

  /** Texts for people are cut at this many characters. */
  public static final int LONGEST_TEXT = Bounds.TEXT;

  /** An array of more objects is refused. */
  static final int MOST_OBJECTS = 2 * Bounds.EVENTS;

  /** Names that begin with this are the sender's own and never read. */
  public static final String OWN_PREFIX = "x_";

  /** What a number with a fraction is, for messages. */
  public static final String DECIMAL_EXPECTED = "a number, as 12 or 0.5";

  private static final String ARRAY = "a JSON array of objects";
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,30}(?:[.][0-9]{1,30})?");
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final JsonNode object;

  // Only messages have paths: they are put together when one is asked for.
  private final Supplier<String> path;
  private final Mode mode;

  private Fields(JsonNode object, Supplier<String> path, Mode mode) {
    this.object = object;
    this.path = path;
    this.mode = mode;
  }

  /**
   * The fields of {@code node}, read strictly and without a bound for times.
   *
   * @param path the path of the node, {@code $} for the body
   * @throws MissingField if it is not an object
   */
  public static Fields of(JsonNode node, String path) {
    return of(node, () -> path, new Mode(true, TimeBound.NONE, new LeftOut()));
  }

  /**
   * The fields of {@code node}, which belongs to a delivery.
   *
   * @param path the path of the node, {@code $} for the body
   * @param times the latest time that is accepted
   * @param leftOut takes what can't be used and is not required
   * @throws MissingField if it is not an object
   */
  static Fields of(JsonNode node, String path, TimeBound times, LeftOut leftOut) {
    return of(node, () -> path, new Mode(false, times, leftOut));
  }

  private static Fields of(JsonNode node, Supplier<String> path, Mode mode) {
    if (!requireNonNull(node).isObject()) {
      throw MissingField.unusable(path.get(), text(node), "a JSON object");
    }
    return new Fields(node, path, mode);
  }

  /** The same object, of which optional values that can't be used are refused too. */
  public Fields strict() {
    return new Fields(object, path, new Mode(true, mode.times(), mode.leftOut()));
  }

  /**
   * The JSON object that the field {@code name} holds in another form, as text in a string.
   *
   * @throws MissingField if it is not an object
   */
  public Fields within(String name, JsonNode node) {
    return of(node, () -> path(name), mode);
  }

  /**
   * Reads each of {@code items}; one that lacks something required is left out.
   *
   * @return what the first one lacked that was left out; empty if none was
   */
  public static Optional<MissingField> each(List<Fields> items, Consumer<Fields> reading) {
    MissingField first = null;
    for (Fields item : items) {
      try {
        reading.accept(item);
      } catch (MissingField e) {
        item.mode.leftOut().add(e);
        first = first == null ? e : first;
      }
    }
    return Optional.ofNullable(first);
  }

  /** What {@code reading} makes of each of {@code items}, but for those that lack something. */
  public static <T> List<T> map(List<Fields> items, Function<Fields, T> reading) {
    List<T> read = new ArrayList<>(items.size());
    each(items, item -> read.add(reading.apply(item)));
    return read;
  }

  /** The JSON path of this object. */
  public String path() {
    return path.get();
  }

  /** The JSON path of a field of this object. */
  public String path(String name) {
    return PLAIN_NAME.matcher(name).matches() ? path() + "." + name : path() + "['" + name + "']";
  }

  /** The names of the fields, in their order. */
  public List<String> names() {
    List<String> names = new ArrayList<>(object.size());
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The object as JSON. */
  public String json() {
    return object.toString();
  }

  /** The field as it is, or empty if it is absent or null. */
  public Optional<JsonNode> maybeNode(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  /** An object that must be there. */
  public Fields object(String name) {
    return maybeObject(name).orElseThrow(() -> absent(name, "a JSON object"));
  }

  /** An object that may be absent. */
  public Optional<Fields> maybeObject(String name) {
    return maybeContainer(name)
        .flatMap(
            node ->
                node.isObject()
                    ? Optional.of(new Fields(node, () -> path(name), mode))
                    : leaveOut(name, node, "a JSON object"));
  }

  /** The objects of an array that must be there, maybe empty. */
  public List<Fields> objects(String name) {
    if (maybeNode(name).isEmpty()) {
      throw absent(name, ARRAY);
    }
    return maybeObjects(name);
  }

  /** The objects of an array that may be absent, which is like empty; nulls in it are left out. */
  public List<Fields> maybeObjects(String name) {
    Optional<JsonNode> array =
        maybeContainer(name)
            .flatMap(node -> node.isArray() ? Optional.of(node) : leaveOut(name, node, ARRAY));
    if (array.isEmpty()) {
      return List.of();
    }
    if (array.get().size() > MOST_OBJECTS) {
      throw unusable(
          name, array.get().size() + " items", "at most %,d items".formatted(MOST_OBJECTS));
    }
    List<Fields> objects = new ArrayList<>(array.get().size());
    for (int i = 0; i < array.get().size(); i++) {
      JsonNode item = array.get().get(i);
      int place = i;
      Supplier<String> itemPath = () -> path(name) + "[" + place + "]";
      if (item.isObject()) {
        objects.add(new Fields(item, itemPath, mode));
      } else if (!isNothing(item)) {
        leaveOut(MissingField.unusable(itemPath.get(), text(item), "a JSON object"));
      }
    }
    return objects;
  }

  /** An object or array; some tools write an empty one of the other type, or "", for nothing. */
  private Optional<JsonNode> maybeContainer(String name) {
    return maybeNode(name).filter(node -> node.isObject() || !isNothing(node));
  }

  private static boolean isNothing(JsonNode node) {
    return node.isNull()
        || (node.isContainerNode() && node.isEmpty())
        || (node.isTextual() && node.textValue().isBlank());
  }

  /** A text that must be there. */
  public String text(String name) {
    return text(name, "a text");
  }

  /** A text that must be there; {@code expected} says what it is, for the message. */
  public String text(String name, String expected) {
    return maybeText(name).orElseThrow(() -> absent(name, expected));
  }

  /** A text that may be absent or blank; a number or boolean is taken as it is written. */
  public Optional<String> maybeText(String name) {
    return maybeNode(name)
        .filter(node -> node.isValueNode() || !isNothing(node))
        .flatMap(
            node ->
                node.isValueNode()
                    ? Optional.of(node.asText().strip())
                    : leaveOut(name, node, "a text"))
        .filter(text -> !text.isEmpty());
  }

  /** As {@link #maybeText}, cut at {@link #LONGEST_TEXT} characters. */
  public Optional<String> maybeLongText(String name) {
    return maybeText(name).map(Fields::cut);
  }

  /** A text or an array of texts; empty if absent. */
  public Optional<List<String>> maybeTexts(String name) {
    Optional<JsonNode> there = maybeNode(name).filter(node -> node.isArray() || !isNothing(node));
    if (there.filter(JsonNode::isObject).isPresent()) {
      return leaveOut(name, there.get(), "a text or an array of texts");
    }
    return there.map(
        node -> {
          List<String> texts = new ArrayList<>();
          for (JsonNode item : node.isArray() ? node : List.of(node)) {
            if (item.isValueNode()) {
              texts.add(item.isNull() ? "" : item.asText().strip());
            } else if (!isNothing(item)) {
              leaveOut(name, node, "a text or an array of texts");
            }
          }
          texts.removeIf(String::isEmpty);
          return List.copyOf(texts);
        });
  }

  /** A time that must be there. */
  public Instant time(String name) {
    return maybeTime(name).orElseThrow(() -> absent(name, SenderTime.EXPECTED));
  }

  /**
   * A time that may be absent.
   *
   * @throws MissingField if it is far in the future
   */
  public Optional<Instant> maybeTime(String name) {
    return notTooLate(name, readTime(name));
  }

  /** A time that may be absent; one far in the future, as a wrong clock writes it, is left out. */
  public Optional<Instant> maybePastTime(String name) {
    return readTime(name)
        .flatMap(
            time -> {
              if (mode.times().allows(time)) {
                return Optional.of(time);
              }
              mode.leftOut().add(tooLate(name, time));
              return Optional.empty();
            });
  }

  /** Whether a time that is derived from values of this object is not far in the future. */
  public boolean allows(Instant time) {
    return mode.times().allows(time);
  }

  /** A time that may be absent; one without an offset is in UTC, for senders that mean that. */
  public Optional<Instant> maybeTimeInUtc(String name) {
    return notTooLate(
        name,
        maybeText(name)
            .flatMap(
                text ->
                    SenderTime.parseInUtc(text)
                        .or(() -> leaveOut(name, text, SenderTime.EXPECTED))));
  }

  private Optional<Instant> readTime(String name) {
    return maybeNode(name)
        .filter(node -> !SenderTime.isNever(node) && !isNothing(node))
        .flatMap(
            node -> SenderTime.parse(node).or(() -> leaveOut(name, node, SenderTime.EXPECTED)));
  }

  private Optional<Instant> notTooLate(String name, Optional<Instant> time) {
    time.filter(at -> !mode.times().allows(at))
        .ifPresent(
            at -> {
              throw tooLate(name, at);
            });
    return time;
  }

  private MissingField tooLate(String name, Instant time) {
    String value = maybeNode(name).map(Fields::text).orElseGet(time::toString);
    return MissingField.unusable(path(name), value, mode.times().expected());
  }

  /** A whole number that must be there. */
  public long number(String name) {
    return maybeNumber(name).orElseThrow(() -> absent(name, "a whole number"));
  }

  /** A whole number, from 0, that may be absent; digits in a text will do. */
  public Optional<Long> maybeNumber(String name) {
    return maybeNode(name)
        .filter(node -> !isNothing(node))
        .flatMap(node -> wholeNumber(node).or(() -> leaveOut(name, node, "a whole number")));
  }

  private static Optional<Long> wholeNumber(JsonNode node) {
    if (node.isTextual() && node.textValue().strip().matches("\\d{1,18}")) {
      return Optional.of(Long.parseLong(node.textValue().strip()));
    }
    // Some serializers write every number with a fraction, as 12.0.
    return node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToLong()
        ? Optional.of(node.longValue()).filter(number -> number >= 0)
        : Optional.empty();
  }

  /** A whole number of at most 31 bits that may be absent. */
  public Optional<Integer> maybeCount(String name) {
    return maybeNumber(name)
        .flatMap(
            number ->
                number <= Integer.MAX_VALUE
                    ? Optional.of(number.intValue())
                    : leaveOut(name, Long.toString(number), "a number up to " + Integer.MAX_VALUE));
  }

  /** A number that may be absent and may have a fraction; digits in a text will do. */
  public Optional<Double> maybeDecimal(String name) {
    return maybeNode(name)
        .filter(node -> !isNothing(node))
        .flatMap(node -> decimal(node).or(() -> leaveOut(name, node, DECIMAL_EXPECTED)));
  }

  private static Optional<Double> decimal(JsonNode node) {
    boolean isNumber =
        node.isNumber()
            || (node.isTextual() && DECIMAL.matcher(node.textValue().strip()).matches());
    return isNumber
        ? Optional.of(Double.parseDouble(node.asText().strip())).filter(Double::isFinite)
        : Optional.empty();
  }

  /** True or false, or absent. */
  public Optional<Boolean> maybeFlag(String name) {
    return maybeNode(name)
        .filter(node -> !isNothing(node))
        .flatMap(
            node -> {
              if (node.isBoolean()) {
                return Optional.of(node.booleanValue());
              }
              String text = node.isTextual() ? node.textValue().strip() : "";
              return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
                  ? Optional.of(Boolean.parseBoolean(text))
                  : leaveOut(name, node, "true or false");
            });
  }

  /**
   * Leaves out the value of an optional field.
   *
   * @return always empty
   * @throws MissingField where reading is strict
   */
  public <T> Optional<T> leaveOut(String name, String value, String expected) {
    leaveOut(unusable(name, value, expected));
    return Optional.empty();
  }

  private <T> Optional<T> leaveOut(String name, JsonNode value, String expected) {
    return leaveOut(name, text(value), expected);
  }

  private void leaveOut(MissingField problem) {
    if (mode.strict()) {
      throw problem;
    }
    mode.leftOut().add(problem);
  }

  /**
   * Refuses fields that are not among {@code known}: whoever writes one means something by it,
   * which would otherwise be lost without a word.
   *
   * @param what what the object is, as {@code a deployment}
   * @throws MissingField for the first of them, with the nearest known name
   */
  public void refuseUnknown(String what, Collection<String> known) {
    for (String name : names()) {
      if (!known.contains(name) && !name.startsWith(OWN_PREFIX)) {
        throw MissingField.unknown(path(name), what, NearestName.of(name, known), known);
      }
    }
  }

  /** The problem that {@code name} is absent or, if it has a value, that this can't be used. */
  public MissingField absent(String name, String expected) {
    return maybeNode(name)
        .filter(node -> !isNothing(node))
        .map(node -> unusable(name, text(node), expected))
        .orElseGet(() -> MissingField.absent(path(name), expected));
  }

  /** The problem that the value of {@code name} can't be used. */
  public MissingField unusable(String name, String value, String expected) {
    return MissingField.unusable(path(name), value, expected);
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  /** At most the first 100 characters of {@code text}, for messages. */
  public static String beginning(String text) {
    return text.substring(0, Math.min(text.length(), 100));
  }

  /** {@code text}, cut to {@link #LONGEST_TEXT} characters and marked if it is longer. */
  public static String cut(String text) {
    return Bounds.cut(text, LONGEST_TEXT);
  }

  /**
   * How the objects of one body are read.
   *
   * @param strict whether optional values that can't be used are refused
   * @param times the latest time that is accepted
   * @param leftOut takes what is left out
   */
  private record Mode(boolean strict, TimeBound times, LeftOut leftOut) {}
}
