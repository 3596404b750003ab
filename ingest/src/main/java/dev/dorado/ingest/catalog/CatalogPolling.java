package dev.dorado.ingest.catalog;

import static java.util.Objects.requireNonNull;

import dev.dorado.events.Provenance;
import dev.dorado.ingest.catalog.CatalogChanges.Change;
import dev.dorado.ingest.catalog.CatalogSource.Look;
import dev.dorado.ingest.catalog.CatalogSource.Said;
import dev.dorado.ingest.catalog.CatalogSource.Unreachable;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.schemas.Bounds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the catalogs that others keep, at their intervals, and publishes what has changed. A
 * source that fails is asked again after a pause that doubles, and never stops the webhooks: its
 * state is in the metrics and at {@code GET /api/v1/setup}. One thread does all of it. Thread-safe.
 */
public final class CatalogPolling implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CatalogPolling.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final Duration ACKNOWLEDGEMENT = Duration.ofSeconds(30);
  private static final int EVENTS_AT_ONCE = 500;

  private final CatalogLedger ledger;
  private final Function<List<CanonicalEvent<?>>, CompletableFuture<Void>> publisher;
  private final Clock clock;
  private final List<Polled> polled = new ArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var made = new Thread(task, "dorado-catalog");
            made.setDaemon(true);
            return made;
          });

  CatalogPolling(
      CatalogLedger ledger,
      Function<List<CanonicalEvent<?>>, CompletableFuture<Void>> publisher,
      Clock clock) {
    this.ledger = requireNonNull(ledger);
    this.publisher = requireNonNull(publisher);
    this.clock = requireNonNull(clock);
  }

  /**
   * Polls what the settings name, from now on.
   *
   * @param ledger what is known already
   * @param publisher takes events; its future ends when they are durable
   * @param metrics takes the states
   */
  public static CatalogPolling start(
      CatalogPollSettings settings,
      CatalogReader reader,
      KafkaCatalogLedger ledger,
      Function<List<CanonicalEvent<?>>, CompletableFuture<Void>> publisher,
      MeterRegistry metrics,
      Clock clock) {
    var polling = new CatalogPolling(ledger, publisher, clock);
    settings
        .backstage()
        .ifPresent(
            backstage ->
                polling.add(new BackstageSource(backstage, reader), backstage.interval(), metrics));
    settings.git().ifPresent(git -> polling.add(sourceOf(git, reader), git.interval(), metrics));
    polling.polled.forEach(source -> polling.schedule(source, Duration.ZERO));
    return polling;
  }

  private static CatalogSource sourceOf(CatalogPollSettings.Git git, CatalogReader reader) {
    var paths = new CatalogPaths(git.paths());
    return GitCheckout.of(git)
        .<CatalogSource>map(checkout -> new GitSource(checkout, paths, reader))
        .orElseGet(() -> new FolderSource(Path.of(git.location()), paths, reader));
  }

  /** Adds a source that is not polled yet. */
  Polled add(CatalogSource source, Duration interval, MeterRegistry metrics) {
    var added = new Polled(source, interval);
    polled.add(added);
    measure(added, metrics);
    return added;
  }

  /** What has become of the last look at each source. */
  public List<PollState> states() {
    return polled.stream().map(source -> source.state).toList();
  }

  /** Stops polling; a look that is under way is broken off. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(ACKNOWLEDGEMENT.toSeconds(), TimeUnit.SECONDS)) {
        log.warn("a look at the catalog did not end in time");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    polled.forEach(source -> source.source.close());
    ledger.close();
  }

  private void schedule(Polled source, Duration pause) {
    if (!thread.isShutdown()) {
      var unused =
          thread.schedule(
              () -> schedule(source, poll(source)), pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Looks once; answers how long to wait until the next look. */
  Duration poll(Polled source) {
    Instant now = clock.instant();
    try {
      int events = lookAndPublish(source, now);
      source.failures = 0;
      log.info("the catalog of {}: {} changes", source.source.name(), events);
      return source.interval;
    } catch (IOException | RuntimeException e) {
      if (thread.isShutdown()) {
        return source.interval;
      }
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      source.failures++;
      source.state = source.state.failed(now, why, source.failures);
      log.warn("the catalog of {} was not read: {}", source.source.name(), why);
      Duration pause = pause(source);
      return e instanceof Unreachable unreachable
          ? unreachable.retryAfter().filter(wish -> wish.compareTo(pause) > 0).orElse(pause)
          : pause;
    }
  }

  private int lookAndPublish(Polled source, Instant now) throws IOException {
    String name = source.source.name();
    KnownEntries known = ledger.of(name);
    Look look = source.source.look(known.latest());
    CatalogUpload present = look.present();
    if (present.entries().isEmpty()
        && present.problems().isEmpty()
        && !known.services().isEmpty()) {
      throw new Unreachable(
          "there is no service any more, where there were %d: that is taken for a mistake (of a filter, a path or a permission), and nothing is removed"
              .formatted(known.services().size()),
          null);
    }
    // All processes that see a change in the same interval give it the same time, and so one id.
    Instant slot =
        Instant.ofEpochMilli(
            Math.floorDiv(now.toEpochMilli(), source.interval.toMillis())
                * source.interval.toMillis());
    List<Change> changes = CatalogChanges.of(known, withoutImpossibleTimes(look, slot), slot);
    publish(name, changes, now);
    source.state = source.state.succeeded(now, present, changes.size());
    source.events.increment(changes.size());
    return changes.size();
  }

  /** A commit of the catalog that a wrong clock dated later than now is taken to be of now. */
  private static Look withoutImpossibleTimes(Look look, Instant now) {
    List<Said> past =
        look.past().stream()
            .map(
                said -> {
                  boolean tooEarly = said.at().isBefore(Bounds.EARLIEST_IMPORTED);
                  Instant at = tooEarly ? Bounds.EARLIEST_IMPORTED : said.at();
                  return new Said(at.isAfter(now) ? now : at, said.what());
                })
            .toList();
    return new Look(past, look.present());
  }

  private void publish(String source, List<Change> changes, Instant now) throws IOException {
    for (int from = 0; from < changes.size(); from += EVENTS_AT_ONCE) {
      List<CanonicalEvent<?>> events = new ArrayList<>();
      for (Change change : changes.subList(from, Math.min(from + EVENTS_AT_ONCE, changes.size()))) {
        String delivery = EventId.hash(source, change.entry().getService(), change.at().toString());
        events.add(
            CatalogEvents.of(
                change.entry(), change.at(), new Provenance(source, delivery, now, "live")));
      }
      try {
        publisher.apply(events).get(ACKNOWLEDGEMENT.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e.getCause());
      } catch (TimeoutException e) {
        throw new IOException(
            "Kafka has not acknowledged within %d s".formatted(ACKNOWLEDGEMENT.toSeconds()), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("publishing was interrupted", e);
      }
    }
  }

  private static Duration pause(Polled source) {
    Duration longest =
        source.interval.compareTo(LONGEST_PAUSE) > 0 ? source.interval : LONGEST_PAUSE;
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(source.failures - 1, 16));
    return doubled.compareTo(longest) > 0 ? longest : doubled;
  }

  private static void measure(Polled source, MeterRegistry metrics) {
    String name = source.source.name();
    Gauge.builder("dorado.ingest.catalog.services", source, s -> s.state.entries())
        .description("Services that the last look at a catalog found, by source")
        .tag("source", name)
        .register(metrics);
    Gauge.builder("dorado.ingest.catalog.problems", source, s -> s.state.problems().size())
        .description("Problems that the last look at a catalog found, by source")
        .tag("source", name)
        .register(metrics);
    Gauge.builder("dorado.ingest.catalog.failures", source, s -> s.state.failures())
        .description("Looks at a catalog that failed since the last one that did not, by source")
        .tag("source", name)
        .register(metrics);
    source.events =
        Counter.builder("dorado.ingest.catalog.changes")
            .description("Changes that were found in a catalog and published, by source")
            .tag("source", name)
            .register(metrics);
  }

  /** A source with what became of it. */
  static final class Polled {
    private final CatalogSource source;
    private final Duration interval;
    private int failures;
    private Counter events;
    private volatile PollState state;

    private Polled(CatalogSource source, Duration interval) {
      this.source = source;
      this.interval = interval;
      this.state = PollState.first(source.name());
    }
  }
}
