package dev.dorado.server;

import io.javalin.http.Context;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses what a web page of another origin makes a browser send. Such a page can reach a Dorado on
 * the reader's machine or network, and in open mode it needs no token. Browsers say where a request
 * comes from in headers that a page cannot set: {@code Sec-Fetch-Site}, else {@code Origin}. Tools
 * and scripts send neither and are not affected. Thread-safe.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata Request Headers</a>
 */
final class ForeignOrigin {

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private ForeignOrigin() {}

  /**
   * Lets a request through unless it comes from a page of another origin. A link that a reader
   * follows is let through where the request changes nothing.
   *
   * @throws Problem 403 if it is refused; names the header and its value
   */
  static void refuse(Context context) {
    String site = context.header("Sec-Fetch-Site");
    if (site != null) {
      if (!OWN_SITES.contains(site.toLowerCase(Locale.ROOT)) && !isFollowedLink(context)) {
        throw refusal("Sec-Fetch-Site", site);
      }
      return;
    }
    String origin = context.header("Origin");
    if (origin != null && !isOwn(origin, context)) {
      throw refusal("Origin", origin);
    }
  }

  private static boolean isFollowedLink(Context context) {
    return READING.contains(context.req().getMethod())
        && "navigate".equalsIgnoreCase(context.header("Sec-Fetch-Mode"));
  }

  /** For requests without {@code Sec-Fetch-Site}: older browsers, or pages without TLS. */
  private static boolean isOwn(String origin, Context context) {
    try {
      URI of = URI.create(origin);
      return of.getAuthority() != null && of.getAuthority().equalsIgnoreCase(context.host());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Problem refusal(String header, String value) {
    return new Problem(
            403,
            "Another origin",
            "%s is '%s': requests from web pages are only taken from Dorado's own page"
                .formatted(header, value))
        .with("header", header);
  }
}
