package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dorado.server.Json;
import dev.dorado.server.OutboundHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A Dorado that runs somewhere, asked over HTTP: so a command needs its address and a token, and
 * neither Kafka, whose port is any free one in standalone, nor its settings. Thread-safe.
 */
final class RemoteDorado {

  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORT_OF_API = 8090;

  private final OutboundHttp client = OutboundHttp.within(CONNECTING, PATIENCE);
  private final URI ingest;
  private final Optional<String> token;
  private URI api;

  /**
   * @param url address of ingest
   * @param apiUrl address of the api; empty: to be found
   * @param token bearer token
   */
  RemoteDorado(String url, String apiUrl, Optional<String> token) {
    this.ingest = address("--url", url);
    this.api = apiUrl == null || apiUrl.isBlank() ? null : address("--api-url", apiUrl);
    this.token = requireNonNull(token);
  }

  /** The same Dorado, asked by somebody without a token. */
  RemoteDorado anonymous() {
    return new RemoteDorado(ingest.toString(), api == null ? "" : api.toString(), Optional.empty());
  }

  /** Where ingest is. */
  URI ingest() {
    return ingest;
  }

  /** Where the api is: at the same address where all roles are one process. */
  synchronized URI api() {
    if (api == null) {
      api = ingest;
      for (JsonNode role : health(ingest).path("roles")) {
        if (role.asText().equals("api")) {
          return api;
        }
      }
      api = URI.create("%s://%s:%d".formatted(ingest.getScheme(), ingest.getHost(), PORT_OF_API));
    }
    return api;
  }

  /**
   * What {@code /health/ready} answers, whether it is ready or not.
   *
   * @throws StartException if nobody answers there
   */
  JsonNode health(URI where) {
    return body(send(where, request(where, "/health/ready").GET()));
  }

  /**
   * The JSON that a GET answers.
   *
   * @throws RefusedException if it is refused
   * @throws StartException if nobody answers there
   */
  JsonNode get(URI where, String path) {
    return checked("GET " + where + path, send(where, request(where, path).GET()));
  }

  /** The JSON that ingest answers to a body; as {@link #get}. */
  JsonNode send(String method, String path, String mediaType, byte[] body) {
    var request =
        request(ingest, path)
            .header("Content-Type", mediaType)
            .method(method, BodyPublishers.ofByteArray(body));
    return checked(method + " " + ingest + path, send(ingest, request));
  }

  /** Hands on the lines that ingest answers to a GET, however many there are; as {@link #get}. */
  void lines(String path, LineConsumer consumer) throws IOException {
    HttpResponse<InputStream> response;
    try {
      response = client.send(request(ingest, path).GET().build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw away(ingest, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try (var lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      if (response.statusCode() / 100 != 2) {
        throw new RefusedException(
            "GET " + ingest + path,
            response.statusCode(),
            parsed(lines.lines().collect(Collectors.joining("\n"))));
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        consumer.accept(line);
      }
    }
  }

  /** Takes a line. */
  @FunctionalInterface
  interface LineConsumer {
    void accept(String line) throws IOException;
  }

  /** A parameter of a query, as {@code &name=value}; nothing if it is null. */
  static String parameter(String name, String value) {
    return value == null || value.isBlank()
        ? ""
        : "&" + name + "=" + URLEncoder.encode(value, UTF_8);
  }

  private HttpRequest.Builder request(URI where, String path) {
    var request = HttpRequest.newBuilder(URI.create(where + path));
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return request;
  }

  private HttpResponse<String> send(URI where, HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw away(where, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static JsonNode checked(String what, HttpResponse<String> response) {
    JsonNode body = body(response);
    if (response.statusCode() / 100 != 2) {
      throw new RefusedException(what, response.statusCode(), body);
    }
    return body;
  }

  private static JsonNode body(HttpResponse<String> response) {
    return parsed(response.body());
  }

  private static JsonNode parsed(String body) {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      // Somebody else answers at this address; what it says is shown as it is.
      return Json.MAPPER
          .createObjectNode()
          .set("detail", TextNode.valueOf(body.substring(0, Math.min(200, body.length()))));
    }
  }

  private static StartException away(URI where, IOException e) {
    return new StartException(
        "no Dorado answers at %s (%s): start it with './dorado up', or say where it is with --url."
            .formatted(where, e.getMessage() == null ? "connection refused" : e.getMessage()),
        e);
  }

  private static StartException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartException("interrupted while waiting for an answer.", e);
  }

  /**
   * The address that an option names, without a slash at its end.
   *
   * @throws IllegalArgumentException if it is none; names option, value and what was expected
   */
  static URI address(String option, String url) {
    String text = url.strip().replaceFirst("/+$", "");
    try {
      URI address = URI.create(text);
      if (address.getHost() != null && text.matches("https?://.*")) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // No address: said below.
    }
    throw new IllegalArgumentException(
        "%s is '%s': expected an address, as http://localhost:8080".formatted(option, url));
  }
}
