package dev.dorado.streams.steps;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * Gives equal values of records one object. Each record is read from its own bytes, so that the
 * same repository, commit or person would be in memory once for each record that names it. It
 * remembers the values that it saw last, in a fixed number of places, and no more. Not thread-safe.
 */
final class SharedValues {

  private static final int PLACES = 1 << 14;

  private final Object[] values = new Object[PLACES];

  /** A record, whose fields now share what they can; lists are no longer to be changed. */
  <T extends SpecificRecord> T share(T record) {
    int fields = record.getSchema().getFields().size();
    for (int field = 0; field < fields; field++) {
      Object value = record.get(field);
      Object shared = shared(value);
      if (shared != value) {
        record.put(field, shared);
      }
    }
    return record;
  }

  private Object shared(Object value) {
    if (value instanceof String || value instanceof Instant) {
      int hash = value.hashCode() * 0x9E3779B9;
      int place = hash >>> Integer.SIZE - Integer.numberOfTrailingZeros(PLACES);
      if (!value.equals(values[place])) {
        values[place] = value;
      }
      return values[place];
    }
    if (value instanceof List<?> list) {
      List<Object> shared = new ArrayList<>(list.size());
      list.forEach(element -> shared.add(shared(element)));
      return List.copyOf(shared);
    }
    return value instanceof SpecificRecord record ? share(record) : value;
  }
}
