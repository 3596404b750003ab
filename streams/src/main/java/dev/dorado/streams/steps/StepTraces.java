package dev.dorado.streams.steps;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dorado.server.TraceSpan;
import dev.dorado.server.Traces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Follows traces through a step: the update of a key is a span, which follows from the input that
 * came first and is linked with others that it takes in too. What the update sends on names that
 * span. Traces are in memory only: those of inputs that wait while the step is started again are
 * not followed. For one thread.
 */
final class StepTraces {

  /** Keys whose inputs wait; of more, the oldest is forgotten. */
  private static final int MOST_KEYS = 1_000;

  /** Inputs of one update that are followed. */
  private static final int MOST_INPUTS = 16;

  /** An event that is older is read again, for a new generation of facts. */
  private static final Duration OLDEST = Duration.ofMinutes(10);

  private final String step;
  private final Traces traces;
  private final Map<String, List<String>> waiting = new LinkedHashMap<>();
  private final Map<String, TraceSpan> underWay = new HashMap<>();
  private TraceSpan current = TraceSpan.NONE;

  StepTraces(String step, Traces traces) {
    this.step = step;
    this.traces = traces;
  }

  /** An input came that changes its key. */
  void came(Record<String, Encoded> record, long nowMs) {
    if (!traces.areOn()) {
      return;
    }
    Header header = record.headers().lastHeader(Traces.HEADER);
    // What steps send has no time.
    boolean isOld = record.timestamp() > 0 && nowMs - record.timestamp() > OLDEST.toMillis();
    if (header == null || isOld) {
      return;
    }
    var inputs = waiting.computeIfAbsent(record.key(), key -> new ArrayList<>(1));
    if (inputs.size() < MOST_INPUTS) {
      inputs.add(new String(header.value(), UTF_8));
    }
    if (waiting.size() > MOST_KEYS) {
      waiting.remove(waiting.keySet().iterator().next());
    }
  }

  /** The update of a key begins or continues. */
  void updating(String key) {
    if (!traces.areOn()) {
      return;
    }
    var inputs = waiting.remove(key);
    if (inputs != null) {
      underWay.computeIfAbsent(
          key,
          k ->
              traces
                  .start(TraceSpan.Kind.CONSUMER, step, inputs)
                  .with("dorado.step", step)
                  .with("dorado.key", key));
    }
    current = underWay.getOrDefault(key, TraceSpan.NONE);
  }

  /** The update has ended, or rests. */
  void updated(String key, boolean isDone) {
    if (isDone && !underWay.isEmpty()) {
      var span = underWay.remove(key);
      if (span != null) {
        span.end();
      }
    }
    current = TraceSpan.NONE;
  }

  /** What the update sends on. */
  <V> Record<String, V> sent(Record<String, V> record) {
    current
        .traceparent()
        .ifPresent(span -> record.headers().add(Traces.HEADER, span.getBytes(UTF_8)));
    return record;
  }
}
