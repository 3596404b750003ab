package dev.dorado.backfill;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.SenderTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Goes through a list of a forge, newest first, down to what the crawl before has seen. After each
 * page what was read is durable and the next page is written down, so that an interrupted crawl
 * goes on there: what is new meanwhile moves items to later pages, where they are seen twice, never
 * to earlier ones; what changes meanwhile is newer than the begin of this crawl, and the next
 * one's. Not thread-safe.
 */
final class Crawl {

  /** Clocks differ, and what is committed late may be listed late. */
  private static final Duration OVERLAP = Duration.ofHours(1);

  private final ApiClient api;
  private final EventSink sink;
  private final BackfillState state;
  private final BackfillProgress progress;
  private final Clock clock;
  private long written;

  Crawl(
      ApiClient api, EventSink sink, BackfillState state, BackfillProgress progress, Clock clock) {
    this.api = requireNonNull(api);
    this.sink = requireNonNull(sink);
    this.state = requireNonNull(state);
    this.progress = requireNonNull(progress);
    this.clock = requireNonNull(clock);
  }

  /** How many events have been written. */
  long written() {
    return written;
  }

  /**
   * Goes through a list. Where the server says that it is not there or not for this token to see,
   * says so and leaves it out.
   *
   * @param kind its name, for people and for the state
   * @param list where it is and how to read it
   * @param events the events of an item
   */
  void go(String kind, Listing list, Function<JsonNode, List<CanonicalEvent<?>>> events) {
    progress.begin(kind, -1);
    try {
      crawl(kind, list, events);
    } catch (ApiRefusal e) {
      if (!e.isOfThisThing()) {
        throw new BackfillException(e.getMessage(), e);
      }
      progress.note("%s are left out: %s".formatted(kind, e.getMessage()));
    } finally {
      progress.end();
    }
  }

  /** Writes events that no list brought. */
  void write(List<? extends CanonicalEvent<?>> events) {
    sink.write(events);
    written += events.size();
  }

  /** Makes what was written durable, and remembers a cursor. */
  void save(String kind, String cursor) {
    sink.flush();
    state.set(kind, cursor);
    state.save();
  }

  private void crawl(
      String kind, Listing list, Function<JsonNode, List<CanonicalEvent<?>>> events) {
    String sinceKey = kind + " since";
    String beganKey = kind + " began";
    String nextKey = kind + " next";
    if (state.cursor(beganKey).isEmpty()) {
      state.set(beganKey, clock.instant().toString());
    }
    Optional<Instant> since =
        state.cursor(sinceKey).map(text -> Instant.parse(text).minus(OVERLAP));
    Optional<Instant> floor = since.map(time -> time.minus(list.lookBack()));
    Optional<String> next = Optional.of(state.cursor(nextKey).orElse(list.address()));
    while (next.isPresent()) {
      ApiPage page = api.get(next.get());
      next = page.next();
      for (JsonNode item : list.items().apply(page.json())) {
        if (isBefore(item, list.orderedBy(), floor)) {
          next = Optional.empty();
        } else if (!isBefore(item, list.changedAt(), since)) {
          write(events.apply(item));
          progress.step(1);
        }
      }
      next.ifPresent(address -> save(nextKey, address));
    }
    sink.flush();
    state.set(sinceKey, state.cursor(beganKey).orElseThrow());
    state.clear(beganKey);
    state.clear(nextKey);
    state.save();
  }

  /** Whether an item's time is known and before {@code end}. */
  private static boolean isBefore(JsonNode item, String field, Optional<Instant> end) {
    return end.isPresent()
        && SenderTime.parse(item.path(field).asText(""))
            .filter(time -> time.isBefore(end.get()))
            .isPresent();
  }

  /**
   * A list of a forge.
   *
   * @param address of its first page
   * @param items the items of a page
   * @param orderedBy the field by which it is ordered, newest first
   * @param changedAt the field that says when an item was last changed
   * @param lookBack how much older than the crawl before an item may be and still have changed
   */
  record Listing(
      String address,
      Function<JsonNode, Iterable<JsonNode>> items,
      String orderedBy,
      String changedAt,
      Duration lookBack) {

    /** A list of what was changed last, whose pages are arrays. */
    static Listing byChange(String address, String changedAt) {
      return new Listing(address, page -> page, changedAt, changedAt, Duration.ZERO);
    }
  }
}
