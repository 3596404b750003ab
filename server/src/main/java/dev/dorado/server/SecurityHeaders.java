package dev.dorado.server;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Puts the security headers on every answer, before any handler runs. A handler may replace one:
 * the page has its own content security policy, and static files may be cached. Stateless.
 */
final class SecurityHeaders implements HttpConfiguration.Customizer {

  private static final HttpField[] HEADERS = {
    new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
    new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
    new PreEncodedHttpField("Content-Security-Policy", "frame-ancestors 'none'"),
    new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin"),
    new PreEncodedHttpField("Cache-Control", "no-store")
  };

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    addTo(responseHeaders);
    return request;
  }

  /** Sets the headers on an answer that Jetty makes without a handler. */
  static void addTo(HttpFields.Mutable responseHeaders) {
    for (HttpField header : HEADERS) {
      responseHeaders.put(header);
    }
  }
}
