package dev.dorado.streams.sink;

import dev.dorado.schemas.Topic;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Records with something in every field, or with as little as can be. */
final class Filled {

  /** Characters that SQL, JSON or tab-separated text could stumble over. */
  static final String DIFFICULT = " 'quoted' \"twice\" \\back\\N ?{x:String} \t\r\n;-- ü日本🚀";

  private Filled() {}

  /** A record whose every field is filled with something of its own. */
  static <V extends SpecificRecord> V full(Topic<V> topic) {
    return record(topic, true);
  }

  /** A record whose optional fields are null, and whose others are empty. */
  static <V extends SpecificRecord> V empty(Topic<V> topic) {
    return record(topic, false);
  }

  private static <V extends SpecificRecord> V record(Topic<V> topic, boolean full) {
    return topic.valueType().cast(record(topic.schema(), full));
  }

  private static SpecificRecord record(Schema schema, boolean full) {
    var type = SpecificData.get().getClass(schema);
    var record = (SpecificRecord) SpecificData.newInstance(type, schema);
    for (var field : schema.getFields()) {
      if (!field.name().equals("retracted")) {
        record.put(
            field.pos(), full ? value(field, field.schema()) : nothing(field, field.schema()));
      } else {
        record.put(field.pos(), false);
      }
    }
    return record;
  }

  private static Object value(Schema.Field field, Schema schema) {
    int number = field.pos() + 1;
    return switch (schema.getType()) {
      case STRING -> field.name() + DIFFICULT;
      case BOOLEAN -> true;
      case INT -> Integer.MAX_VALUE - number;
      case LONG -> isTime(schema) ? time(number) : Long.MAX_VALUE - number;
      case DOUBLE -> number + 1.0 / 3;
      case ARRAY -> List.of(field.name() + DIFFICULT, "", "[b,c]");
      case MAP -> Map.of("name", "value");
      case BYTES -> ByteBuffer.wrap(new byte[] {0, 1, 2});
      case UNION -> value(field, inUnion(schema));
      case RECORD -> record(schema, true);
      default -> throw new IllegalArgumentException("no value for " + schema);
    };
  }

  private static Object nothing(Schema.Field field, Schema schema) {
    return switch (schema.getType()) {
      case UNION -> null;
      case STRING -> "";
      case BOOLEAN -> false;
      case INT -> 0;
      case LONG -> isTime(schema) ? Instant.EPOCH : (Object) 0L;
      case ARRAY -> List.of();
      case MAP -> Map.of();
      case BYTES -> ByteBuffer.allocate(0);
      default -> value(field, schema);
    };
  }

  /** In the hour that the clocks of Europe and America jump over in some years. */
  private static Instant time(int number) {
    return Instant.parse("2025-03-30T02:30:00.123Z").plusMillis(number);
  }

  static Schema inUnion(Schema schema) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  static boolean isTime(Schema schema) {
    return inUnion(schema).getLogicalType() instanceof LogicalTypes.TimestampMillis;
  }
}
