package dev.dorado.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Writes problem JSON for requests that reach no route, Jetty's own errors included. Stateless. */
final class ProblemAnswers extends ErrorHandler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status =
        request.getAttribute(ERROR_STATUS) instanceof Integer code ? code : response.getStatus();
    Object message = request.getAttribute(ERROR_MESSAGE);
    String title = HttpStatus.getMessage(status);
    String detail =
        status >= HttpStatus.INTERNAL_SERVER_ERROR_500 || message == null
            ? title
            : "the request can't be read: " + message;
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, RequestGate.RETRY_AFTER_SECONDS);
    }
    write(new Problem(status, title, detail), response, callback);
    return true;
  }

  /** Answers {@code problem} without blocking; {@code callback} learns when it is sent. */
  static void write(Problem problem, Response response, Callback callback) {
    SecurityHeaders.addTo(response.getHeaders());
    response.setStatus(problem.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    response.write(true, ByteBuffer.wrap(json(problem)), callback);
  }

  private static byte[] json(Problem problem) {
    try {
      return Json.MAPPER.writeValueAsBytes(problem.body());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
