package dev.dorado.api.queries;

import static dev.dorado.api.queries.Column.count;
import static dev.dorado.api.queries.Column.millis;
import static dev.dorado.api.queries.Column.text;
import static dev.dorado.api.queries.Column.time;
import static java.util.Objects.requireNonNull;

import dev.dorado.api.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who did what, and who was refused: the audit trail. */
public final class AuditQuery {

  /** The columns of a row. */
  public static final List<Column> COLUMNS =
      List.of(
          text("id", "Id."),
          time("occurred_at", "When; of refusals the start of the minute."),
          text("actor", "Token, person or account; empty if nobody is known."),
          text("role", "What the actor may do; shell of a command; empty if nobody is known."),
          text("action", "What was done; of a refusal the method and the route."),
          text("subject", "What it was done to."),
          text("outcome", "allowed, written before it was done; or refused."),
          text("address", "Address of the connection; empty of commands."),
          text("reference", "Id of the correction or delivery that has the rest."),
          count("count", "How many requests of that minute were refused alike; else 1."),
          text("detail", "Status and reason of the last refusal."));

  private static final String AT = millis("occurred_at");
  private static final int KEY_LENGTH = 2;

  private final Database database;

  /** The query. */
  public AuditQuery(Database database) {
    this.database = requireNonNull(database);
  }

  /**
   * A page of what was done and refused in the period, newest first.
   *
   * @param outcome allowed or refused alone, if wanted
   */
  public Page page(Query query, Optional<String> outcome) {
    List<Sql> conditions = new ArrayList<>();
    conditions.add(
        Sql.of(
            "%1$s >= ? AND %1$s < ?".formatted(AT),
            query.period().from().toEpochMilli(),
            query.period().to().toEpochMilli()));
    outcome.ifPresent(wanted -> conditions.add(Sql.of("outcome = ?", wanted)));
    if (query.cursor() != null) {
      conditions.add(
          Sql.of(
              "(%s, id) < (?, ?)".formatted(AT),
              query.cursor().millis(KEY_LENGTH),
              query.cursor().key().get(1)));
    }
    List<Map<String, Object>> rows =
        database.rows(
            "audit",
            Sql.of(
                    COLUMNS.stream()
                            .map(Column::selected)
                            .collect(Collectors.joining(", ", "SELECT ", ""))
                        + " FROM %s.audit FINAL WHERE".formatted(database.common()))
                .then(Sql.all(conditions))
                .then("ORDER BY %s DESC, id DESC LIMIT ?".formatted(AT), query.limit() + 1),
            row -> {
              Map<String, Object> json = new LinkedHashMap<>();
              for (int i = 0; i < COLUMNS.size(); i++) {
                json.put(COLUMNS.get(i).name(), COLUMNS.get(i).read(row, i + 1));
              }
              return json;
            });
    return Page.byTime(rows, query.limit(), "occurred_at", "id");
  }
}
