package dev.dorado.ingest.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node of a YAML or JSON document that knows its line, which Jackson's own tree forgets.
 * Immutable.
 *
 * @param line line, from 1
 * @param fields the fields, if it is an object
 * @param items the items, if it is an array
 * @param text the text as it is written, if it is a scalar other than null
 */
record LocatedNode(
    int line,
    Optional<Map<String, LocatedNode>> fields,
    Optional<List<LocatedNode>> items,
    Optional<String> text) {

  private static final int DEEPEST = 100;
  private static final JsonFactory JSON = new JsonFactory();
  private static final YAMLFactory YAML = new YAMLFactory();

  /**
   * The documents of a file, in their order; empty ones are left out.
   *
   * @throws Unreadable if it is neither YAML nor JSON
   */
  static List<LocatedNode> readAll(byte[] file) {
    // YAML nearly contains JSON, but not JSON that is indented with tabs.
    JsonFactory format = looksLikeJson(file) ? JSON : YAML;
    List<LocatedNode> documents = new ArrayList<>();
    try (JsonParser parser = format.createParser(file)) {
      while (parser.nextToken() != null) {
        var document = read(parser, 0);
        boolean empty =
            document.fields().isEmpty()
                && document.items().isEmpty()
                && document.text().filter(text -> !text.isBlank()).isEmpty();
        if (!empty) {
          documents.add(document);
        }
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new Unreadable(
          line, "the file is not %s: %s".formatted(format.getFormatName(), firstLine(e)));
    } catch (IOException e) {
      throw new Unreadable(1, "the file can't be read: " + e.getMessage());
    }
    return documents;
  }

  /** A field of an object; empty if there is none, or this is no object. */
  Optional<LocatedNode> field(String name) {
    return fields.map(all -> all.get(name));
  }

  private static LocatedNode read(JsonParser parser, int depth) throws IOException {
    int line = Math.max(1, parser.currentTokenLocation().getLineNr());
    if (depth > DEEPEST) {
      throw new Unreadable(line, "the file is nested deeper than " + DEEPEST);
    }
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      throw new Unreadable(line, "aliases (*name) are not read here: write the value out");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, LocatedNode> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          int nameLine = Math.max(1, parser.currentTokenLocation().getLineNr());
          parser.nextToken();
          if (fields.put(name, read(parser, depth + 1)) != null) {
            throw new Unreadable(nameLine, "the field '%s' is there twice".formatted(name));
          }
        }
        yield new LocatedNode(line, Optional.of(fields), Optional.empty(), Optional.empty());
      }
      case START_ARRAY -> {
        List<LocatedNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(read(parser, depth + 1));
        }
        yield new LocatedNode(line, Optional.empty(), Optional.of(items), Optional.empty());
      }
      case VALUE_NULL ->
          new LocatedNode(line, Optional.empty(), Optional.empty(), Optional.empty());
      default ->
          new LocatedNode(
              line, Optional.empty(), Optional.empty(), Optional.of(parser.getText().strip()));
    };
  }

  private static boolean looksLikeJson(byte[] file) {
    for (byte b : file) {
      if (!Character.isWhitespace(b) && b != (byte) 0xEF && b != (byte) 0xBB && b != (byte) 0xBF) {
        return b == '{' || b == '[';
      }
    }
    return false;
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("its form is wrong");
  }

  /** The file is neither YAML nor JSON, or of a form that is not read here. */
  static final class Unreadable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    Unreadable(int line, String problem) {
      super(problem);
      this.line = line;
    }

    /** The line, from 1. */
    int line() {
      return line;
    }
  }
}
