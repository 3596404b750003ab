package dev.dorado.api.stories;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Puts the steps of a story in the order of time. Stateless. */
final class Chronology {

  private Chronology() {}

  private record Dated(Instant time, StoryStep step) {}

  /**
   * The steps in the order of their times, as JSON objects. Equal times keep the order of causes. A
   * step of unknown time follows its cause, unless its effect is known to be earlier still.
   *
   * @param facts what the rules decided, causes first
   * @param corrections what people said of it
   */
  static List<Map<String, Object>> of(List<StoryStep> facts, List<StoryStep> corrections) {
    List<Dated> dated = new ArrayList<>();
    Instant cause = Instant.MIN;
    for (int i = 0; i < facts.size(); i++) {
      StoryStep step = facts.get(i);
      Instant effect = i + 1 < facts.size() ? facts.get(i + 1).at() : null;
      if (step.at() != null) {
        cause = step.at();
      } else if (effect != null && effect.isBefore(cause)) {
        cause = effect;
      }
      dated.add(new Dated(cause, step));
    }
    for (StoryStep step : corrections) {
      dated.add(new Dated(step.at() == null ? cause : step.at(), step));
    }
    return dated.stream()
        .sorted(Comparator.comparing(Dated::time))
        .map(of -> of.step().json())
        .toList();
  }
}
