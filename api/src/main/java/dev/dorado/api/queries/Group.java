package dev.dorado.api.queries;

import dev.dorado.api.Dimension;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a number is about: a value for each dimension that was asked for, in that order; null where
 * there is none (no owner, no golden path). Immutable.
 *
 * @param values the values
 */
public record Group(List<String> values) {

  /** By the values, those without one last. */
  public static final Comparator<Group> ORDER =
      (left, right) -> {
        for (int i = 0; i < left.values.size(); i++) {
          int compared =
              Comparator.nullsLast(Comparator.<String>naturalOrder())
                  .compare(left.values.get(i), right.values.get(i));
          if (compared != 0) {
            return compared;
          }
        }
        return 0;
      };

  public Group {
    // List.copyOf takes no nulls.
    values = Collections.unmodifiableList(values);
  }

  /** The JSON object. */
  public Map<String, Object> json(List<Dimension> grouping) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (int i = 0; i < grouping.size(); i++) {
      json.put(grouping.get(i).column(), values.get(i));
    }
    return json;
  }
}
