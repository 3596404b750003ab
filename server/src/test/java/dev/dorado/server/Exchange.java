package dev.dorado.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A request as bytes and its answer: any header can be sent, {@code Host} too, which Java's own
 * client refuses.
 *
 * @param status HTTP status
 * @param head status line and headers
 * @param body the body
 */
record Exchange(int status, String head, String body) {

  static Exchange get(int port, String path, String... headers) {
    return send(port, "GET", path, "", headers);
  }

  static Exchange send(int port, String method, String path, String body, String... headers) {
    boolean hasHost =
        java.util.Arrays.stream(headers).anyMatch(header -> header.startsWith("Host:"));
    String request =
        "%s %s HTTP/1.1\r\n%s%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(
                method,
                path,
                hasHost ? "" : "Host: localhost:" + port + "\r\n",
                headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n",
                body.getBytes(UTF_8).length,
                body);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      String head = answer.substring(0, end);
      return new Exchange(Integer.parseInt(head.split(" ", 3)[1]), head, answer.substring(end + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode json() {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
