package dev.dorado.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A forge's REST interface: what it was told to serve, in pages of two, and whatever goes wrong in
 * between.
 */
final class SimulatedForge implements AutoCloseable {

  static {
    // Or each answer takes 40 ms (Nagle's algorithm against delayed acknowledgements).
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final int PAGE = 2;

  /** What goes wrong with a request. */
  interface Fault {
    void apply(HttpExchange exchange, String body) throws IOException;
  }

  /** Method, path and query of every request, in their order. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** The header Authorization or PRIVATE-TOKEN of every request. */
  final List<String> tokens = new CopyOnWriteArrayList<>();

  private final HttpServer server;
  private final Map<String, List<String>> lists = new HashMap<>();
  private final Map<String, String> objects = new HashMap<>();
  private final Map<String, String> envelopes = new HashMap<>();
  private final Queue<Fault> faults = new ArrayDeque<>();
  private String faultyPath = "";
  private Fault permanent;

  SimulatedForge() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api");
  }

  /** Serves an object. */
  SimulatedForge object(String path, String json) {
    objects.put("/api/" + path, json);
    return this;
  }

  /** Serves a list, in this order. */
  SimulatedForge list(String path, String... items) {
    lists.put("/api/" + path, new ArrayList<>(Arrays.asList(items)));
    return this;
  }

  /** Serves a list inside an object. */
  SimulatedForge list(String path, String field, List<String> items) {
    envelopes.put("/api/" + path, field);
    return list(path, items.toArray(String[]::new));
  }

  /** The next requests go wrong, one after the other. */
  synchronized SimulatedForge thenWrong(Fault... wrong) {
    faults.addAll(Arrays.asList(wrong));
    return this;
  }

  /** From now on requests whose path and query hold {@code part} go wrong; null ends that. */
  synchronized void alwaysWrong(String part, Fault fault) {
    faultyPath = part;
    permanent = fault;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  static Fault status(int status, String json, String... headers) {
    return (exchange, body) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      send(exchange, status, json);
    };
  }

  /** A whole answer whose JSON ends too early. */
  static Fault cutOffJson() {
    return (exchange, body) -> send(exchange, 200, body.substring(0, body.length() / 2));
  }

  /** The connection is closed in the middle of the body. */
  static Fault closedInTheMiddle() {
    return (exchange, body) -> {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, bytes.length + 10);
      exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** The connection is closed without an answer. */
  static Fault closed() {
    return (exchange, body) -> exchange.close();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      var uri = exchange.getRequestURI();
      requests.add(exchange.getRequestMethod() + " " + uri.toString().replaceFirst("^/api/", ""));
      var headers = exchange.getRequestHeaders();
      tokens.add(
          headers.containsKey("Authorization")
              ? headers.getFirst("Authorization")
              : String.valueOf(headers.getFirst("PRIVATE-TOKEN")));
      Fault fault = fault(uri.toString());
      String body = body(exchange, uri);
      if (fault != null) {
        fault.apply(exchange, body == null ? "{}" : body);
      } else if (exchange.getRequestMethod().equals("POST")) {
        send(exchange, 202, "{}");
      } else if (body == null) {
        send(exchange, 404, "{\"message\": \"Not Found\"}");
      } else {
        send(exchange, 200, body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized Fault fault(String request) {
    if (permanent != null && request.contains(faultyPath)) {
      return permanent;
    }
    return faults.poll();
  }

  /** What is at an address, with the Link to its next page; null if nothing is. */
  private String body(HttpExchange exchange, URI uri) {
    String path = uri.getRawPath();
    if (objects.containsKey(path)) {
      return objects.get(path);
    }
    List<String> items = lists.get(path);
    if (items == null) {
      return null;
    }
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    int page =
        Arrays.stream(query.split("&"))
            .filter(parameter -> parameter.startsWith("page="))
            .mapToInt(parameter -> Integer.parseInt(parameter.substring(5)))
            .findFirst()
            .orElse(1);
    int from = Math.min(items.size(), (page - 1) * PAGE);
    int to = Math.min(items.size(), from + PAGE);
    if (to < items.size()) {
      String rest = query.replaceAll("&?\\bpage=\\d+", "");
      exchange
          .getResponseHeaders()
          .set(
              "Link",
              "<%s?first=1>; rel=\"first\", <http://127.0.0.1:%d%s?%s&page=%d>; rel=\"next\""
                  .formatted(path, server.getAddress().getPort(), path, rest, page + 1));
    }
    String array = "[" + String.join(",", items.subList(from, to)) + "]";
    return envelopes.containsKey(path)
        ? "{\"%s\": %s}".formatted(envelopes.get(path), array)
        : array;
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
