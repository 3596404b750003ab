package dev.dorado.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReleasedSchemasTest {

  private static final String HOW =
      "run 'mvn -f schemas/pom.xml test -Dtest=ReleaseSchemas' and commit what it writes";

  static Stream<Topic<?>> topics() {
    return Topics.all().stream().map(topic -> topic);
  }

  @ParameterizedTest
  @MethodSource("topics")
  void everyTopicHasAReleasedSchema(Topic<?> topic) throws IOException {
    assertThat(ReleasedSchemas.here().of(topic.subject()))
        .as("released schemas of %s: %s", topic.subject(), HOW)
        .isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void thePresentSchemaIsFullyCompatibleWithAllThatWereReleased(Topic<?> topic) throws IOException {
    List<Schema> released = ReleasedSchemas.here().of(topic.subject());

    assertThat(ReleasedSchemas.incompatibilities(topic.schema(), released))
        .as("%s: records of a released version are in somebody's topics", topic.subject())
        .isEmpty();
  }

  @Test
  void noReleasedSchemaIsWithoutItsTopic() throws IOException {
    assertThat(ReleasedSchemas.here().subjects())
        .isSubsetOf(Topics.all().stream().map(Topic::subject).toList());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void aNewFieldWithADefaultIsCompatibleAndOneWithoutIsNot(Topic<?> topic) {
    var optional =
        new Schema.Field(
            "another",
            Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
            "",
            JsonProperties.NULL_VALUE);
    var required = new Schema.Field("another", Schema.create(Schema.Type.STRING), "");

    assertThat(
            ReleasedSchemas.incompatibilities(
                changed(topic.schema(), null, optional), List.of(topic.schema())))
        .isEmpty();
    assertThat(
            ReleasedSchemas.incompatibilities(
                changed(topic.schema(), null, required), List.of(topic.schema())))
        .anyMatch(why -> why.startsWith("it can't read what version 1 wrote"));
  }

  @Test
  void aFieldWithoutADefaultCannotBeTakenAwayNorRenamed() {
    Schema present = Topics.REFUSALS.schema();

    assertThat(ReleasedSchemas.incompatibilities(changed(present, "count", null), List.of(present)))
        .anyMatch(why -> why.startsWith("version 1 can't read what it writes"));
  }

  @Test
  void aReleaseAddsAVersionOnlyWhereTheSchemaIsAnotherAndRefusesABreakingOne(@TempDir Path folder)
      throws IOException {
    var released = new ReleasedSchemas(folder);
    var topic = Topics.REFUSALS;

    assertThat(released.release(topic)).isTrue();
    assertThat(released.release(topic)).isFalse();
    assertThat(released.of(topic.subject())).containsExactly(topic.schema());

    Path first = folder.resolve(topic.subject()).resolve("1.avsc");
    Files.writeString(first, changed(topic.schema(), "count", null).toString());

    assertThatThrownBy(() -> released.release(topic))
        .hasMessageContaining(topic.subject())
        .hasMessageContaining("count");
  }

  /** The schema without a field, or with one more. */
  private static Schema changed(Schema schema, String without, Schema.Field with) {
    List<Schema.Field> fields = new ArrayList<>();
    for (var field : schema.getFields()) {
      if (!field.name().equals(without)) {
        fields.add(new Schema.Field(field, field.schema()));
      }
    }
    if (with != null) {
      fields.add(with);
    }
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }
}
