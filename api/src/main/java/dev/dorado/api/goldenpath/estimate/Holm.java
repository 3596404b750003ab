package dev.dorado.api.goldenpath.estimate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Holm's adjustment of several p-values (1979). */
public final class Holm {

  private Holm() {}

  /**
   * The adjusted p-values, in the order of {@code pValues}: an outcome that is significant by its
   * adjusted value is so however many outcomes were looked at.
   */
  public static List<Double> adjusted(List<Double> pValues) {
    List<Integer> order =
        IntStream.range(0, pValues.size())
            .boxed()
            .sorted(Comparator.comparing(pValues::get))
            .toList();
    List<Double> adjusted = new ArrayList<>(pValues);
    double largest = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      double value = pValues.get(order.get(rank)) * (order.size() - rank);
      largest = Math.min(1, Math.max(largest, value));
      adjusted.set(order.get(rank), largest);
    }
    return adjusted;
  }
}
