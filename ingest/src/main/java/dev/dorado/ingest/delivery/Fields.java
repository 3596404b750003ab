package dev.dorado.ingest.delivery;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A JSON object of a delivery, read field by field. What a field must have and lacks is a {@link
 * MissingField} that names its path; null, absent and blank are the same. Immutable as far as the
 * JSON is.
 */
public final class Fields {

  /** Texts for people are cut at this many characters. */
  public static final int LONGEST_TEXT = 16_384;

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final JsonNode object;

  // Only messages have paths: they are put together when one is asked for.
  private final Supplier<String> path;

  private Fields(JsonNode object, Supplier<String> path) {
    this.object = object;
    this.path = path;
  }

  /**
   * The fields of {@code node}.
   *
   * @param path the path of the node, {@code $} for the body
   * @throws MissingField if it is not an object
   */
  public static Fields of(JsonNode node, String path) {
    return of(node, () -> path);
  }

  private static Fields of(JsonNode node, Supplier<String> path) {
    if (!requireNonNull(node).isObject()) {
      throw MissingField.unusable(path.get(), node.toString(), "a JSON object");
    }
    return new Fields(node, path);
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
    return maybeNode(name).map(node -> of(node, () -> path(name)));
  }

  /** The objects of an array that must be there, maybe empty. */
  public List<Fields> objects(String name) {
    return objects(name, false);
  }

  private List<Fields> objects(String name, boolean withoutNulls) {
    JsonNode array = maybeNode(name).orElseThrow(() -> absent(name, "a JSON array of objects"));
    if (!array.isArray()) {
      throw unusable(name, array, "a JSON array of objects");
    }
    List<Fields> objects = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      if (!withoutNulls || !array.get(i).isNull()) {
        int place = i;
        objects.add(of(array.get(i), () -> path(name) + "[" + place + "]"));
      }
    }
    return objects;
  }

  /** The objects of an array that may be absent, which is like empty; nulls in it are left out. */
  public List<Fields> maybeObjects(String name) {
    return maybeNode(name).isPresent() ? objects(name, true) : List.of();
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
        .map(
            node -> {
              if (!node.isValueNode()) {
                throw unusable(name, node, "a text");
              }
              return node.asText().strip();
            })
        .filter(text -> !text.isEmpty());
  }

  /** As {@link #maybeText}, cut at {@link #LONGEST_TEXT} characters. */
  public Optional<String> maybeLongText(String name) {
    return maybeText(name).map(Fields::cut);
  }

  /** A text or an array of texts; empty if absent. */
  public Optional<List<String>> maybeTexts(String name) {
    return maybeNode(name)
        .map(
            node -> {
              List<JsonNode> items = new ArrayList<>();
              if (node.isArray()) {
                node.forEach(items::add);
              } else {
                items.add(node);
              }
              if (!items.stream().allMatch(JsonNode::isValueNode)) {
                throw unusable(name, node, "a text or an array of texts");
              }
              return items.stream()
                  .map(item -> item.isNull() ? "" : item.asText().strip())
                  .filter(text -> !text.isEmpty())
                  .toList();
            });
  }

  /** A time that must be there. */
  public Instant time(String name) {
    return maybeTime(name).orElseThrow(() -> absent(name, SenderTime.EXPECTED));
  }

  /** A time that may be absent. */
  public Optional<Instant> maybeTime(String name) {
    return maybeNode(name)
        .filter(node -> !SenderTime.isNever(node))
        .map(
            node ->
                SenderTime.parse(node)
                    .orElseThrow(() -> unusable(name, node, SenderTime.EXPECTED)));
  }

  /** A time that may be absent; one without an offset is in UTC, for senders that mean that. */
  public Optional<Instant> maybeTimeInUtc(String name) {
    return maybeText(name)
        .map(
            text ->
                SenderTime.parseInUtc(text)
                    .orElseThrow(() -> unusable(name, text, SenderTime.EXPECTED)));
  }

  /** A whole number that must be there. */
  public long number(String name) {
    return maybeNumber(name).orElseThrow(() -> absent(name, "a whole number"));
  }

  /** A whole number, from 0, that may be absent; digits in a text will do. */
  public Optional<Long> maybeNumber(String name) {
    return maybeNode(name)
        .filter(node -> !(node.isTextual() && node.textValue().isBlank()))
        .map(
            node -> {
              boolean whole = node.isIntegralNumber() && node.canConvertToLong();
              if (whole && node.longValue() >= 0) {
                return node.longValue();
              }
              if (node.isTextual() && node.textValue().strip().matches("\\d{1,18}")) {
                return Long.parseLong(node.textValue().strip());
              }
              throw unusable(name, node, "a whole number");
            });
  }

  /** A whole number of at most 31 bits that may be absent. */
  public Optional<Integer> maybeCount(String name) {
    return maybeNumber(name)
        .map(
            number -> {
              if (number > Integer.MAX_VALUE) {
                throw MissingField.unusable(
                    path(name), Long.toString(number), "a number up to " + Integer.MAX_VALUE);
              }
              return number.intValue();
            });
  }

  /** True or false, or absent. */
  public Optional<Boolean> maybeFlag(String name) {
    return maybeNode(name)
        .map(
            node -> {
              if (node.isBoolean()) {
                return node.booleanValue();
              }
              String text = node.isTextual() ? node.textValue().strip() : "";
              if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return Boolean.parseBoolean(text);
              }
              throw unusable(name, node, "true or false");
            });
  }

  /** The problem that {@code name} is absent. */
  public MissingField absent(String name, String expected) {
    return MissingField.absent(path(name), expected);
  }

  /** The problem that the value of {@code name} can't be used. */
  public MissingField unusable(String name, String value, String expected) {
    return MissingField.unusable(path(name), value, expected);
  }

  private MissingField unusable(String name, JsonNode value, String expected) {
    return unusable(name, value.isTextual() ? value.textValue() : value.toString(), expected);
  }

  /** At most the first 100 characters of {@code text}, for messages. */
  public static String beginning(String text) {
    return text.substring(0, Math.min(text.length(), 100));
  }

  /** At most the first {@link #LONGEST_TEXT} characters of {@code text}; no character is halved. */
  public static String cut(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? 1 : 0;
    return text.substring(0, LONGEST_TEXT - end);
  }
}
