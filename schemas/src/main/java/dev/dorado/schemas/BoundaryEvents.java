package dev.dorado.schemas;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Events with one value at its bound or just beyond it, for each value that a schema has: fields,
 * fields of records within, items of lists and entries of maps. They are made from the schemas and
 * {@link Bounds} alone, so that a new field is among them. With them the tests of every module show
 * that what ingest accepts passes everything behind it. Immutable.
 *
 * @param bounds the bounds
 */
public record BoundaryEvents(Bounds bounds) {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** More than any bound; lists and maps may have fewer. */
  private static final int LONGEST_TEXT = 20_000;

  private static final int MOST_ITEMS = 10_001;

  /** Values with which the rules go on to derive something, by field, or by record and field. */
  private static final Map<String, String> MEANINGFUL =
      Map.ofEntries(
          Map.entry("status", "succeeded"),
          Map.entry("CiRunEvent.status", "finished"),
          Map.entry("outcome", "success"),
          Map.entry("transition", "opened"),
          Map.entry("source", "deployment"),
          Map.entry("kind", "incident"),
          Map.entry("action", "exclude"),
          Map.entry("ref", "refs/heads/main"),
          Map.entry("default_branch", "main"),
          Map.entry("repository", "github.com/acme/shop"),
          Map.entry("service", "shop"),
          Map.entry("environment", "production"),
          Map.entry("sha", "a".repeat(40)),
          Map.entry("before", "b".repeat(40)),
          Map.entry("after", "a".repeat(40)),
          Map.entry("head", "a".repeat(40)),
          Map.entry("origin", "live"),
          Map.entry("state", "approved"));

  /** With these, an event would mean less. */
  private static final Set<String> UNSET = Set.of("CiRunEvent.job", "CiRunEvent.service");

  /**
   * An event with a value that is at its bound or beyond it.
   *
   * @param path where the value is, as {@code commits[0].sha}
   * @param event the event
   */
  public record Case(String path, SpecificRecord event) {}

  /** An event of which no value is near its bound. */
  public static <V extends SpecificRecord> V ordinary(Topic<V> topic, String id) {
    SpecificRecord event = record(topic.schema());
    event.put(topic.schema().getField("id").pos(), id);
    return topic.valueType().cast(event);
  }

  /** Events of a topic with one value each at its bound. */
  public List<Case> atBounds(Topic<? extends SpecificRecord> topic) {
    return cases(topic, false);
  }

  /** Events of a topic with one value each just beyond its bound. */
  public List<Case> beyondBounds(Topic<? extends SpecificRecord> topic) {
    return cases(topic, true);
  }

  private List<Case> cases(Topic<? extends SpecificRecord> topic, boolean isBeyond) {
    List<Case> cases = new ArrayList<>();
    for (Place place : places(topic.schema())) {
      for (Object value : isBeyond ? beyond(topic, place) : at(topic, place)) {
        String id = "%s %d %s".formatted(place.path(), cases.size(), isBeyond);
        cases.add(new Case(place.path(), event(topic, place, id, value)));
      }
    }
    return cases;
  }

