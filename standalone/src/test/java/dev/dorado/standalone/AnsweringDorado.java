package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as a running Dorado would, with what a test says, and remembers what it was asked. */
final class AnsweringDorado implements AutoCloseable {

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final HttpServer server;

  AnsweringDorado() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
    on("GET /health/ready", 200, "{\"roles\":[\"streams\",\"ingest\",\"api\"],\"checks\":[]}");
  }

  /**
   * What is answered to a method and path; said again, it is the next answer. The last one stays.
   */
  AnsweringDorado on(String methodAndPath, int status, String body) {
    return on(methodAndPath, status, body, Map.of());
  }

  /** As {@link #on(String, int, String)}, with headers. */
  AnsweringDorado on(String methodAndPath, int status, String body, Map<String, String> headers) {
    answers
        .computeIfAbsent(methodAndPath, key -> new ArrayDeque<>())
        .add(new Answer(status, body, headers));
    return this;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String what = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getQuery();
    asked.add(
        new Asked(
            what,
            query == null ? "" : query,
            new String(exchange.getRequestBody().readAllBytes(), UTF_8),
            exchange.getRequestHeaders().getFirst("Authorization")));
    Deque<Answer> planned = answers.get(what);
    Answer answer;
    if (planned == null) {
      answer = new Answer(404, "{\"detail\":\"nothing is at " + what + "\"}", Map.of());
    } else {
      answer = planned.size() > 1 ? planned.poll() : planned.peek();
    }
    byte[] body = answer.body().getBytes(UTF_8);
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /**
   * A request.
   *
   * @param what method and path
   * @param query decoded query
   * @param body body
   * @param authorization the header Authorization; null if there is none
   */
  record Asked(String what, String query, String body, String authorization) {}

  private record Answer(int status, String body, Map<String, String> headers) {}
}
