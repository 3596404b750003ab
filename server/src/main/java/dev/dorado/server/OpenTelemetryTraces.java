package dev.dorado.server;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces by OpenTelemetry's SDK, which reads its own environment variables. */
final class OpenTelemetryTraces implements Traces {

  private static final Logger log = LoggerFactory.getLogger(OpenTelemetryTraces.class);
  private static final long CLOSING_SECONDS = 5;

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  private OpenTelemetryTraces(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer("dev.dorado");
  }

  /**
   * @param service name of the service, unless {@code OTEL_SERVICE_NAME} has another
   * @param endpoint where all signals go, {@code /v1/traces} is appended; or blank
   * @param tracesEndpoint where traces go; or blank
   */
  static OpenTelemetryTraces start(String service, String endpoint, String tracesEndpoint) {
    Map<String, String> defaults =
        Map.of(
            "otel.service.name", service,
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");
    Map<String, String> endpoints = new HashMap<>();
    if (!endpoint.isBlank()) {
      endpoints.put("otel.exporter.otlp.endpoint", endpoint.strip());
    }
    if (!tracesEndpoint.isBlank()) {
      endpoints.put("otel.exporter.otlp.traces.endpoint", tracesEndpoint.strip());
    }
    try {
      var sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              // A role closes it, after all that it records.
              .disableShutdownHook()
              .addPropertiesSupplier(() -> defaults)
              .addPropertiesCustomizer(properties -> endpoints)
              .build()
              .getOpenTelemetrySdk();
      log.info("traces are exported by OTLP to {}", endpoints.values());
      return new OpenTelemetryTraces(sdk);
    } catch (ConfigurationException | IllegalStateException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "traces can't be exported to %s: %s. Check the variables that begin with OTEL_; the protocol must be http/protobuf. Unset OTEL_EXPORTER_OTLP_ENDPOINT to start without traces"
              .formatted(endpoints.values(), e.getMessage()),
          e);
    }
  }

  @Override
  public boolean areOn() {
    return true;
  }

  @Override
  public TraceSpan start(
      TraceSpan.Kind kind, String name, List<String> parents, Instant startedAt) {
    List<SpanContext> known =
        parents.stream().map(OpenTelemetryTraces::context).filter(SpanContext::isValid).toList();
    var builder =
        tracer
            .spanBuilder(name)
            .setSpanKind(SpanKind.valueOf(kind.name()))
            .setStartTimestamp(startedAt);
    if (known.isEmpty()) {
      builder.setNoParent();
    } else {
      builder.setParent(Context.root().with(Span.wrap(known.get(0))));
      known.stream().skip(1).forEach(builder::addLink);
    }
    return new Recorded(tracer, builder.startSpan());
  }

  private static SpanContext context(String traceparent) {
    var context =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), traceparent, HeaderAlone.INSTANCE);
    return Span.fromContext(context).getSpanContext();
  }

  @Override
  public void close() {
    sdk.shutdown().join(CLOSING_SECONDS, TimeUnit.SECONDS);
  }

  private record Recorded(Tracer tracer, Span span) implements TraceSpan {

    @Override
    public Optional<String> traceparent() {
      var context = span.getSpanContext();
      return context.isSampled()
          ? Optional.of(
              "00-%s-%s-%s"
                  .formatted(
                      context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex()))
          : Optional.empty();
    }

    @Override
    public TraceSpan child(Kind kind, String name) {
      return new Recorded(
          tracer,
          tracer
              .spanBuilder(name)
              .setSpanKind(SpanKind.valueOf(kind.name()))
              .setParent(Context.root().with(span))
              .startSpan());
    }

    @Override
    public TraceSpan with(String name, String value) {
      span.setAttribute(name, value);
      return this;
    }

    @Override
    public TraceSpan with(String name, long value) {
      span.setAttribute(name, value);
      return this;
    }

    @Override
    public void fail(String message) {
      span.setStatus(StatusCode.ERROR, message);
    }

    @Override
    public void end() {
      span.end();
    }
  }

  /** The header, where there is no other. */
  private enum HeaderAlone implements TextMapGetter<String> {
    INSTANCE;

    @Override
    public Iterable<String> keys(String traceparent) {
      return List.of(HEADER);
    }

    @Override
    public String get(String traceparent, String name) {
      return name.equals(HEADER) ? traceparent : null;
    }
  }
}
