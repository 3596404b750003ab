package dev.dorado.api.queries;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The newest rows of a table, with some of their columns: from its snapshot and what was written
 * since, or with {@code FINAL}. Immutable.
 *
 * @param table name of the table
 * @param isCommon whether all generations have it in common
 * @param inSnapshot the columns that its snapshot has; none if there is no snapshot
 * @param computed SQL of those of them that the table itself lacks, by name
 */
record NewestRows(
    String table, boolean isCommon, Set<String> inSnapshot, Map<String, String> computed) {

  /** With more services all are counted, which keeps the query short. */
  private static final int MOST_CHANGED = 2000;

  NewestRows {
    inSnapshot = Set.copyOf(inSnapshot);
    computed = Map.copyOf(computed);
  }

  /**
   * SELECT of the newest rows that {@code condition} holds for.
   *
   * @param limits what follows from the condition, for the snapshot: in the order of its rows, or
   *     by its indexes, so that rows beyond are not read
   * @param condition on columns of the snapshot; on computed ones only if they are selected
   */
  Sql select(Database database, Collection<String> selected, Sql limits, Sql condition) {
    Optional<Snapshot> snapshot = snapshot(database, selected);
    return snapshot.isEmpty()
        ? selectFinal(database, selected, condition)
        : selectFrom(snapshot.get(), database, selected, limits, condition);
  }

  /** SELECT of the newest rows of the table itself, of which all columns are there. */
  Sql selectFinal(Database database, Collection<String> selected, Sql condition) {
    String list =
        selected.stream()
            .map(name -> computed.containsKey(name) ? computed.get(name) + " AS " + name : name)
            .collect(Collectors.joining(", "));
    return Sql.of("SELECT %s FROM %s FINAL WHERE".formatted(list, in(database))).then(condition);
  }

  /**
   * What is counted of each service over all its rows. It is remembered, and if rows were written,
   * only their services are counted again. The service is a part of each row's key, so no row moves
   * between services.
   *
   * @param what names the question
   * @param columns all columns that {@code count} reads
   * @param count counts the rows of a FROM by service; its values are immutable
   */
  <T> Map<String, T> countByService(
      Database database, String what, List<String> columns, Function<Sql, Map<String, T>> count) {
    return database.remember(
        what, List.of(table), () -> countAgain(database, what, columns, count));
  }

  private <T> Map<String, T> countAgain(
      Database database, String what, List<String> columns, Function<Sql, Map<String, T>> count) {
    Optional<Snapshot> snapshot = snapshot(database, columns);
    if (snapshot.isEmpty()) {
      return count.apply(from(selectFinal(database, columns, Sql.of("true"))));
    }
    String list = String.join(", ", columns);
    Map<String, T> ofSnapshot =
        database.remember(
            what + " of the snapshot",
            List.of(table + "_snapshot"),
            () ->
                count.apply(
                    from(Sql.of("SELECT %s FROM %s_snapshot".formatted(list, in(database))))));
    Set<String> changed = database.changedServices();
    if (changed.isEmpty()) {
      return ofSnapshot;
    }
    if (changed.size() > MOST_CHANGED) {
      return count.apply(from(select(database, columns, Sql.of("true"), Sql.of("true"))));
    }
    Map<String, T> counted = new HashMap<>(ofSnapshot);
    counted.keySet().removeAll(changed);
    counted.putAll(
        count.apply(
            from(
                select(
                    database, columns, Sql.of("true"), Sql.in("service", List.copyOf(changed))))));
    return counted;
  }

  /** The rows that were written since the snapshot was taken, to stand after FROM. */
  Optional<Sql> writtenSince(Database database) {
    return database
        .snapshot(table)
        .map(snapshot -> Sql.of(in(database) + "_recent").then(since(snapshot)));
  }

  private Optional<Snapshot> snapshot(Database database, Collection<String> selected) {
    return inSnapshot.containsAll(selected) ? database.snapshot(table) : Optional.empty();
  }

  private Sql selectFrom(
      Snapshot snapshot,
      Database database,
      Collection<String> selected,
      Sql limits,
      Sql condition) {
    String list = String.join(", ", selected);
    String recent = in(database) + "_recent";
    Sql since = since(snapshot);
    return Sql.of("SELECT %s FROM %s_snapshot WHERE".formatted(list, in(database)))
        .then(Sql.all(List.of(limits, condition)))
        .then("AND row_key NOT IN (SELECT row_key FROM %s".formatted(recent))
        .then(since)
        .then(") UNION ALL SELECT %s FROM %s FINAL".formatted(list, recent))
        .then(since)
        .then("AND")
        .then(condition);
  }

  /** The table's name with its database. */
  private String in(Database database) {
    return (isCommon ? database.common() : database.name()) + "." + table;
  }

  private static Sql since(Snapshot snapshot) {
    return Sql.of("WHERE written_at >= toDateTime(?)", snapshot.since());
  }

  private static Sql from(Sql select) {
    return Sql.of("FROM (").then(select).then(")");
  }
}
