package dev.dorado.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The OpenAPI 3.1 document, built from the endpoints that are served and the parameters that are
 * checked: what it says is what is done.
 */
final class OpenApi {

  private static final String PROBLEM_JSON = "application/problem+json";

  private OpenApi() {}

  static Map<String, Object> document(List<Endpoint> endpoints) {
    Map<String, Object> paths = new LinkedHashMap<>();
    for (Endpoint endpoint : endpoints) {
      Map<String, Object> operations = new LinkedHashMap<>();
      operations.put("get", operation(endpoint));
      if (endpoint.path().equals("/corrections")) {
        operations.put("post", makingACorrection());
      }
      paths.put(Endpoint.ROOT + endpoint.path(), operations);
      if (endpoint.path().equals("/rejected")) {
        paths.put(Endpoint.ROOT + "/rejected/retry", Map.of("post", retryingRejected()));
        paths.put(Endpoint.ROOT + "/rejected/dismiss", Map.of("post", dismissingRejected()));
      }
    }
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("title", "Dorado");
    info.put("version", "1");
    info.put(
        "description",
        "DORA's metrics and the change rework rate, and the rows behind each number. Times are ISO"
            + " 8601 in UTC, spans are seconds, ratios are 0 to 1; null is unknown, never 0.");
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put("info", info);
    document.put("security", List.of(Map.of("token", List.of())));
    document.put("paths", paths);
    document.put(
        "components",
        Map.of(
            "securitySchemes",
            Map.of("token", Map.of("type", "http", "scheme", "bearer")),
            "schemas",
            Map.of("Problem", Schemas.PROBLEM)));
    return document;
  }

  private static Map<String, Object> operation(Endpoint endpoint) {
    List<Object> parameters = new ArrayList<>();
    if (endpoint.hasId()) {
      Map<String, Object> id = new LinkedHashMap<>();
      id.put("name", "id");
      id.put("in", "path");
      id.put("required", true);
      id.put("description", "Id as lists give it, URL-encoded.");
      id.put("schema", Map.of("type", "string"));
      parameters.add(id);
    }
    endpoint.parameters().forEach(parameter -> parameters.add(parameter.openApi()));
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("application/json", Map.of("schema", endpoint.schema()));
    if (endpoint.hasCsv()) {
      content.put("text/csv", Map.of("schema", Map.of("type", "string")));
    }
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put("200", response("What was asked for.", content));
    responses.put("400", problem("A parameter is unknown, or has a value that it can't have."));
    responses.put("401", problem("A token is needed, or is wrong."));
    responses.put("403", problem("No token is set up, or who asks may not."));
    if (endpoint.hasId()) {
      responses.put("404", problem("There is none of that id."));
    }
    responses.put("422", problem("A query needs more memory, or returns more, than it may."));
    responses.put("503", problem("ClickHouse is away, not set up, or takes too long."));
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("operationId", operationId(endpoint));
    operation.put("summary", endpoint.summary());
    operation.put("parameters", parameters);
    operation.put("responses", responses);
    return operation;
  }

  /** Ingest serves it: on the same address where all roles run in one process, else on its own. */
  private static Map<String, Object> makingACorrection() {
    Map<String, Object> key = new LinkedHashMap<>();
    key.put("name", "Idempotency-Key");
    key.put("in", "header");
    key.put("required", false);
    key.put(
        "description",
        "Any text. Posts of the same content with the same key, or all without one, are one"
            + " correction, made when the first came: a repetition answers with its id and changes"
            + " nothing. Another key makes another correction.");
    key.put("schema", Map.of("type", "string"));
    return byIngest(
        "correct",
        "Correct what the rules say, with a token of DORADO_ADMIN_TOKENS. Ingest serves it",
        List.of(key),
        Schemas.CORRECTION_BODY,
        "202",
        response(
            "Kafka has it; what becomes of it is in the list.",
            Map.of("application/json", Map.of("schema", Schemas.CORRECTION_TAKEN))),
        Map.of(
            "400", "It is no JSON.",
            "422", "A field is missing, has a value that it can't have, or has no use.",
            "503", "Kafka is away: nothing was corrected."));
  }

  private static Map<String, Object> retryingRejected() {
    return byIngest(
        "retryRejected",
        "Write records that were set aside to their topics again, with a token of"
            + " DORADO_ADMIN_TOKENS. Ingest serves it",
        List.of(),
        OperationSchemas.RETRY_BODY,
        "200",
        response(
            "What became of each; what still can't be processed is set aside again.",
            Map.of("application/json", Map.of("schema", OperationSchemas.RETRIED))),
        Map.of(
            "400", "It is no JSON, or says neither ids nor all.",
            "503", "Kafka is away, or another retry has begun: it may be asked for again."));
  }

  private static Map<String, Object> dismissingRejected() {
    return byIngest(
        "dismissRejected",
        "Dismiss records that were set aside, so that they count as rejected no longer, with a token"
            + " of DORADO_ADMIN_TOKENS. Ingest serves it",
        List.of(),
        OperationSchemas.DISMISS_BODY,
        "200",
        response(
            "What became of each; one that is set aside again counts again.",
            Map.of("application/json", Map.of("schema", OperationSchemas.DISMISSED))),
        Map.of(
            "400", "It is no JSON, says neither ids nor all, or gives no reason.",
            "503", "Kafka is away, or another call has begun: it may be asked for again."));
  }

  private static Map<String, Object> byIngest(
      String operationId,
      String summary,
      List<Object> parameters,
      Map<String, Object> schema,
      String status,
      Map<String, Object> done,
      Map<String, String> problems) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("required", true);
    body.put("content", Map.of("application/json", Map.of("schema", schema)));
    Map<String, Object> responses = new TreeMap<>();
    responses.put(status, done);
    responses.put("401", problem("A token is needed, or is wrong."));
    responses.put("403", problem("No token is set up, or who asks may not."));
    problems.forEach((code, description) -> responses.put(code, problem(description)));
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("operationId", operationId);
    operation.put("summary", summary);
    operation.put("parameters", parameters);
    operation.put("requestBody", body);
    operation.put("responses", responses);
    return operation;
  }

  private static String operationId(Endpoint endpoint) {
    String name = endpoint.path().substring(1).replace("/{id}", "");
    return endpoint.hasId() ? name.substring(0, name.length() - 1) : name;
  }

  private static Map<String, Object> problem(String description) {
    return response(
        description,
        Map.of(PROBLEM_JSON, Map.of("schema", Map.of("$ref", "#/components/schemas/Problem"))));
  }

  private static Map<String, Object> response(String description, Map<String, Object> content) {
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("description", description);
    response.put("content", content);
    return response;
  }
}
