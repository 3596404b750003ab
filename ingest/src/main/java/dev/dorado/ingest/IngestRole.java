package dev.dorado.ingest;

import com.typesafe.config.Config;
import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.catalog.CatalogPollSettings;
import dev.dorado.ingest.catalog.CatalogPolling;
import dev.dorado.ingest.catalog.CatalogReader;
import dev.dorado.ingest.catalog.KafkaCatalogLedger;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.senders.SenderSettings;
import dev.dorado.ingest.senders.Senders;
import dev.dorado.schemas.Connections;
import dev.dorado.server.AccessTokens;
import dev.dorado.server.AuditEvent;
import dev.dorado.server.Check;
import dev.dorado.server.HttpRole;
import dev.dorado.server.Problem;
import dev.dorado.server.ServerSettings;
import dev.dorado.server.Traces;
import io.javalin.config.JavalinConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role that writes: {@code POST /webhooks/{sender}} and the paths of compatible senders, {@code
 * PUT /api/v1/catalog}, {@code POST /api/v1/corrections}, and what an administrator does with kept
 * deliveries and rejected records. Thread-safe.
 */
public final class IngestRole implements HttpRole {

  private static final Logger log = LoggerFactory.getLogger(IngestRole.class);

  private final WebhookRoutes webhooks;
  private final CatalogRoutes catalog;
  private final CorrectionRoutes corrections;
  private final DeliveryRoutes deliveries;
  private final RejectedRoutes rejected;
  private final SetupRoutes setup;
  private final AccessTokens tokens;
  private final RefusalLedger refusals;
  private final Publisher publisher;
  private final IngestChecks checks;
  private final CatalogPolling polling;
  private final ExecutorService answering;
  private final Traces traces;
  private final AtomicBoolean closed = new AtomicBoolean();

  private IngestRole(
      WebhookRoutes webhooks,
      CatalogRoutes catalog,
      CorrectionRoutes corrections,
      DeliveryRoutes deliveries,
      RejectedRoutes rejected,
      SetupRoutes setup,
      AccessTokens tokens,
      RefusalLedger refusals,
      Publisher publisher,
      IngestChecks checks,
      CatalogPolling polling,
      ExecutorService answering,
      Traces traces) {
    this.webhooks = webhooks;
    this.catalog = catalog;
    this.corrections = corrections;
    this.deliveries = deliveries;
    this.rejected = rejected;
    this.setup = setup;
    this.tokens = tokens;
    this.refusals = refusals;
    this.publisher = publisher;
    this.checks = checks;
    this.polling = polling;
    this.answering = answering;
    this.traces = traces;
  }

  /**
   * Starts the role. Kafka and the registry need not be there yet: {@link #checks} says so.
   * Deliveries that come meanwhile are spooled, or answered 503 where there is no spool.
   *
   * @param config settings, {@code dorado.ingest} and the access tokens among them
   * @param connections where Kafka and the registry are
   * @param openMode whether senders without a secret are served locally
   * @param metrics where counters are registered
   * @throws IllegalArgumentException if a setting can't be used; the message names it
   */
  public static IngestRole start(
      Config config, Connections connections, boolean openMode, PrometheusMeterRegistry metrics) {
    var settings = IngestSettings.from(config);
    var polls = CatalogPollSettings.from(config);
    var counters = new IngestMetrics(metrics);
    var kafka = new KafkaPublisher(connections, settings, counters);
    var publisher =
        settings
            .spoolFolder()
            .<Publisher>map(folder -> spooled(kafka, folder, settings, counters))
            .orElse(kafka);
    prepareSchemas(kafka);
    var polling =
        CatalogPolling.start(
            polls,
            new CatalogReader(settings.senders().repositories()),
            new KafkaCatalogLedger(connections),
            events -> publishPolled(publisher, events),
            metrics,
            Clock.systemUTC());
    try {
      return start(
          config,
          settings,
          openMode,
          counters,
          publisher,
          new KafkaDeliveryArchive(connections),
          new RejectedRetries(connections),
          new CatalogOwners(connections, Clock.systemUTC()),
          polling,
          new IngestChecks(connections),
          Clock.systemUTC());
    } catch (RuntimeException e) {
      polling.close();
      publisher.close();
      throw e;
    }
  }

  /** A poll has no sender, but it changes the catalog, so it is recorded in the trail first. */
  private static CompletableFuture<Void> publishPolled(
      Publisher publisher, List<CanonicalEvent<?>> events) {
    return publisher
        .publish(
            AuditEntries.of(
                AuditEvent.allowed(
                    Instant.now(),
                    "the poll of the catalog",
                    "",
                    "catalog",
                    "%d entries".formatted(events.size()),
                    "",
                    Optional.empty())))
        // Not in the producer's own thread, which sending may have to wait for.
        .thenComposeAsync(kept -> publisher.publish(events));
  }

  private static Publisher spooled(
      KafkaPublisher kafka, Path folder, IngestSettings settings, IngestMetrics metrics) {
    return SpooledPublisher.start(
        kafka,
        DeliverySpool.open(folder, settings.spoolBytes()),
        Senders.all(settings.senders()),
        settings.senders().futureTolerance(),
        metrics,
        Clock.systemUTC());
  }

