package dev.dorado.streams.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.AvroSerde;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.DeliveryLog;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.RejectedRetry;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import dev.dorado.server.TraceSpan;
import dev.dorado.server.Traces;
import dev.dorado.streams.KafkaMeters;
import dev.dorado.streams.rejected.Rejections;
import dev.dorado.streams.rejected.Rejections.Place;
import dev.dorado.streams.rejected.Rejections.Source;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes facts into ClickHouse: a read-committed consumer, batches by size or time, synchronous
 * inserts, offsets committed only after the insert. An insert may be repeated: a row's version is
 * its record's offset, and the table keeps the newest version.
 *
 * <p>An error that may pass is waited for. A row that ClickHouse refuses alone is set aside. An
 * error of every row stops its topic, loudly, and shows in {@link #problem()}. Its thread is its
 * own; the public methods may be called from any.
 */
public final class ClickHouseSink implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClickHouseSink.class);
  private static final String CLIENT_ID = "dorado-sink";
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  // After a kill, the partitions are handed over (or taken up by the next start) this soon.
  private static final int SESSION_TIMEOUT_MS = 10_000;
  // With a heartbeat a sink learns that another has come or gone, and lets go of its partitions.
  private static final int HEARTBEAT_INTERVAL_MS = 1_000;

  /** After so many rows are refused for one reason and none is taken, the table is at fault. */
  private static final int MOST_REFUSED = 100;

  // Deliveries come with their bodies, so that rows alone don't bound what a batch takes.
  private static final long BATCH_BYTES = 64L * 1024 * 1024;

  private final Connections connections;
  private final int batchRows;
  private final Duration batchWait;
  private final Duration retryFrom;
  private final Duration retryTo;
  private final Map<String, SinkTable> tables;
  private final Map<String, Function<byte[], SpecificRecord>> readers;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Counter> rows = new HashMap<>();
  private final Rejections rejections;
  private final Traces traces;
  private final RejectedWriter rejectedRecords;
  private final Timer insertTimer;
  private final KafkaMeters consumerMetrics;
  private final Map<String, String> stopped = new ConcurrentHashMap<>();
  private final Thread thread;

  private final Map<TopicPartition, NavigableMap<Long, Row>> waiting = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private int waitingRows;
  private long waitingBytes;
  private long waitingSince;
  private boolean resting;
  private volatile String retrying;
  private volatile boolean running = true;
  private Connection connection;

  /**
   * A sink of the facts of one generation, not yet started.
   *
   * @param config settings at {@code dorado.sink} and {@code dorado.streams}
   * @param traces where it records that a fact of a traced event is written
   */
  public static ClickHouseSink ofGeneration(
      int generation,
      Config config,
      Connections connections,
      SchemaRegistryClient registry,
      MeterRegistry metrics,
      Traces traces) {
    return new ClickHouseSink(
        group(config, generation),
        CLIENT_ID + "-g" + generation,
        SinkTable.ofGeneration(connections, generation),
        config,
        connections,
        registry,
        metrics,
        new Rejections(registry, metrics, generation),
        traces);
  }

  /** A sink of what all generations have in common, deliveries and refusals; not yet started. */
  public static ClickHouseSink ofDeliveries(
      Config config,
      Connections connections,
      SchemaRegistryClient registry,
      MeterRegistry metrics) {
    return new ClickHouseSink(
        groupOfDeliveries(config),
        CLIENT_ID,
        SinkTable.common(connections),
        config,
        connections,
        registry,
        metrics,
        new Rejections(registry, metrics, null),
        Traces.OFF);
  }

  /** The consumer group of the sink of what all generations have in common. */
  public static String groupOfDeliveries(Config config) {
    return config.getString("dorado.streams.application-id") + "-deliveries-sink";
  }

  /** The consumer group of the sink of a generation. */
  public static String group(Config config, int generation) {
    return Generation.applicationId(config.getString("dorado.streams.application-id"), generation)
        + "-sink";
  }

  ClickHouseSink(
      String group,
      String clientId,
      List<SinkTable> tables,
      Config config,
      Connections connections,
      SchemaRegistryClient registry,
      MeterRegistry metrics,
      Rejections rejections,
      Traces traces) {
    this.traces = requireNonNull(traces);
    this.connections = requireNonNull(connections);
    this.rejections = rejections;
    this.rejectedRecords = new RejectedWriter(connections, CLIENT_ID + "-rejected");
    var settings = config.getConfig("dorado.sink");
    this.batchRows = settings.getInt("batch-rows");
    this.batchWait = settings.getDuration("batch-wait");
    this.retryFrom = settings.getDuration("retry-from");
    this.retryTo = settings.getDuration("retry-to");
    this.tables =
        tables.stream()
            .collect(Collectors.toMap(table -> table.topic().name(), Function.identity()));
    this.readers = new HashMap<>();
    for (var table : tables) {
      readers.put(table.topic().name(), reader(table.topic(), registry));
      rows.put(
          table.topic().name(),
          Counter.builder("dorado.sink.rows")
              .description("Rows that were inserted into ClickHouse")
              .tag("table", table.name())
              .register(metrics));
    }
    this.insertTimer =
        Timer.builder("dorado.sink.insert")
            .description("Inserts into ClickHouse, a batch of one table each")
            .register(metrics);
    this.consumer =
        new KafkaConsumer<>(
            connections.kafkaClient(
                Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG,
                    group,
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "earliest",
                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                    "read_committed",
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    Math.min(batchRows, 5000),
                    ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                    SESSION_TIMEOUT_MS,
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    HEARTBEAT_INTERVAL_MS,
                    ConsumerConfig.CLIENT_ID_CONFIG,
                    clientId)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.consumerMetrics = new KafkaMeters(config, metrics);
    this.consumerMetrics.add(consumer);
    this.thread = new Thread(this::run, clientId);
  }

  /** Starts to write. */
  public void start() {
    thread.start();
  }

  /** What is wrong, for people, or null if all is well. Never throws. */
  public String problem() {
    if (!stopped.isEmpty()) {
      return String.join("; ", new TreeMap<>(stopped).values());
    }
    if (running && !thread.isAlive() && thread.getState() == Thread.State.TERMINATED) {
      return "the sink has ended; the log says why";
    }
    return retrying;
  }

  /** Stops after what is being written, and waits for it. */
  @Override
  public void close() {
    running = false;
    consumerMetrics.close();
    if (thread.getState() == Thread.State.NEW) {
      consumer.close(CloseOptions.timeout(COMMIT_TIMEOUT));
      return;
    }
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      consumer.subscribe(tables.keySet(), new Rebalances());
      long passedSince = System.nanoTime();
      while (running) {
        keep(consumer.poll(POLL));
        boolean full = waitingRows >= batchRows || waitingBytes >= BATCH_BYTES;
        boolean due = System.nanoTime() - waitingSince >= batchWait.toNanos();
        if (full || (waitingRows > 0 && due)) {
          flush();
        }
        if (waitingRows == 0 && System.nanoTime() - passedSince >= batchWait.toNanos()) {
          commitPassed();
          passedSince = System.nanoTime();
        }
      }
    } catch (RuntimeException e) {
      log.error("the sink ends: facts are no longer written to ClickHouse", e);
      stopped.put("sink", "the sink has ended: %s; the log says more".formatted(e.getMessage()));
    } finally {
      disconnect();
      rejectedRecords.close();
      consumer.close(CloseOptions.timeout(COMMIT_TIMEOUT));
    }
  }

  private void keep(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    for (var record : records) {
      if (stopped.containsKey(record.topic()) || record.value() == null) {
        continue;
      }
      if (waitingRows == 0) {
        waitingSince = System.nanoTime();
      }
      waiting
          .computeIfAbsent(
              new TopicPartition(record.topic(), record.partition()), p -> new TreeMap<>())
          .put(record.offset(), new Row(record));
      waitingRows++;
      waitingBytes += record.value().length;
    }
  }

  private void flush() {
    Set<String> topics = new TreeSet<>();
    waiting.keySet().forEach(partition -> topics.add(partition.topic()));
    topics.forEach(this::flush);
  }

  /** Inserts what waits of a topic, again and again while the error is a retriable one. */
  private void flush(String topic) {
    Duration wait = retryFrom;
    while (running) {
      // Asked for anew each time: while it waits, partitions may be taken away.
      List<TopicPartition> partitions =
          waiting.keySet().stream().filter(partition -> partition.topic().equals(topic)).toList();
      if (partitions.isEmpty()) {
        retrying = null;
        return;
      }
      try {
        int inserted = insert(tables.get(topic), partitions);
        rows.get(topic).increment(inserted);
        retrying = null;
        commit(partitions);
        return;
      } catch (SQLException e) {
        disconnect();
        if (!ClickHouseErrors.mayPass(e)) {
          stop(topic, partitions, e);
          return;
        }
        retrying =
            "ClickHouse at %s is away, trying again: %s"
                .formatted(connections.clickHouseAddress(), Connections.reason(e));
      } catch (RetriableException e) {
        retrying = "%s; trying again".formatted(e.getMessage());
      } catch (RuntimeException e) {
        disconnect();
        stop(topic, partitions, e);
        return;
      }
      log.warn("{}", retrying);
      rest(wait);
      wait = wait.multipliedBy(2).compareTo(retryTo) > 0 ? retryTo : wait.multipliedBy(2);
    }
  }

  private int insert(SinkTable table, List<TopicPartition> partitions) throws SQLException {
    long started = System.nanoTime();
    Instant startedAt = Instant.now();
    List<Row> rows =
        partitions.stream().flatMap(partition -> waiting.get(partition).values().stream()).toList();
    var batch = new Batch(table, rows.size());
    batch.insertAll(rows);
    batch.unreadable.forEach((row, error) -> reject(table, row, error));
    batch.refused.forEach((row, error) -> reject(table, row, error));
    insertTimer.record(Duration.ofNanos(System.nanoTime() - started));
    if (table.topic().equals(Topics.DELIVERIES) && DeliveryLog.isOn()) {
      rows.stream()
          .filter(row -> !batch.unreadable.containsKey(row) && !batch.refused.containsKey(row))
          .forEach(Row::logStored);
    }
    if (traces.areOn()) {
      rows.stream()
          .filter(row -> !batch.unreadable.containsKey(row) && !batch.refused.containsKey(row))
          .forEach(row -> row.trace(traces, table, startedAt));
    }
    return rows.size() - batch.unreadable.size() - batch.refused.size();
  }

  /** A record that waits to be a row. */
  private record Row(ConsumerRecord<byte[], byte[]> record) {

    /** A retried record has the version that it had, so that a newer one still stands. */
    long version() {
      return RejectedRetry.version(record);
    }

    /** The key of a delivery is its sender and id. */
    void logStored() {
      String key = new String(record.key(), UTF_8);
      int slash = key.indexOf('/');
      DeliveryLog.stored(key.substring(0, Math.max(0, slash)), key.substring(slash + 1));
    }

    /** The row is written, and its record follows from a span. */
    void trace(Traces traces, SinkTable table, Instant startedAt) {
      var header = record.headers().lastHeader(Traces.HEADER);
      if (header != null) {
        traces
            .start(
                TraceSpan.Kind.CONSUMER,
                "insert " + table.name(),
                List.of(new String(header.value(), UTF_8)),
                startedAt)
            .with("db.system.name", "clickhouse")
            .with("db.operation.name", "INSERT")
            .with("db.collection.name", table.name())
            .with("messaging.system", "kafka")
            .with("messaging.destination.name", record.topic())
            .with("messaging.destination.partition.id", Integer.toString(record.partition()))
            .with("messaging.kafka.offset", record.offset())
            .with("dorado.fact", new String(record.key(), UTF_8))
            .end();
      }
    }

    boolean isRetried() {
      return version() != record.offset();
    }

    Source source() {
      return new Source(
          record.topic(), record.partition(), version(), record.key(), record.value());
    }
  }

  /**
   * Inserts rows. A record that cannot be read is left out. A batch that ClickHouse refuses is
   * halved until the rows that it refuses alone are found. Where it refuses each row with one
   * error, the table is wrong, and the error stands.
   */
  private final class Batch {
    private final SinkTable table;
    private final int size;
    private final Map<Row, RuntimeException> unreadable = new LinkedHashMap<>();
    private final Map<Row, Exception> refused = new LinkedHashMap<>();
    private boolean isAnyInserted;

    Batch(SinkTable table, int size) {
      this.table = table;
      this.size = size;
    }

    void insertAll(List<Row> rows) throws SQLException {
      insert(rows);
      // Rows may have been refused before it was known which others cannot be read.
      for (Exception last : refused.values()) {
        requireTable(last);
      }
    }

    private void insert(List<Row> rows) throws SQLException {
      try {
        execute(rows);
      } catch (SQLException e) {
        if (ClickHouseErrors.mayPass(e) || ClickHouseErrors.concernEveryRow(e)) {
          throw e;
        }
        narrow(rows, e);
      } catch (RuntimeException e) {
        if (Rejections.concernsEveryRecord(e)) {
          throw e;
        }
        narrow(rows, e);
      }
    }

    private void narrow(List<Row> rows, Exception e) throws SQLException {
      disconnect();
      if (rows.size() > 1) {
        insert(rows.subList(0, rows.size() / 2));
        insert(rows.subList(rows.size() / 2, rows.size()));
        return;
      }
      refused.put(rows.get(0), e);
      requireTable(e);
    }

    /** Fails with the last error where it is one of the table. */
    private void requireTable(Exception last) throws SQLException {
      if (isOfTheTable()) {
        throw new SQLException(
            "ClickHouse refuses each of %d rows: %s".formatted(refused.size(), last.getMessage()),
            last);
      }
    }

    /** Known to be of a row is only what names a value; a lone row may be a poor one. */
    private boolean isOfTheTable() {
      int readable = size - unreadable.size();
      return !isAnyInserted
          && readable > 1
          && refused.size() == Math.min(readable, MOST_REFUSED)
          && refused.values().stream().noneMatch(SinkTable.UnwritableRow.class::isInstance)
          && refused.values().stream().map(ClickHouseSink::kind).distinct().count() == 1;
    }

    /** What is read is not kept: deliveries are long, and their bodies are no columns. */
    private void execute(List<Row> rows) throws SQLException {
      try (var statement = connected().prepareStatement(table.insert())) {
        int added = 0;
        for (var row : rows) {
          SpecificRecord value = read(row);
          if (value != null && !isSuperseded(row, value)) {
            table.add(statement, value, row.version());
            added++;
          }
        }
        if (added > 0) {
          statement.executeBatch();
          isAnyInserted = true;
        }
      }
    }

    /** Whether a retried record has a newer row in the table. */
    private boolean isSuperseded(Row row, SpecificRecord value) throws SQLException {
      return row.isRetried()
          && table.takesNewerOnly()
          && table.hasNewer(connected(), value, row.version());
    }

    /** The value of a row; null if it cannot be read. A registry that is away is waited for. */
    private SpecificRecord read(Row row) {
      if (unreadable.containsKey(row)) {
        return null;
      }
      try {
        return readers.get(row.record().topic()).apply(row.record().value());
      } catch (RuntimeException e) {
        if (Rejections.concernsEveryRecord(e)) {
          throw e;
        }
        unreadable.put(row, e);
        return null;
      }
    }
  }

  private static String kind(Exception error) {
    return error.getClass().getName()
        + (error instanceof SQLException refusal ? refusal.getErrorCode() : "");
  }

  /** Before offsets are committed: a crash in between repeats it, with the same id. */
  private void reject(SinkTable table, Row row, Exception error) {
    var rejected = rejections.reject(Place.SINK, table.name(), row.source(), error, Instant.now());
    // One of the table of rejected records would come here again.
    if (!table.topic().equals(Topics.REJECTED)) {
      rejectedRecords.write(rejections.record(rejected));
    }
  }

  /** A commit that fails costs a repetition only: the rows are in the table. */
  private void commit(List<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (var partition : partitions) {
      offsets.put(partition, new OffsetAndMetadata(waiting.get(partition).lastKey() + 1));
      forget(partition);
    }
    try {
      consumer.commitSync(offsets, COMMIT_TIMEOUT);
      offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
      log.warn("rows are written, but their offsets are not committed: {}", e.getMessage());
    }
  }

  /**
   * Commits where it has read to, while nothing waits: behind the last row there may be marks of
   * transactions, which are no records. Without it nobody could see that the sink is at the end.
   */
  private void commitPassed() {
    Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
    try {
      for (var partition : assigned(topic -> !stopped.containsKey(topic))) {
        long position = consumer.position(partition, COMMIT_TIMEOUT);
        if (!Long.valueOf(position).equals(committed.get(partition))) {
          passed.put(partition, new OffsetAndMetadata(position));
        }
      }
      if (!passed.isEmpty()) {
        consumer.commitSync(passed, COMMIT_TIMEOUT);
        passed.forEach((partition, offset) -> committed.put(partition, offset.offset()));
      }
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
      log.debug("where the sink has read to is not committed", e);
    }
  }

  private void forget(TopicPartition partition) {
    var forgotten = waiting.remove(partition);
    if (forgotten != null) {
      waitingRows -= forgotten.size();
      waitingBytes -=
          forgotten.values().stream().mapToLong(row -> row.record().value().length).sum();
    }
  }

  private void stop(String topic, List<TopicPartition> partitions, Exception e) {
    String problem =
        "the rows of %s can't be written to table %s: %s"
            .formatted(topic, tables.get(topic).name(), e.getMessage());
    log.error("{}; it stays stopped until the role is started again", problem, e);
    stopped.put(topic, problem);
    retrying = null;
    partitions.forEach(this::forget);
    consumer.pause(assigned(topic::equals));
  }

  /** Waits, fetching nothing but staying in the consumer group. */
  private void rest(Duration wait) {
    resting = true;
    consumer.pause(consumer.assignment());
    long until = System.nanoTime() + wait.toNanos();
    while (running && System.nanoTime() < until) {
      keep(consumer.poll(POLL));
    }
    resting = false;
    consumer.resume(assigned(topic -> !stopped.containsKey(topic)));
  }

  private List<TopicPartition> assigned(Predicate<String> topic) {
    return consumer.assignment().stream()
        .filter(partition -> topic.test(partition.topic()))
        .toList();
  }

  private Connection connected() throws SQLException {
    if (connection == null) {
      connection = connections.clickHouse();
    }
    return connection;
  }

  private void disconnect() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        log.debug("closing a connection to ClickHouse failed", e);
      }
      connection = null;
    }
  }

  private static <V extends SpecificRecord> Function<byte[], SpecificRecord> reader(
      Topic<V> topic, SchemaRegistryClient registry) {
    var deserializer = new AvroSerde<>(topic, registry).deserializer();
    return bytes -> deserializer.deserialize(topic.name(), bytes);
  }

  /** What waits of partitions that are taken away is left to their new owner. */
  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(ClickHouseSink.this::forget);
      partitions.forEach(committed::remove);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(
          partitions.stream()
              .filter(partition -> resting || stopped.containsKey(partition.topic()))
              .toList());
    }
  }
}
