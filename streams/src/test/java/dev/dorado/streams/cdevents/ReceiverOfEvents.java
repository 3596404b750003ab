package dev.dorado.streams.cdevents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** A server that takes events, answers as a test says, and remembers what it was posted. */
public final class ReceiverOfEvents implements AutoCloseable {

  private final List<Posted> posted = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile ToIntFunction<Posted> answer = any -> 202;

  /**
   * A request.
   *
   * @param body its body
   * @param authorization the header Authorization; null if there is none
   * @param contentType the header Content-Type
   * @param status what it was answered
   */
  public record Posted(byte[] body, String authorization, String contentType, int status) {}

  public ReceiverOfEvents() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/secret-path", this::take);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:%d/secret-path".formatted(server.getAddress().getPort());
  }

  /** What is answered from now on. */
  public void answering(ToIntFunction<Posted> status) {
    answer = status;
  }

  /** All requests, also those that were answered with an error. */
  public List<Posted> posted() {
    return posted;
  }

  /** The bodies that were taken. */
  public List<byte[]> taken() {
    return posted.stream().filter(one -> one.status() / 100 == 2).map(Posted::body).toList();
  }

  private void take(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    var request =
        new Posted(
            exchange.getRequestBody().readAllBytes(),
            headers.getFirst("Authorization"),
            headers.getFirst("Content-Type"),
            0);
    int status = answer.applyAsInt(request);
    posted.add(new Posted(request.body(), request.authorization(), request.contentType(), status));
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
