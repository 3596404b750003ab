package dev.dorado.ingest.senders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.dorado.ingest.Payload;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The notification template in a page of docs/senders, filled as Argo's engine would fill it: as
 * much of Go's templates as the pages use, which is {@code toJson} of a path or of {@code dig}, and
 * {@code range} over a list.
 */
final class TemplateInDocuments {

  private static final Path DOCUMENTS = Path.of("..", "docs", "senders");
  private static final Pattern BODY =
      Pattern.compile("(?m)^( +)body: \\|\\n((?:\\1 .*\\n|\\s*\\n)+)");
  private static final Pattern RANGE =
      Pattern.compile(
          "\\{\\{range \\$i, \\$e := ([^}]+)}}\\{\\{if \\$i}}, \\{\\{end}}(.*?)\\{\\{end}}");
  private static final Pattern VALUE = Pattern.compile("\\{\\{toJson ([^}]+)}}");
  private static final Pattern DIG =
      Pattern.compile("\\(dig ((?:\"[^\"]+\" )+)(?:\"\"|\\(list\\)) ([.$\\w]+)\\)");

  private TemplateInDocuments() {}

  /** The body of {@code page}'s template over {@code data}. */
  static Payload filled(String page, JsonNode data) {
    String text;
    try {
      text = Files.readString(DOCUMENTS.resolve(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Matcher body = BODY.matcher(text);
    if (!body.find()) {
      throw new AssertionError(page + " has no template with a body");
    }
    String whole =
        replaced(
            RANGE,
            body.group(2),
            range -> {
              var items = new StringBuilder();
              for (JsonNode item : value(range.group(1), data)) {
                items
                    .append(items.isEmpty() ? "" : ", ")
                    .append(replaced(VALUE, range.group(2), v -> json(v.group(1), item)));
              }
              return items.toString();
            });
    return Payload.of(replaced(VALUE, whole, found -> json(found.group(1), data)));
  }

  private static String replaced(
      Pattern pattern, String text, Function<Matcher, String> replacement) {
    var matcher = pattern.matcher(text);
    return matcher.replaceAll(
        found -> Matcher.quoteReplacement(replacement.apply((Matcher) found)));
  }

  private static String json(String expression, JsonNode data) {
    JsonNode value = value(expression, data);
    return value.isMissingNode() ? "null" : Json.MAPPER.valueToTree(value).toString();
  }

  private static JsonNode value(String expression, JsonNode data) {
    Matcher dig = DIG.matcher(expression.strip());
    if (dig.matches()) {
      JsonNode node = value(dig.group(2), data);
      for (String name : dig.group(1).strip().split(" ", 0)) {
        node = node.path(name.replace("\"", ""));
      }
      return node;
    }
    JsonNode node = data;
    String path = expression.strip().replaceFirst("^\\$e", "");
    if (!path.startsWith(".")) {
      throw new AssertionError("this test does not know the expression " + expression);
    }
    for (String name : path.substring(1).split("\\.", 0)) {
      if (node instanceof MissingNode || node.isNull()) {
        // Where Go's templates would fail.
        throw new AssertionError(expression + " asks a value that is not there for ." + name);
      }
      node = node.path(name);
    }
    return node;
  }
}
