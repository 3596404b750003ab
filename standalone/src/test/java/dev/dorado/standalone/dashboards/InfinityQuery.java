package dev.dorado.standalone.dashboards;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query of Grafana's Infinity datasource, read as its backend parser does: parameters are added
 * to the address, the root selector leads to the rows, and each column's selector to a value; both
 * are names joined with dots. A name may be followed by a JSONata predicate, as in {@code
 * effects[primary=true]}, which chooses a single element here.
 */
record InfinityQuery(JsonNode json) {

  private static final Pattern PREDICATE =
      Pattern.compile("(?<list>\\w+)\\[(?<member>\\w+)=(?<value>\\w+)]");

  /** The address behind the datasource's own, with the variables put in. */
  String address(Variables variables) {
    List<String> parameters = new ArrayList<>();
    for (JsonNode parameter : json.path("url_options").path("params")) {
      parameters.add(
          parameter.path("key").asText()
              + "="
              + URLEncoder.encode(variables.in(parameter.path("value").asText()), UTF_8));
    }
    return variables.in(json.path("url").asText())
        + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
  }

  List<JsonNode> rows(JsonNode answer) {
    JsonNode root = select(answer, json.path("root_selector").asText());
    return root.isArray() ? Dashboard.list(root) : List.of(root);
  }

  List<JsonNode> columns() {
    return Dashboard.list(json.path("columns"));
  }

  /** The schema of a column, in the answer that the OpenAPI document describes for the address. */
  JsonNode described(JsonNode openApi, JsonNode column) {
    JsonNode answer =
        openApi
            .path("paths")
            .path(json.path("url").asText())
            .at("/get/responses/200/content/application~1json/schema");
    JsonNode row = elements(member(answer, json.path("root_selector").asText()));
    return member(row, column.path("selector").asText());
  }

  private static JsonNode member(JsonNode schema, String selector) {
    JsonNode found = elements(schema);
    for (String name : selector.isEmpty() ? new String[0] : selector.split("\\.", -1)) {
      found = elements(found).path("properties").path(name.replaceFirst("\\[.*", ""));
    }
    return found;
  }

  private static JsonNode elements(JsonNode schema) {
    return schema.path("items").has("properties") ? schema.path("items") : schema;
  }

  /** The value of a column in a row; missing where the row has no such member. */
  static JsonNode value(JsonNode row, JsonNode column) {
    return select(row, column.path("selector").asText());
  }

  private static JsonNode select(JsonNode from, String selector) {
    JsonNode selected = from;
    if (!selector.isEmpty()) {
      for (String name : selector.split("\\.", -1)) {
        Matcher predicate = PREDICATE.matcher(name);
        selected =
            predicate.matches()
                ? only(
                    selected.path(predicate.group("list")),
                    predicate.group("member"),
                    predicate.group("value"))
                : selected.path(name);
      }
    }
    return selected;
  }

  private static JsonNode only(JsonNode list, String member, String value) {
    List<JsonNode> chosen =
        Dashboard.list(list).stream()
            .filter(element -> element.path(member).asText().equals(value))
            .toList();
    if (chosen.size() != 1) {
      throw new IllegalArgumentException(
          "%d elements have %s = %s: expected one".formatted(chosen.size(), member, value));
    }
    return chosen.get(0);
  }
}
