package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.queries.Page;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is answered.
 *
 * @param json as JSON
 * @param head names of the columns as CSV; empty if there is no CSV of it
 * @param rows the rows as CSV, maybe nested
 * @param next the cursor of the next page; empty if there is none
 */
record Answer(
    Object json, List<String> head, List<Map<String, Object>> rows, Optional<String> next) {

  Answer {
    requireNonNull(json);
    head = List.copyOf(head);
    // No copy: the rows of a series are made as they are written.
    rows = Collections.unmodifiableList(rows);
    requireNonNull(next);
  }

  static Answer ofOne(Map<String, Object> json) {
    return new Answer(json, List.of(), List.of(), Optional.empty());
  }

  static Answer ofRows(Object json, List<String> head, List<Map<String, Object>> rows) {
    return new Answer(json, head, rows, Optional.empty());
  }

  static Answer ofPage(Page page, Map<String, Object> itemSchema) {
    return new Answer(
        page.json(),
        Schemas.flatNames(itemSchema),
        page.items(),
        Optional.ofNullable(page.next()).map(Cursor::encoded));
  }
}
