package dev.dorado.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables have a column for each field of the records that become their rows. */
class MigrationsTest {

  private static final Map<Topic<?>, String> TABLES =
      Map.ofEntries(
          Map.entry(Topics.DEPLOYMENT_FACTS, "deployments"),
          Map.entry(Topics.CHANGE_FACTS, "changes"),
          Map.entry(Topics.INCIDENT_FACTS, "incidents"),
          Map.entry(Topics.CI_RUN_FACTS, "ci_runs"),
          Map.entry(Topics.CATALOG_FACTS, "catalog"),
          Map.entry(Topics.CORRECTION_FACTS, "corrections"),
          Map.entry(Topics.CANDIDATE_FACTS, "candidates"),
          Map.entry(Topics.CONFLICT_FACTS, "conflicts"),
          Map.entry(Topics.DELIVERIES, "deliveries"),
          Map.entry(Topics.REFUSALS, "refusals"),
          Map.entry(Topics.AUDIT, "audit"),
          Map.entry(Topics.FLAGS, "flags"),
          Map.entry(Topics.MEASUREMENTS, "measurements"));

  /** The topic keeps these; a retraction is the row's row_deleted. */
  private static final Set<String> NO_COLUMNS =
      Set.of("retracted", "headers", "body", "provenance");

  /** Fields of flags that may name a person. */
  private static final Set<String> OF_PEOPLE = Set.of("author", "title");

  private static final Pattern CREATE =
      Pattern.compile(
          "CREATE TABLE IF NOT EXISTS \\$\\{database}\\.(\\w+) \\((.*?)\\n\\) ENGINE",
          Pattern.DOTALL);
  private static final Pattern COLUMN = Pattern.compile("^\\s+(\\w+) (.+?),?$", Pattern.MULTILINE);
  private static final Pattern ADD =
      Pattern.compile(
          "ALTER TABLE \\$\\{database}\\.(\\w+)\\s+ADD COLUMN IF NOT EXISTS (\\w+) (.+?);");

  static Stream<Topic<?>> topics() {
    return TABLES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aTableHasAColumnOfTheRightTypeForEachFieldAndNoOther(Topic<?> topic) throws IOException {
    Map<String, String> expected =
        topic.schema().getFields().stream()
            .filter(field -> !NO_COLUMNS.contains(field.name()))
            .filter(field -> !(topic.equals(Topics.FLAGS) && OF_PEOPLE.contains(field.name())))
            .collect(toMap(Schema.Field::name, field -> type(field.schema())));
    expected.put("row_version", "UInt64");
    expected.put("row_deleted", "UInt8");
    if (topic.equals(Topics.DELIVERIES)) {
      expected.put("bytes", "Int64");
    }

    assertThat(columns(TABLES.get(topic))).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aTableIsOrderedByTheKeyOfItsTopic(Topic<?> topic) throws IOException {
    var order =
        Pattern.compile(
                "\\.%s \\(.*?ORDER BY \\((.*?)\\);".formatted(TABLES.get(topic)), Pattern.DOTALL)
            .matcher(sql());

    assertThat(order.find()).isTrue();
    Set<String> columns = Set.of(order.group(1).split(", "));
    if (Topics.observations().contains(topic)) {
      // An event is a row; its time is a part of its id.
      assertThat(columns).contains("id", "occurred_at");
    } else {
      assertThat(columns).isEqualTo(Set.of(topic.key().split(", | and ")));
    }
  }

  /**
   * All columns of a table after all migrations, with their types; how they are coded is left out.
   */
  private static Map<String, String> columns(String table) throws IOException {
    Map<String, String> columns = new LinkedHashMap<>();
    var created = CREATE.matcher(sql());
    while (created.find()) {
      var column = COLUMN.matcher(created.group(2));
      while (created.group(1).equals(table) && column.find()) {
        columns.put(column.group(1), plain(column.group(2)));
      }
    }
    var added = ADD.matcher(sql());
    while (added.find()) {
      if (added.group(1).equals(table)) {
        columns.put(added.group(2), plain(added.group(3)));
      }
    }
    return columns;
  }

  private static String sql() throws IOException {
    var sql = new StringBuilder();
    Function<Path, String> read =
        file -> {
          try {
            return Files.readString(file, UTF_8);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    try (Stream<Path> files = Files.list(Path.of("src", "main", "resources", "clickhouse"))) {
      files.sorted().map(read).forEach(text -> sql.append(text).append('\n'));
    }
    return sql.toString();
  }

  private static String plain(String type) {
    return type.replace("LowCardinality(String)", "String").replaceFirst(" DEFAULT .*", "");
  }

  private static String type(Schema schema) {
    if (schema.getType() == Schema.Type.UNION) {
      List<Schema> types =
          schema.getTypes().stream().filter(type -> type.getType() != Schema.Type.NULL).toList();
      return "Nullable(" + type(types.get(0)) + ")";
    }
    return switch (schema.getType()) {
      case STRING -> "String";
      case BOOLEAN -> "Bool";
      case INT -> "Int32";
      case LONG -> schema.getLogicalType() == null ? "Int64" : "DateTime64(3, 'UTC')";
      case DOUBLE -> "Float64";
      case ARRAY -> "Array(" + type(schema.getElementType()) + ")";
      default -> throw new IllegalArgumentException("no column has the type of " + schema);
    };
  }
}
