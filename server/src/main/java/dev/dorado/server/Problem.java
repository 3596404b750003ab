package dev.dorado.server;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer that is an error, as problem JSON (RFC 9457). The detail is read by people: it names
 * the parameter or field, its value, what was expected, and what to do.
 */
public final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final transient Map<String, Object> members = new LinkedHashMap<>();

  /**
   * @param status HTTP status
   * @param title the kind of problem, the same for each of its kind
   * @param detail this problem, for people
   */
  public Problem(int status, String title, String detail) {
    super(detail);
    this.status = status;
    this.title = title;
  }

  /** A parameter with a value that it cannot have. */
  public static Problem badParameter(String name, String value, String expected) {
    return new Problem(
            400,
            "Bad parameter",
            "the parameter '%s' is '%s': expected %s".formatted(name, value, expected))
        .with("parameter", name)
        .with("value", value)
        .with("expected", expected);
  }

  /** Adds a member to the JSON object. */
  public Problem with(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** The kind of problem. */
  public String title() {
    return title;
  }

  /** The JSON object of the answer, in its order. */
  public Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", getMessage());
    if (members != null) {
      body.putAll(members);
    }
    return body;
  }
}
