package dev.dorado.api;

import static java.util.Objects.requireNonNull;

import dev.dorado.api.queries.Database;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A question that can be asked: the route, what it takes and answers, and who answers.
 *
 * @param path path below /api/v1; with {@code {id}} at the end for one of a collection
 * @param summary what it is for, in a line
 * @param audience who may ask
 * @param parameters what may be given
 * @param schema shape of the JSON answer
 * @param answerer answers from one generation of facts
 */
record Endpoint(
    String path,
    String summary,
    Audience audience,
    List<Parameter> parameters,
    Map<String, Object> schema,
    BiFunction<Request, Database, Answer> answerer) {

  static final String ROOT = "/api/v1";

  Endpoint {
    requireNonNull(path);
    requireNonNull(summary);
    requireNonNull(audience);
    parameters = List.copyOf(parameters);
    requireNonNull(schema);
    requireNonNull(answerer);
  }

  /** Whether it is about one thing, named in the path. */
  boolean hasId() {
    return path.endsWith("{id}");
  }

  /** The route for Javalin: an id may hold slashes. */
  String route() {
    return ROOT + path.replace("{id}", "<id>");
  }

  /** Whether it answers CSV too. */
  boolean hasCsv() {
    return parameters.contains(Parameters.FORMAT);
  }
}
