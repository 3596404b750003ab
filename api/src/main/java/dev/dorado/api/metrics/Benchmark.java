package dev.dorado.api.metrics;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a number is compared with, labelled with its year.
 *
 * @param year year of the source
 * @param source where it is from, for people
 * @param bands what each tier asks for, best first; empty if the source has none
 * @param note what else a reader should know, or null
 */
public record Benchmark(int year, String source, List<Band> bands, String note) {

  public Benchmark {
    requireNonNull(source);
    bands = List.copyOf(bands);
  }

  /**
   * What a tier asks for.
   *
   * @param tier the tier
   * @param text what it asks for, for people
   */
  public record Band(Tier tier, String text) {}

  /** The JSON object. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("year", year);
    json.put("source", source);
    json.put("bands", bands);
    json.put("note", note);
    return json;
  }

  static Benchmark ofBands(
      int year, String source, String elite, String high, String medium, String low) {
    return new Benchmark(
        year,
        source,
        List.of(
            new Band(Tier.ELITE, elite),
            new Band(Tier.HIGH, high),
            new Band(Tier.MEDIUM, medium),
            new Band(Tier.LOW, low)),
        null);
  }

  static Benchmark withoutBands(int year, String source, String note) {
    return new Benchmark(year, source, List.of(), note);
  }
}