  private List<?> at(Topic<? extends SpecificRecord> topic, Place place) {
    return switch (place.type().getType()) {
      case STRING, ARRAY, MAP -> List.of(place.ofSize(largest(topic, place)));
      case LONG ->
          isTime(place.type())
              ? List.of(bounds.earliest(), latest(place))
              : List.of(Long.MIN_VALUE, Long.MAX_VALUE);
      case INT -> List.of(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case DOUBLE -> List.of(-Bounds.NUMBER, Bounds.NUMBER);
      case BOOLEAN -> List.of(true);
      default -> List.of();
    };
  }

  private List<?> beyond(Topic<? extends SpecificRecord> topic, Place place) {
    return switch (place.type().getType()) {
      case STRING, ARRAY, MAP -> List.of(place.ofSize(largest(topic, place) + 1));
      case LONG ->
          isTime(place.type())
              ? List.of(bounds.earliest().minusMillis(1), latest(place).plusMillis(1))
              : List.of();
      case DOUBLE -> List.of(Math.nextUp(Bounds.NUMBER), Double.NaN, Double.NEGATIVE_INFINITY);
      default -> List.of();
    };
  }

  private Instant latest(Place place) {
    return Bounds.isScheduled(place.name()) ? Bounds.LATEST_SCHEDULED : bounds.latest();
  }

  /** The largest size with which an event passes as it is. */
  private int largest(Topic<? extends SpecificRecord> topic, Place place) {
    int within = 1;
    int beyond = place.type().getType() == Schema.Type.STRING ? LONGEST_TEXT : MOST_ITEMS;
    if (passes(event(topic, place, "largest", place.ofSize(beyond)))) {
      throw new IllegalStateException(
          "%s of %s has no bound up to %d".formatted(place.path(), topic.name(), beyond));
    }
    while (beyond - within > 1) {
      int middle = (within + beyond) / 2;
      if (passes(event(topic, place, "largest", place.ofSize(middle)))) {
        within = middle;
      } else {
        beyond = middle;
      }
    }
    return within;
  }

  private boolean passes(SpecificRecord event) {
    var fitted = bounds.fit(event);
    return fitted.refused().isEmpty() && fitted.adapted().isEmpty();
  }

  private static SpecificRecord event(
      Topic<? extends SpecificRecord> topic, Place place, String id, Object value) {
    SpecificRecord event = ordinary(topic, id);
    place.setter().accept(event, value);
    return event;
  }

  /**
   * A value of an event.
   *
   * @param path where it is in the event
   * @param name name of its field
   * @param type its type, which may not be null
   * @param setter gives it another value
   */
  private record Place(
      String path, String name, Schema type, BiConsumer<SpecificRecord, Object> setter) {

    /** A text of so many characters, or a list or map of so many entries. */
    Object ofSize(int size) {
      return switch (type.getType()) {
        case STRING -> "x".repeat(size);
        case ARRAY ->
            new ArrayList<>(Collections.nCopies(size, value(name, type.getElementType())));
        default -> {
          Map<String, String> map = new HashMap<>();
          for (int i = 0; i < size; i++) {
            map.put("name" + i, "production");
          }
          yield map;
        }
      };
    }
  }

  private static List<Place> places(Schema schema) {
    List<Place> places = new ArrayList<>();
    addPlaces(places, schema, "", event -> event);
    return places;
  }

  private static void addPlaces(
      List<Place> places,
      Schema schema,
      String prefix,
      Function<SpecificRecord, SpecificRecord> within) {
    for (var field : schema.getFields()) {
      String path = prefix + field.name();
      int at = field.pos();
      Schema type = notNull(field.schema());
      places.add(
          new Place(
              path, field.name(), type, (event, value) -> within.apply(event).put(at, value)));
      switch (type.getType()) {
        case RECORD ->
            addPlaces(
                places, type, path + ".", event -> (SpecificRecord) within.apply(event).get(at));
        case ARRAY -> {
          Schema item = type.getElementType();
          if (item.getType() == Schema.Type.RECORD) {
            addPlaces(
                places,
                item,
                path + "[0].",
                event -> (SpecificRecord) ((List<?>) within.apply(event).get(at)).get(0));
          } else {
            places.add(entry(path + "[0]", field.name(), item, text -> List.of(text), within, at));
          }
        }
        case MAP -> {
          Schema text = type.getValueType();
          places.add(entry(path + " key", field.name(), text, key -> Map.of(key, "x"), within, at));
          places.add(
              entry(path + " value", field.name(), text, entry -> Map.of("x", entry), within, at));
        }
        default -> {}
      }
    }
  }

  /** The only entry of a list or map. */
  private static Place entry(
      String path,
      String name,
      Schema type,
      Function<String, Object> collection,
      Function<SpecificRecord, SpecificRecord> within,
      int at) {
    return new Place(
        path,
        name,
        type,
        (event, text) -> within.apply(event).put(at, collection.apply((String) text)));
  }

  private static SpecificRecord record(Schema schema) {
    var record =
        (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (var field : schema.getFields()) {
      String inRecord = schema.getName() + "." + field.name();
      if (UNSET.contains(inRecord)) {
        continue;
      }
      String name = MEANINGFUL.containsKey(inRecord) ? inRecord : field.name();
      record.put(field.pos(), value(name, notNull(field.schema())));
    }
    return record;
  }

  private static Object value(String name, Schema schema) {
    return switch (schema.getType()) {
      case STRING -> MEANINGFUL.getOrDefault(name, name);
      case BOOLEAN -> false;
      case INT -> 1;
      case DOUBLE -> 1.0;
      case LONG -> isTime(schema) ? NOW : (Object) 1L;
      case ARRAY -> new ArrayList<>(List.of(value(name, schema.getElementType())));
      case MAP -> new HashMap<>();
      case RECORD -> record(schema);
      default -> throw new IllegalArgumentException("no value for " + schema);
    };
  }

  private static Schema notNull(Schema schema) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  private static boolean isTime(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis;
  }
}