  /** Once the registry is there, so that ingestion goes on if it is away later. */
  private static void prepareSchemas(KafkaPublisher kafka) {
    var thread = new Thread(kafka::prepareSchemas, "dorado-schemas");
    thread.setDaemon(true);
    thread.start();
  }

  static IngestRole start(
      Config config,
      IngestSettings settings,
      boolean openMode,
      IngestMetrics counters,
      Publisher publisher,
      DeliveryArchive archive,
      RejectedRetries rejected,
      ServiceOwners owners,
      CatalogPolling polling,
      IngestChecks checks,
      Clock clock) {
    var traces = Traces.from(config, "ingest");
    var senders = Senders.all(settings.senders());
    var secrets = SenderSecrets.from(config, senders.names());
    var tokens =
        AccessTokens.from(config, openMode, event -> publisher.publish(AuditEntries.of(event)));
    var intake = new Intake(publisher, counters, settings.senders().futureTolerance());
    var refusals = RefusalLedger.start(publisher, counters, clock);
    var answering = answeringThreads();
    log.info("ingest takes deliveries of {}, with {}", senders.names(), secrets);
    var catalog =
        new CatalogRoutes(
            new CatalogReader(settings.senders().repositories()),
            tokens,
            publisher,
            settings.retryAfter(),
            clock);
    return new IngestRole(
        new WebhookRoutes(
            senders,
            secrets,
            tokens,
            intake,
            refusals,
            settings,
            ServerSettings.from(config),
            answering,
            traces,
            clock),
        catalog,
        new CorrectionRoutes(tokens, owners, publisher, settings.retryAfter(), clock),
        new DeliveryRoutes(senders, tokens, intake, archive, settings.retryAfter(), clock),
        new RejectedRoutes(tokens, rejected, settings.retryAfter()),
        new SetupRoutes(
            senders,
            secrets,
            tokens,
            () -> Stream.concat(polling.states().stream(), catalog.states().stream()).toList(),
            publisher::backlog),
        tokens,
        refusals,
        publisher,
        checks,
        polling,
        answering,
        traces);
  }

  /**
   * Threads that answer deliveries. By default, Java would start a thread for each answer where it
   * has two processors or fewer.
   */
  private static ExecutorService answeringThreads() {
    return Executors.newFixedThreadPool(
        Math.max(2, Runtime.getRuntime().availableProcessors()),
        task -> {
          var thread = new Thread(task, "dorado-answers");
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * The settings of the secrets of all senders that there are; each has a variant that ends in
   * {@code -file}.
   *
   * @param config settings, {@code dorado.ingest} among them
   */
  public static List<String> secretSettings(Config config) {
    return Senders.all(SenderSettings.from(config)).names().stream()
        .map(SenderSecrets::setting)
        .toList();
  }

  /** Settings of the Kafka producer with which deliveries and their events are written. */
  public static Map<String, Object> producerSettings(Config config, Connections connections) {
    return KafkaPublisher.producerSettings(
        connections, IngestSettings.from(config), KafkaPublisher.Pace.ANSWERING);
  }

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public void configure(JavalinConfig config) {
    webhooks.configure(config);
    catalog.configure(config);
    corrections.configure(config);
    deliveries.configure(config);
    rejected.configure(config);
    setup.configure(config);
  }

  @Override
  public Map<String, Integer> bodyLimits() {
    return Map.of(
        CatalogRoutes.PATH, CatalogRoutes.LONGEST_BODY,
        CorrectionRoutes.PATH, CorrectionRoutes.LONGEST_BODY,
        DeliveryRoutes.RETRY, DeliveryRoutes.LONGEST_BODY,
        DeliveryRoutes.REPLAY, DeliveryRoutes.LONGEST_BODY,
        RejectedRoutes.RETRY, RejectedRoutes.LONGEST_BODY,
        RejectedRoutes.DISMISS, RejectedRoutes.LONGEST_BODY);
  }

  @Override
  public boolean isDelivery(String path) {
    return webhooks.isDelivery(path);
  }

  @Override
  public void refused(String path, Problem problem) {
    webhooks.count(path, problem);
  }

  @Override
  public List<Check> checks() {
    return publisher.checks(checks.all());
  }

  /**
   * Takes a delivery that is kept once more, as it would be taken now: a dead one may be accepted
   * after a sender's class has been mended. It was authentic when it came.
   *
   * @param kept the delivery, from its topic
   * @return its new outcome ({@code accepted}, {@code ignored} or {@code dead}) once Kafka has
   *     acknowledged; fails with a message for people if it does not
   * @throws IllegalArgumentException if there is no such sender any more
   */
  public CompletableFuture<String> retry(Delivery kept) {
    return deliveries.take(RecordedDelivery.of(kept)).thenApply(taken -> taken.outcome().label());
  }

  /** Publishes what is left of the counts of refusals, waits for what is under way, and ends. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      polling.close();
      refusals.close();
      tokens.close();
      publisher.close();
      answering.shutdown();
      checks.close();
      traces.close();
    }
  }
}
