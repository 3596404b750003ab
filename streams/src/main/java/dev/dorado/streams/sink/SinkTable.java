package dev.dorado.streams.sink;

import dev.dorado.deliveries.Delivery;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * A table of ClickHouse, and the topic whose records are its rows. Columns are named like the
 * fields of the records; {@code row_version} is the record's offset, {@code row_deleted} says that
 * it retracts.
 *
 * @param topic the topic
 * @param database the database that has the table
 * @param name name of the table
 */
record SinkTable(Topic<? extends SpecificRecord> topic, String database, String name) {

  private static final Map<Topic<? extends SpecificRecord>, String> FACTS =
      Map.of(
          Topics.DEPLOYMENT_FACTS, "deployments",
          Topics.CHANGE_FACTS, "changes",
          Topics.INCIDENT_FACTS, "incidents",
          Topics.CI_RUN_FACTS, "ci_runs",
          Topics.CATALOG_FACTS, "catalog",
          Topics.CORRECTION_FACTS, "corrections",
          Topics.CANDIDATE_FACTS, "candidates",
          Topics.CONFLICT_FACTS, "conflicts");

  /** Tables that have snapshots and the rows written since (migrations 013, 016 and 017). */
  private static final Set<String> WITH_SNAPSHOT =
      Set.of("changes", "deployments", "ci_runs", "deliveries");

  /** DateTime64(3) holds these times; others wrap around without a word. */
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2262-04-11T00:00:00Z");

  private static final String RETRACTED = "retracted";

  /** Fields that are no columns: the topic keeps them. */
  private static final Set<String> KEPT_IN_TOPIC =
      Set.of(RETRACTED, "headers", "body", "record_key", "record_value", "provenance");

  /** Further ones of a topic: who changed a flag, and the title that says so, are for no table. */
  private static final Map<Topic<? extends SpecificRecord>, Set<String>> KEPT_IN_ITS_TOPIC =
      Map.of(Topics.FLAGS, Set.of("author", "title"));

  /** The tables of facts of a generation. */
  static List<SinkTable> ofGeneration(Connections connections, int generation) {
    return FACTS.entrySet().stream()
        .map(
            fact ->
                new SinkTable(
                    Topics.of(fact.getKey(), generation),
                    connections.database(generation),
                    fact.getValue()))
        .toList();
  }

  /** The tables that all generations have in common. */
  static List<SinkTable> common(Connections connections) {
    return List.of(
        new SinkTable(Topics.DELIVERIES, connections.database(), "deliveries"),
        new SinkTable(Topics.REFUSALS, connections.database(), "refusals"),
        new SinkTable(Topics.REJECTED, connections.database(), "rejected"),
        new SinkTable(Topics.AUDIT, connections.database(), "audit"),
        new SinkTable(Topics.FLAGS, connections.database(), "flags"),
        new SinkTable(Topics.MEASUREMENTS, connections.database(), "measurements"));
  }

  /**
   * Whether an older version of a row must not be written once a newer one is there. The table
   * itself keeps the newest, but the rows written since its snapshot would have the older one.
   */
  boolean takesNewerOnly() {
    return WITH_SNAPSHOT.contains(name);
  }

  /** Whether the table has a newer version of a row. */
  boolean hasNewer(Connection connection, SpecificRecord value, long version) throws SQLException {
    List<String> key = List.of(topic.key().split(", | and "));
    String sql =
        "SELECT count() FROM %s.%s WHERE %s = ? AND row_version > ?"
            .formatted(database, name, String.join(" = ? AND ", key));
    try (var statement = connection.prepareStatement(sql)) {
      int at = 1;
      for (String column : key) {
        statement.setObject(at++, value.get(value.getSchema().getField(column).pos()));
      }
      statement.setLong(at, version);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1) > 0;
      }
    }
  }

  /** The statement that inserts rows. */
  String insert() {
    List<String> columns = new ArrayList<>();
    fields().forEach(field -> columns.add(field.name()));
    computed().forEach(column -> columns.add(column.name()));
    columns.add("row_version");
    columns.add("row_deleted");
    return "INSERT INTO %s.%s (%s) VALUES (%s)"
        .formatted(
            database,
            name,
            String.join(", ", columns),
            String.join(", ", Collections.nCopies(columns.size(), "?")));
  }

  /** A row that ClickHouse would not hold as it is. The message names the column and the value. */
  static final class UnwritableRow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnwritableRow(String message) {
      super(message);
    }
  }

  /**
   * Adds a row to a batch of {@link #insert}.
   *
   * @param offset the record's offset in its topic
   * @throws UnwritableRow if a value is beyond what its column holds; nothing is added
   */
  void add(PreparedStatement batch, SpecificRecord value, long offset) throws SQLException {
    List<Object> columns = new ArrayList<>();
    for (var field : fields()) {
      columns.add(column(field.name(), value.get(field.pos())));
    }
    int at = 1;
    for (Object column : columns) {
      batch.setObject(at++, column);
    }
    for (var column : computed()) {
      batch.setObject(at++, column.value().apply(value));
    }
    batch.setLong(at++, isObservation() ? ObservationVersion.of(value) : offset);
    batch.setInt(at, isRetraction(value) ? 1 : 0);
    batch.addBatch();
  }

  private boolean isObservation() {
    return Topics.observations().contains(topic);
  }

  private boolean isRetraction(SpecificRecord value) {
    if (isObservation()) {
      return ObservationVersion.isWithdrawn(value);
    }
    var field = value.getSchema().getField(RETRACTED);
    return field != null && Boolean.TRUE.equals(value.get(field.pos()));
  }

  private List<Schema.Field> fields() {
    return topic.schema().getFields().stream()
        .filter(field -> !KEPT_IN_TOPIC.contains(field.name()))
        .filter(field -> !KEPT_IN_ITS_TOPIC.getOrDefault(topic, Set.of()).contains(field.name()))
        .toList();
  }

  private record Computed(String name, Function<SpecificRecord, Object> value) {}

  private List<Computed> computed() {
    return topic.equals(Topics.DELIVERIES)
        ? List.of(new Computed("bytes", value -> (long) ((Delivery) value).getBody().remaining()))
        : List.of();
  }

  private static Object column(String name, Object value) {
    if (value instanceof Instant instant) {
      if (instant.isBefore(EARLIEST) || !instant.isBefore(LATEST)) {
        throw new UnwritableRow(
            "%s is %s: expected a time from %s to %s, which ClickHouse can hold"
                .formatted(name, instant, EARLIEST, LATEST));
      }
      return instant.atZone(ZoneOffset.UTC);
    }
    if (value instanceof List<?> list) {
      return list.toArray(new String[0]);
    }
    return value;
  }
}
