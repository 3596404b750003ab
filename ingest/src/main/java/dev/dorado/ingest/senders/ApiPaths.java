package dev.dorado.ingest.senders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.MissingField;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paths of an API, as {@code /api/v1/catalog/{tag}/deploys}: a segment in braces is a parameter
 * with any value that is not empty. Immutable.
 */
public final class ApiPaths {

  private final List<String> templates;

  private ApiPaths(List<String> templates) {
    this.templates = List.copyOf(templates);
  }

  /** Those of {@code templates}, of which the first that fits decides. */
  static ApiPaths of(String... templates) {
    return new ApiPaths(List.of(templates));
  }

  /** Those of {@code templates}, of which the first that fits decides. */
  static ApiPaths of(List<String> templates) {
    return new ApiPaths(templates);
  }

  /** The paths, with their parameters in braces. */
  public List<String> templates() {
    return templates;
  }

  /** The template and parameters of {@code path}; empty if it is none of these. */
  public Optional<Match> match(String path) {
    String[] segments = segments(path);
    return templates.stream().flatMap(template -> match(template, segments).stream()).findFirst();
  }

  /**
   * The path that a delivery was posted to.
   *
   * @throws MissingField if it does not say, or says another one
   */
  Match of(DeliveryRequest request) {
    return maybeOf(request).orElseThrow(() -> problem(request));
  }

  /** The path that a delivery was posted to; empty if it does not say, or says another one. */
  Optional<Match> maybeOf(DeliveryRequest request) {
    return request.header(CompatibleSender.PATH_HEADER).flatMap(this::match);
  }

  private MissingField problem(DeliveryRequest request) {
    String where = "the header " + CompatibleSender.PATH_HEADER;
    String expected = "one of " + String.join(", ", templates);
    return request
        .header(CompatibleSender.PATH_HEADER)
        .map(path -> MissingField.unusable(where, path, expected))
        .orElseGet(() -> MissingField.absent(where, expected));
  }

  private static Optional<Match> match(String template, String[] segments) {
    String[] expected = segments(template);
    if (expected.length != segments.length) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < expected.length; i++) {
      String value = decoded(segments[i]);
      if (expected[i].startsWith("{")) {
        if (value.isBlank()) {
          return Optional.empty();
        }
        parameters.put(expected[i].substring(1, expected[i].length() - 1), value.strip());
      } else if (!expected[i].equals(value)) {
        return Optional.empty();
      }
    }
    return Optional.of(new Match(template, parameters));
  }

  private static String[] segments(String path) {
    return CharMatcher.is('/').trimTrailingFrom(path).split("/", -1);
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      // Not URL-encoded: it is taken as it stands.
      return segment;
    }
  }

  /**
   * A path that fits a template.
   *
   * @param template the template
   * @param parameters the values of its parameters, decoded
   */
  public record Match(String template, Map<String, String> parameters) {

    /** The value of a parameter of the template. */
    String parameter(String name) {
      return parameters.get(name);
    }
  }
}
