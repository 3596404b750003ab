package dev.dorado.rules.route;

import dev.dorado.steps.Place;
import dev.dorado.steps.Position;
import java.util.Comparator;
import java.util.List;

/** The order of positions on a branch (rule S1). */
public final class Positions {

  /** By the time of the push, its place among those of the same time, and the place in the push. */
  public static final Comparator<Position> ORDER =
      Comparator.comparing(Position::getTime)
          .thenComparing(Position::getRank)
          .thenComparing(Position::getIndex);

  private Positions() {}

  /** The position on a branch among {@code places}, or null. */
  public static Position on(String branch, List<Place> places) {
    for (var place : places) {
      if (place.getBranch().equals(branch)) {
        return place.getPosition();
      }
    }
    return null;
  }
}
