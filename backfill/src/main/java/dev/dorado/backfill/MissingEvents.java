package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.PushEvent;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.CanonicalEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A sink that hands on only what never came, and counts it: the reconciliation of what a forge says
 * with what is there. Not thread-safe.
 */
public final class MissingEvents implements EventSink {

  private static final int MOST_EXAMPLES = 10;

  private final EventSink sink;
  private final EventSet known;
  private final Instant from;
  private final Instant to;
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<String> examples = new ArrayList<>();

  /**
   * @param sink where the missing go
   * @param known what is there of the time from {@code from}
   * @param from events that happened before were looked for earlier
   * @param to events that happened later may still be on their way
   */
  public MissingEvents(EventSink sink, EventSet known, Instant from, Instant to) {
    this.sink = requireNonNull(sink);
    this.known = requireNonNull(known);
    this.from = requireNonNull(from);
    this.to = requireNonNull(to);
  }

  @Override
  public void write(List<? extends CanonicalEvent<?>> events) {
    List<CanonicalEvent<?>> missing = new ArrayList<>();
    for (var event : events) {
      if (isLookedFor(event) && !known.contains(event)) {
        missing.add(event);
        counts.merge(event.topic().name(), 1, Integer::sum);
        if (examples.size() < MOST_EXAMPLES) {
          examples.add("%s at %s".formatted(event.topic().name(), event.occurredAt()));
        }
      }
    }
    if (!missing.isEmpty()) {
      sink.write(missing);
    }
  }

  /**
   * Commits are made long before they are pushed; but those of the default branch are asked for
   * once only, when they are new there.
   */
  private boolean isLookedFor(CanonicalEvent<?> event) {
    boolean isNewOnMain =
        event.value() instanceof PushEvent push
            && push.getRef().equals("refs/heads/" + push.getDefaultBranch());
    return isNewOnMain || (!event.occurredAt().isBefore(from) && event.occurredAt().isBefore(to));
  }

  @Override
  public void flush() {
    sink.flush();
  }

  /** How many were missing, by topic. */
  public Map<String, Integer> counts() {
    return Map.copyOf(counts);
  }

  /** What was missing, for people; empty if nothing was. */
  public String summary() {
    if (counts.isEmpty()) {
      return "";
    }
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    return "%d events had never come, and have now been written (%s): %s%s"
        .formatted(
            all,
            String.join(
                ", ",
                counts.entrySet().stream().map(e -> e.getValue() + " of " + e.getKey()).toList()),
            String.join("; ", examples),
            all > examples.size() ? " ..." : "");
  }
}
