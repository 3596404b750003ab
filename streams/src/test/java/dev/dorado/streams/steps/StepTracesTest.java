package dev.dorado.streams.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dorado.server.TraceSpan;
import dev.dorado.server.Traces;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class StepTracesTest {

  private static final long NOW = Instant.parse("2026-03-05T12:00:00Z").toEpochMilli();

  private final Noted noted = new Noted();
  private final StepTraces traces = new StepTraces("route", noted);

  @Test
  void anUpdateFollowsFromItsInputAndWhatItSendsFromTheUpdate() {
    traces.came(input("shop", "a"), NOW);
    traces.updating("shop");
    assertThat(traceparent(traces.sent(output()))).isEqualTo("span 1");
    traces.updated("shop", true);
    assertThat(noted.started).containsExactly("route after [a]");
    assertThat(noted.ended).containsExactly("span 1");
    assertThat(traceparent(traces.sent(output()))).isNull();
  }

  @Test
  void severalInputsOfOneUpdateAreLinked() {
    for (String input : List.of("a", "b", "c")) {
      traces.came(input("shop", input), NOW);
    }
    traces.came(input("cart", "d"), NOW);
    traces.updating("shop");
    traces.updated("shop", true);
    assertThat(noted.started).containsExactly("route after [a, b, c]");
  }

  @Test
  void anUpdateInPartsIsOneSpan() {
    traces.came(input("shop", "a"), NOW);
    traces.updating("shop");
    traces.updated("shop", false);
    traces.updating("cart");
    assertThat(traceparent(traces.sent(output()))).isNull();
    traces.updated("cart", true);
    traces.updating("shop");
    assertThat(traceparent(traces.sent(output()))).isEqualTo("span 1");
    traces.updated("shop", true);
    assertThat(noted.started).hasSize(1);
    assertThat(noted.ended).hasSize(1);
  }

  @Test
  void anUpdateWithoutATracedInputIsNone() {
    traces.came(new Record<>("shop", null, NOW), NOW);
    traces.updating("shop");
    traces.updated("shop", true);
    assertThat(noted.started).isEmpty();
  }

  @Test
  void eventsThatAreReadAgainForANewGenerationAreNotFollowed() {
    var old = new Record<String, Encoded>("shop", null, NOW - 3_600_000, input("", "a").headers());
    traces.came(old, NOW);
    traces.updating("shop");
    assertThat(noted.started).isEmpty();
    // What steps send has no time, and follows from something that was followed.
    var fromStep = new Record<String, Encoded>("shop", null, 0L, input("", "b").headers());
    traces.came(fromStep, NOW);
    traces.updating("shop");
    assertThat(noted.started).containsExactly("route after [b]");
  }

  @Test
  void whileTracesAreOffRecordsHaveNoHeaders() {
    var off = new StepTraces("route", Traces.OFF);
    off.came(input("shop", "a"), NOW);
    off.updating("shop");
    assertThat(off.sent(output()).headers()).isEmpty();
    off.updated("shop", true);
  }

  private static Record<String, Encoded> input(String key, String traceparent) {
    var headers = new RecordHeaders();
    headers.add(Traces.HEADER, traceparent.getBytes(UTF_8));
    return new Record<>(key, null, NOW, headers);
  }

  private static Record<String, Emission> output() {
    return new Record<>("fact", null, 0L);
  }

  private static String traceparent(Record<String, Emission> record) {
    var header = record.headers().lastHeader(Traces.HEADER);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  /** Traces in memory, whose spans are named by their number. */
  private static final class Noted implements Traces {

    private final List<String> started = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();

    @Override
    public boolean areOn() {
      return true;
    }

    @Override
    public TraceSpan start(
        TraceSpan.Kind kind, String name, List<String> parents, Instant startedAt) {
      started.add("%s after %s".formatted(name, parents));
      String span = "span " + started.size();
      return new TraceSpan() {
        @Override
        public Optional<String> traceparent() {
          return Optional.of(span);
        }

        @Override
        public TraceSpan child(Kind kind, String name) {
          return start(kind, name, List.of(span), Instant.EPOCH);
        }

        @Override
        public TraceSpan with(String name, String value) {
          return this;
        }

        @Override
        public TraceSpan with(String name, long value) {
          return this;
        }

        @Override
        public void fail(String message) {}

        @Override
        public void end() {
          ended.add(span);
        }
      };
    }

    @Override
    public void close() {}
  }
}
