package dev.dorado.api.metrics;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** DORA's names for how well others do, best first; used for one metric at a time. */
public enum Tier {
  ELITE,
  HIGH,
  MEDIUM,
  LOW;

  /** The name in answers. */
  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
