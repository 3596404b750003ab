package dev.dorado.standalone;

import com.typesafe.config.Config;
import dev.dorado.backfill.ApiClient;
import dev.dorado.backfill.BackfillException;
import dev.dorado.backfill.BackfillState;
import dev.dorado.backfill.ForgeSettings;
import dev.dorado.backfill.ForgeStates;
import dev.dorado.backfill.HistoryKind;
import dev.dorado.backfill.MissingEvents;
import dev.dorado.ingest.EventSink;
import dev.dorado.ingest.EventWriteException;
import dev.dorado.ingest.KnownEvents;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.schemas.Connections;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The history of repositories from a forge's API. */
abstract class BackfillForgeCommand implements Callable<Integer> {

  /** What happened so lately may still be on its way as a webhook. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(2);

  /** As far as a crawl looks back before the last one. */
  private static final Duration OVERLAP = Duration.ofHours(1);

  @Spec private CommandSpec spec;
  @Mixin private BackfillOptions options;

  @Option(
      names = "--only",
      paramLabel = "KIND",
      split = ",",
      description =
          "Only these, comma-separated: commits, pull-requests, deployments, runs, releases,"
              + " incidents (default: all).")
  private Set<String> only = Set.of();

  @Option(
      names = "--api",
      paramLabel = "URL",
      description = "Address of the API, for a server of your own (default: the public one).")
  private Optional<String> api;

  @ArgGroup(exclusive = false)
  private Reconciling reconciling;

  /** Options of the reconciliation. */
  static final class Reconciling {

    @Option(
        names = "--reconcile",
        required = true,
        description =
            "Look for what never came since the last time: say what that was, and write only that."
                + " The first time, everything is imported.")
    @SuppressWarnings("UnusedVariable") // That the group is there says it.
    private boolean reconcile;

    @Option(
        names = "--every",
        paramLabel = "MINUTES",
        description = "Do so again and again, until stopped by Ctrl-C.")
    private Optional<Integer> minutes = Optional.empty();
  }

  private final String forge;

  BackfillForgeCommand(String forge) {
    this.forge = forge;
  }

  /** How the forge is asked. */
  abstract ApiClient client(ForgeSettings settings, Clock clock, NarratedProgress progress);

  /** The repositories that were named. */
  abstract List<String> repositories();

  /** Imports what is new of a repository; gives the number of events. */
  abstract long run(Work work, EventSink sink, ForgeStates states);

  /** Has the forge send again what failed; gives the number of deliveries. */
  abstract int redeliver(Work work);

  /**
   * One repository to look at.
   *
   * @param repository as it was named
   * @param settings what is asked
   * @param api asks the forge
   * @param progress is told how far it is
   * @param clock gives the time
   */
  record Work(
      String repository,
      ForgeSettings settings,
      ApiClient api,
      NarratedProgress progress,
      Clock clock) {}

  @Override
  public final Integer call() {
    Set<HistoryKind> kinds = kinds();
    Logs.toFile(options.data().resolve("backfill.log"));
    var narration = new Narration(spec.commandLine().getOut());
    try (var destination = Destination.find(options.data(), narration)) {
      Config config = destination.config();
      var settings = ForgeSettings.from(config, forge, api).only(kinds);
      if (settings.token().isEmpty()) {
        narration.warning(
            "without a token little can be asked, and slowly: set %s or %s_FILE."
                .formatted(settings.variable(), settings.variable()));
      }
      while (true) {
        boolean complete = round(settings, destination, narration);
        if (reconciling == null || reconciling.minutes.isEmpty()) {
          return complete ? 0 : 1;
        }
        Pause.of(Duration.ofMinutes(Math.max(1, reconciling.minutes.get())));
      }
    }
  }

  private boolean round(ForgeSettings settings, Destination destination, Narration narration) {
    boolean complete = true;
    for (String repository : repositories()) {
      var progress = new NarratedProgress(narration);
      var clock = Clock.systemUTC();
      var work = new Work(repository, settings, client(settings, clock, progress), progress, clock);
      try {
        one(work, destination, narration);
      } catch (BackfillException | EventWriteException e) {
        // The other repositories are asked all the same.
        narration.warning("%s: %s".formatted(repository, e.getMessage()));
        complete = false;
      }
    }
    return complete;
  }

  private void one(Work work, Destination destination, Narration narration) {
    Instant began = work.clock().instant();
    var sink = new Sinks(work, destination, began);
    long events = run(work, sink.sink(), sink);
    sink.flush();
    if (sink.state != null && reconciling != null) {
      sink.state.set(reconciled(work.settings().kinds()), began.toString());
      sink.state.save();
    }
    if (sink.missing == null) {
      narration.step("%s: %,d events are in Kafka".formatted(work.repository(), events));
    } else {
      String summary = sink.missing.summary();
      narration.step(
          "%s: %s"
              .formatted(work.repository(), summary.isEmpty() ? "nothing is missing" : summary));
    }
    if (reconciling != null) {
      int again = redeliver(work);
      if (again > 0) {
        narration.step(
            "%s: %d failed deliveries are sent again".formatted(work.repository(), again));
      }
    }
  }

  /** The cursor of the last time: what was not asked for then has yet to be imported. */
  private static String reconciled(Set<HistoryKind> kinds) {
    return "reconciled " + new TreeSet<>(kinds);
  }

  private Set<HistoryKind> kinds() {
    if (only.isEmpty()) {
      return EnumSet.allOf(HistoryKind.class);
    }
    Set<HistoryKind> kinds = EnumSet.noneOf(HistoryKind.class);
    for (String name : only) {
      try {
        kinds.add(HistoryKind.valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_')));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "--only has '%s': expected commits, pull-requests, deployments, runs, releases or incidents"
                .formatted(name),
            e);
      }
    }
    return kinds;
  }

  /** Where the events of one repository go, which is known once its state is. */
  private final class Sinks implements ForgeStates {

    private final Work work;
    private final Destination destination;
    private final Instant began;
    private BackfillState state;
    private MissingEvents missing;

    Sinks(Work work, Destination destination, Instant began) {
      this.work = work;
      this.destination = destination;
      this.began = began;
    }

    @Override
    public BackfillState of(String repository) {
      state = options.state(forge, repository, destination);
      Optional<Instant> last =
          state.cursor(reconciled(work.settings().kinds())).map(Instant::parse);
      if (reconciling != null && last.isPresent()) {
        Instant from = last.get().minus(OVERLAP);
        work.progress()
            .note("reading which events of %s have come since %s".formatted(repository, from));
        var known = KnownEvents.read(Connections.from(destination.config()), repository, from);
        missing =
            new MissingEvents(destination.writer(), known::contains, from, began.minus(ON_ITS_WAY));
      }
      return state;
    }

    EventSink sink() {
      return new EventSink() {
        @Override
        public void write(List<? extends CanonicalEvent<?>> events) {
          target().write(events);
        }

        @Override
        public void flush() {
          target().flush();
        }
      };
    }

    void flush() {
      target().flush();
    }

    private EventSink target() {
      return missing == null ? destination.writer() : missing;
    }
  }
}
