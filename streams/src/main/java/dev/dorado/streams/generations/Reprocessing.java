package dev.dorado.streams.generations;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Generation;
import dev.dorado.schemas.Generations;
import dev.dorado.schemas.Setup;
import dev.dorado.schemas.Topic;
import dev.dorado.schemas.Topics;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Asks for a new generation of facts, and tells how far it is. Computing it is the work of the role
 * streams, which sees by the table of generations what is asked of it. Thread-safe.
 */
public final class Reprocessing implements AutoCloseable {

  private final Connections connections;
  private final String firstApplicationId;
  private final Generations generations;
  private final Offsets offsets;

  /**
   * @param config settings at {@code dorado.streams}
   * @param connections where everything is
   */
  public Reprocessing(Config config, Connections connections) {
    this.connections = requireNonNull(connections);
    this.firstApplicationId = config.getString("dorado.streams.application-id");
    this.generations = new Generations(connections);
    this.offsets = new Offsets(connections, "dorado-reprocess");
  }

  /**
   * Begins a new generation, or takes up the one that is being built in the same way.
   *
   * @param computation how it is to be computed
   * @param progress is told each step as it is done, in words for people
   * @throws SQLException if ClickHouse is away or not set up
   * @throws dev.dorado.schemas.SetupException if Kafka or the registry is away
   */
  public Generation begin(Computation computation, Consumer<String> progress) throws SQLException {
    return begin(computation, false, progress);
  }

  /**
   * As {@link #begin}, one that is computed to be compared only.
   *
   * @throws SQLException if ClickHouse is away or not set up
   * @throws dev.dorado.schemas.SetupException if Kafka or the registry is away
   */
  public Generation beginPreview(Computation computation, Consumer<String> progress)
      throws SQLException {
    return begin(computation, true, progress);
  }

  private Generation begin(Computation computation, boolean preview, Consumer<String> progress)
      throws SQLException {
    var all = generations.all();
    var same =
        preview
            ? GenerationPlan.preview(all, computation)
            : GenerationPlan.building(all, computation);
    if (same.isPresent()) {
      return same.get();
    }
    int number = GenerationPlan.next(all);
    // Its row comes last: whoever reads it finds what it speaks of.
    new Setup(connections, progress).run(number);
    return generations.begin(
        number, computation.settings(), computation.code(), computation.rules(), preview);
  }

  /** Whether nothing has been computed of a generation yet. */
  public boolean isUntouched(Generation generation)
      throws ExecutionException, InterruptedException {
    return offsets.committed(generation.applicationId(firstApplicationId)).isEmpty();
  }

  /**
   * How far a generation is.
   *
   * @throws SQLException if ClickHouse is away
   * @throws ExecutionException if Kafka is away
   */
  public Progress progress(int number)
      throws SQLException, ExecutionException, InterruptedException {
    var all = generations.all();
    var generation = all.stream().filter(one -> one.number() == number).findFirst().orElseThrow();
    String group = generation.applicationId(firstApplicationId);
    Map<TopicPartition, Long> committed = offsets.committed(group);
    Optional<Map<TopicPartition, Long>> ends =
        offsets.ends(Topics.events().stream().map(Topic::name).toList());
    long events = ends.orElse(Map.of()).values().stream().mapToLong(Long::longValue).sum();
    long read =
        ends.orElse(Map.of()).entrySet().stream()
            .mapToLong(end -> Math.min(end.getValue(), committed.getOrDefault(end.getKey(), 0L)))
            .sum();
    return new Progress(
        generation.state(all), generation.readyAt().isPresent(), read, events, isComputed(group));
  }

  /**
   * How far a generation is.
   *
   * @param state what it is to the others
   * @param ready whether a preview can be compared now
   * @param read how many of the events it has read
   * @param events how many events there are now
   * @param computed whether a role streams computes it now
   */
  public record Progress(
      Generation.State state, boolean ready, long read, long events, boolean computed) {

    /** Whether it is on its way to where queries or a comparison find it. */
    public boolean isCatchingUp() {
      return state == Generation.State.BUILDING || (state == Generation.State.PREVIEW && !ready);
    }
  }

  private boolean isComputed(String group) throws ExecutionException, InterruptedException {
    Admin admin = offsets.admin();
    try {
      return !admin.describeConsumerGroups(java.util.List.of(group)).all().get().values().stream()
          .allMatch(description -> description.members().isEmpty());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    offsets.close();
  }
}
