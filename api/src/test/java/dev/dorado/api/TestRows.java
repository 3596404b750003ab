package dev.dorado.api;

import dev.dorado.schemas.Connections;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes rows of facts as the sink would: {@code
 * rows.deployment("checkout","d1","2026-03-02T10:00:00Z").with("failed",true)}, then {@code
 * rows.insert()}.
 */
final class TestRows {

  private static final int MOST_AT_ONCE = 500;

  private final Connections connections;
  private final List<Row> rows = new ArrayList<>();

  TestRows(Connections connections) {
    this.connections = connections;
  }

  /** A deployment to production that succeeded and counts. */
  Row deployment(String service, String id, String finishedAt) {
    return row("deployments")
        .with("service", service)
        .with("id", id)
        .with("environment", "production")
        .with("environments", List.of("production"))
        .with("started_at", Instant.parse(finishedAt).minusSeconds(60))
        .with("finished_at", Instant.parse(finishedAt))
        .with("status", "succeeded")
        .with("counted", true)
        .with("kind", "forward")
        .with("changes", 1);
  }

  /** A change that was shipped. */
  Row change(String service, String id, String deployedAt, String deployment) {
    return row("changes")
        .with("service", service)
        .with("id", id)
        .with("environment", "production")
        .with("repository", id.replaceFirst("[#@].*", ""))
        .with("sha", "0".repeat(40))
        .with("merged_at", Instant.parse(deployedAt).minusSeconds(600))
        .with("deployed_at", Instant.parse(deployedAt))
        .with("deployment_id", deployment)
        .with("shipping_rule", "S4");
  }

  /** An incident in production. */
  Row incident(String service, String id, String startedAt) {
    return row("incidents")
        .with("service", service)
        .with("id", id)
        .with("environment", "production")
        .with("started_at", Instant.parse(startedAt));
  }

  /** A correction that is in force. */
  Row correction(String service, String id, String madeAt, String action) {
    return row("corrections")
        .with("service", service)
        .with("id", id)
        .with("made_at", Instant.parse(madeAt))
        .with("action", action)
        .with("reason", "seen in the log")
        .with("effect", "in force");
  }

  /** What the catalog says of a service from a time on. */
  Row catalog(String service, String validFrom, String owner) {
    return row("catalog")
        .with("service", service)
        .with("valid_from", Instant.parse(validFrom))
        .with("owner", owner);
  }

  /** A measurement of a service. */
  Row measurement(String service, String name, String time, double value) {
    return row("measurements")
        .with("id", service + " " + name + " " + time)
        .with("occurred_at", Instant.parse(time))
        .with("name", name)
        .with("unit", "seconds")
        .with("value", value)
        .with("service", service);
  }

  /** A CI run on the default branch, five minutes long. */
  Row run(String service, String id, String finishedAt, String sha, String outcome) {
    return row("ci_runs")
        .with("service", service)
        .with("id", id)
        .with("repository", "github.com/acme/" + service)
        .with("workflow", "CI")
        .with("trigger", "push")
        .with("default_branch", true)
        .with("sha", sha)
        .with("finished_at", Instant.parse(finishedAt))
        .with("outcome", outcome)
        .with("duration", 300.0);
  }

  /** A row of any table. */
  Row row(String table) {
    var row = new Row(table);
    rows.add(row);
    return row;
  }

  /** Writes what was said: half of it is in the snapshots afterwards, half was written since. */
  void insert() throws SQLException {
    List<Row> all = List.copyOf(rows);
    write(all.subList(0, all.size() / 2));
    TestSnapshots.take(connections);
    write(all.subList(all.size() / 2, all.size()));
    rows.clear();
  }

  private void write(List<Row> rows) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      Map<String, List<Row>> alike = new LinkedHashMap<>();
      for (Row row : rows) {
        alike.computeIfAbsent(row.insert(connections), first -> new ArrayList<>()).add(row);
      }
      for (var entry : alike.entrySet()) {
        List<String> literals = entry.getValue().stream().map(Row::literals).toList();
        for (int i = 0; i < literals.size(); i += MOST_AT_ONCE) {
          statement.execute(
              entry.getKey()
                  + String.join(
                      ", ", literals.subList(i, Math.min(i + MOST_AT_ONCE, literals.size()))));
        }
      }
    }
  }

  /** A row to be. */
  static final class Row {
    private final String table;
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Row(String table) {
      this.table = table;
      values.put("row_version", 1);
      values.put("row_deleted", 0);
    }

    Row with(String column, Object value) {
      values.put(column, value);
      return this;
    }

    /** The same row, taken back by a later version. */
    Row retracted() {
      return with("row_version", 2).with("row_deleted", 1);
    }

    private String insert(Connections connections) {
      boolean isFact =
          !Set.of("audit", "deliveries", "refusals", "rejected", "flags", "measurements")
              .contains(table);
      return "INSERT INTO %s.%s (%s) VALUES "
          .formatted(
              isFact ? connections.database(1) : connections.database(),
              table,
              String.join(", ", values.keySet()));
    }

    private String literals() {
      return values.values().stream().map(Row::literal).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String literal(Object value) {
      if (value instanceof Instant time) {
        return "'" + time.toString().replace('T', ' ').replace("Z", "") + "'";
      }
      if (value instanceof List<?> list) {
        return list.stream().map(Row::literal).collect(Collectors.joining(", ", "[", "]"));
      }
      return value instanceof String text
          ? "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
          : String.valueOf(value);
    }
  }
}
