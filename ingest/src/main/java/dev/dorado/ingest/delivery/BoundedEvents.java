package dev.dorado.ingest.delivery;

import dev.dorado.schemas.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Holds canonical events to {@link Bounds}, before anything is published. */
public final class BoundedEvents {

  private BoundedEvents() {}

  /**
   * The events of a delivery that are within their bounds. Those that are not are left out, and so
   * is what is cut of the others: {@code request.leftOut()} names each.
   *
   * @throws MissingField if none is left
   */
  public static List<CanonicalEvent<?>> of(
      DeliveryRequest request, List<CanonicalEvent<?>> events) {
    List<MissingField> problems = new ArrayList<>();
    List<CanonicalEvent<?>> within =
        within(events, new Bounds(Bounds.EARLIEST, request.latest()), problems::add);
    if (within.isEmpty() && !events.isEmpty()) {
      throw problems.get(0);
    }
    problems.forEach(request.leftOut()::add);
    return within;
  }

  /**
   * The one event, within its bounds.
   *
   * @throws MissingField if it is not
   */
  public static <E extends CanonicalEvent<?>> E require(E event, Bounds bounds) {
    var fitted = bounds.fit(event.value());
    fitted
        .refused()
        .ifPresent(
            excess -> {
              throw problem("", event, excess);
            });
    return event;
  }

  /** The events that are within {@code bounds}; {@code problems} takes what was left out or cut. */
  public static List<CanonicalEvent<?>> within(
      List<? extends CanonicalEvent<?>> events, Bounds bounds, Consumer<MissingField> problems) {
    List<CanonicalEvent<?>> within = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      if (i == Bounds.EVENTS) {
        problems.accept(
            MissingField.unusable(
                "events",
                "%,d events".formatted(events.size()),
                "at most %,d events in a delivery; the first are accepted"
                    .formatted(Bounds.EVENTS)));
        break;
      }
      var event = events.get(i);
      String path = events.size() == 1 ? "" : "events[%d].".formatted(i);
      var fitted = bounds.fit(event.value());
      fitted.adapted().forEach(excess -> problems.accept(problem(path, event, excess)));
      fitted.refused().ifPresent(excess -> problems.accept(problem(path, event, excess)));
      if (fitted.refused().isEmpty()) {
        within.add(event);
      }
    }
    return within;
  }

  private static MissingField problem(String path, CanonicalEvent<?> event, Bounds.Excess excess) {
    return MissingField.unusable(
        path + excess.field(),
        excess.value(),
        "%s (of %s)".formatted(excess.expected(), event.value().getSchema().getName()));
  }
}
