package dev.dorado.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Records that say less than another. */
public final class SimplerRecords {

  /** What identifies an event, or says nothing to a reader, stays. */
  private static final Set<String> KEPT = Set.of("id", "provenance", "occurred_at");

  private SimplerRecords() {}

  /** All records that say one thing less: a field, an element, or a field of an element. */
  public static List<SpecificRecord> than(SpecificRecord record) {
    List<SpecificRecord> simpler = new ArrayList<>();
    for (var field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value == null || KEPT.contains(field.name())) {
        continue;
      }
      if (field.schema().getType() == Schema.Type.UNION) {
        simpler.add(with(record, field, null));
      }
      if (value instanceof List<?> elements) {
        for (int i = 0; i < elements.size(); i++) {
          List<Object> fewer = new ArrayList<>(elements);
          Object element = fewer.remove(i);
          simpler.add(with(record, field, fewer));
          if (element instanceof SpecificRecord part) {
            for (SpecificRecord less : than(part)) {
              List<Object> changed = new ArrayList<>(elements);
              changed.set(i, less);
              simpler.add(with(record, field, changed));
            }
          }
        }
      }
    }
    return simpler;
  }

  private static SpecificRecord with(SpecificRecord record, Schema.Field changed, Object value) {
    var copy = (SpecificRecord) SpecificData.newInstance(record.getClass(), record.getSchema());
    for (var field : record.getSchema().getFields()) {
      copy.put(field.pos(), field.equals(changed) ? value : record.get(field.pos()));
    }
    return copy;
  }
}
