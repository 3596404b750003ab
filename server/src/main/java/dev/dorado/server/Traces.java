package dev.dorado.server;

import com.typesafe.config.Config;
import java.time.Instant;
import java.util.List;

/**
 * Traces of what Dorado does with a delivery, exported by OTLP. They are off unless an endpoint is
 * set ({@code OTEL_EXPORTER_OTLP_ENDPOINT}); then not a class of OpenTelemetry is loaded. No fact
 * depends on them. Thread-safe.
 */
public interface Traces extends AutoCloseable {

  /** Header of requests and of Kafka's records that names the span they follow from. */
  String HEADER = "traceparent";

  /** Records nothing. */
  Traces OFF =
      new Traces() {
        @Override
        public boolean areOn() {
          return false;
        }

        @Override
        public TraceSpan start(
            TraceSpan.Kind kind, String name, List<String> parents, Instant startedAt) {
          return TraceSpan.NONE;
        }

        @Override
        public void close() {}
      };

  /**
   * As {@code dorado.tracing} and OpenTelemetry's own variables say.
   *
   * @param role name of the role, which follows {@code dorado-} in the name of the service
   * @throws IllegalArgumentException if OpenTelemetry can't use its settings
   */
  static Traces from(Config config, String role) {
    String endpoint = config.getString("dorado.tracing.endpoint");
    String tracesEndpoint = config.getString("dorado.tracing.traces-endpoint");
    return endpoint.isBlank() && tracesEndpoint.isBlank()
        ? OFF
        : OpenTelemetryTraces.start("dorado-" + role, endpoint, tracesEndpoint);
  }

  /** Whether anything is recorded. */
  boolean areOn();

  /**
   * Starts a span.
   *
   * @param parents the span that it follows from, then others that it is linked with, each as
   *     {@link TraceSpan#traceparent} has it; what is none is left out, and without any it begins a
   *     trace
   */
  TraceSpan start(TraceSpan.Kind kind, String name, List<String> parents, Instant startedAt);

  /** Starts a span now. */
  default TraceSpan start(TraceSpan.Kind kind, String name, List<String> parents) {
    return areOn() ? start(kind, name, parents, Instant.now()) : TraceSpan.NONE;
  }

  /** Exports what has ended, and ends. */
  @Override
  void close();
}
