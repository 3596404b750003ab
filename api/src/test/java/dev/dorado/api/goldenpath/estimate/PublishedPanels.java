package dev.dorado.api.goldenpath.estimate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Panels whose estimates are published. */
final class PublishedPanels {

  /** First year of {@link #employment()}. */
  static final int EMPLOYMENT_START = 2003;

  /** First year of {@link #homicides()}. */
  static final int HOMICIDES_START = 2000;

  private PublishedPanels() {}

  /**
   * Counties of the USA with the year of a higher minimum wage, and the logarithm of teenagers'
   * employment, 2003 to 2007: the data mpdta of the R package did (Callaway and Sant'Anna 2021).
   * Each county has its cohort's mean, which gives the same effects.
   */
  static Panel employment() {
    List<Unit> units = new ArrayList<>();
    add(units, 309, Unit.NEVER, 5.654630, 5.592000, 5.604808, 5.638896, 5.661133);
    add(units, 20, 2004, 6.179697, 6.106564, 6.059452, 6.026704, 6.085388);
    add(units, 40, 2006, 6.573994, 6.517884, 6.527941, 6.557435, 6.543041);
    add(units, 131, 2007, 5.842906, 5.810783, 5.820866, 5.823866, 5.820048);
    return new Panel(units, Panel.Clustering.SERVICE);
  }

  /** States of the USA with the year of a law, and the logarithm of the homicide rate. */
  static Panel homicides() {
    List<Unit> units = new ArrayList<>();
    var file = PublishedPanels.class.getResourceAsStream("/goldenpath/homicide-rates.txt");
    try (var reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\s+", -1))
          .forEach(
              words -> {
                double[] values = new double[words.length - 2];
                for (int i = 0; i < values.length; i++) {
                  values[i] = Double.parseDouble(words[i + 2]);
                }
                var unit = Unit.named(words[0]);
                if (!words[1].equals("never")) {
                  unit.adopted(Integer.parseInt(words[1]) - HOMICIDES_START);
                }
                units.add(unit.values(values));
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Panel(units, Panel.Clustering.SERVICE);
  }

  private static void add(List<Unit> units, int count, int year, double... values) {
    for (int i = 0; i < count; i++) {
      var unit = Unit.named(year + " " + i);
      if (year != Unit.NEVER) {
        unit.adopted(year - EMPLOYMENT_START);
      }
      units.add(unit.values(values));
    }
  }
}
