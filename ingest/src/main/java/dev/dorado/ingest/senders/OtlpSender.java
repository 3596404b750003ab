package dev.dorado.ingest.senders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.auth.Authenticator;
import dev.dorado.ingest.auth.SharedSecretAuthenticator;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.DeliveryRequest;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.MalformedDelivery;
import dev.dorado.ingest.delivery.MissingField;
import dev.dorado.ingest.delivery.Translation;
import dev.dorado.server.Problem;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Traces by OTLP/HTTP, in protobuf or JSON, as OpenTelemetry's collectors and SDKs export them.
 * Spans by the CI/CD conventions become CI runs and deployments ({@link CicdSpan}); a CI system
 * exports all of its spans, so the others are counted and say nothing.
 */
final class OtlpSender implements CompatibleSender {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  /** Exporters append {@code /v1/traces} to the endpoint of all signals, not to that of traces. */
  private static final ApiPaths PATHS = ApiPaths.of("/webhooks/otlp", "/webhooks/otlp/v1/traces");

  private final Authenticator authenticator =
      new SharedSecretAuthenticator(
          "let the exporter send a secret of DORADO_SECRETS_OTLP as the header Authorization:"
              + " Bearer, as by OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20SECRET");
  private final SenderSettings settings;

  OtlpSender(SenderSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "otlp";
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public ApiPaths paths() {
    return PATHS;
  }

  /** Nothing: both paths mean the same. */
  @Override
  public Set<String> keptHeaders() {
    return Set.of();
  }

  @Override
  public String deliveryId(DeliveryRequest request) {
    return EventId.sha256Hex(request.body());
  }

  @Override
  public About about(DeliveryRequest request) {
    return new About(Optional.of("traces"), Optional.empty());
  }

  @Override
  public Translation translate(DeliveryRequest request, Provenance provenance) {
    Reading reading = read(request, provenance);
    if (!reading.events().isEmpty()) {
      return Translation.of(reading.events(), reading.otherSpans());
    }
    if (!reading.refused().isEmpty()) {
      throw reading.refused().get(0);
    }
    return Translation.ignored(
        "none of %d spans is the run of a pipeline, a task or a deployment by OpenTelemetry's conventions %s"
            .formatted(reading.otherSpans(), CicdConventions.VERSION),
        reading.otherSpans());
  }

  /** OTLP's answer, in the encoding of the request. */
  @Override
  public Answer answer(Accepted accepted) {
    String message = accepted.skipped().isEmpty() ? "" : accepted.skipped().get(0).getMessage();
    long rejected = message.isEmpty() ? 0 : rejectedSpans(accepted);
    if (isProtobuf(accepted.request())) {
      var response = ExportTraceServiceResponse.newBuilder();
      if (!message.isEmpty()) {
        response.getPartialSuccessBuilder().setRejectedSpans(rejected).setErrorMessage(message);
      }
      return new Answer.Encoded(200, PROTOBUF, response.build().toByteArray());
    }
    Map<String, Object> partial = new LinkedHashMap<>();
    if (!message.isEmpty()) {
      partial.put("rejectedSpans", Long.toString(rejected));
      partial.put("errorMessage", message);
    }
    return new Answer.JsonObject(200, Map.of("partialSuccess", partial));
  }

  /** What exporters log of a refusal is the message of a {@code google.rpc.Status}. */
  @Override
  public Optional<Answer> refusal(DeliveryRequest head, Problem problem) {
    if (!isProtobuf(head)) {
      return Optional.empty();
    }
    int code =
        switch (problem.status()) {
          case 401 -> 16;
          case 403 -> 7;
          case 413, 429 -> 8;
          case 500 -> 13;
          case 503 -> 14;
          default -> 3;
        };
    return Optional.of(
        new Answer.Encoded(
            problem.status(), PROTOBUF, OtlpProtobuf.status(code, problem.getMessage())));
  }

  private long rejectedSpans(Accepted accepted) {
    var request = accepted.request();
    Reading reading = read(request, request.provenance(name(), deliveryId(request)));
    // An event beyond its bounds stands for its span, though a task that deploys has two.
    return reading.refused().size() + reading.events().size() - accepted.events().size();
  }

  private Reading read(DeliveryRequest request, Provenance provenance) {
    List<CanonicalEvent<?>> events = new ArrayList<>();
    List<MissingField> refused = new ArrayList<>();
    int otherSpans = 0;
    for (Fields resource : body(request).maybeObjects("resourceSpans")) {
      Map<String, Fields> ofResource =
          resource.maybeObject("resource").map(OtlpAttributes::byName).orElse(Map.of());
      for (Fields scope : resource.maybeObjects("scopeSpans")) {
        for (Fields span : scope.maybeObjects("spans")) {
          try {
            var attributes = OtlpAttributes.of(span, ofResource);
            var meant = new CicdSpan(span, attributes, settings, provenance).events();
            events.addAll(meant);
            otherSpans += meant.isEmpty() ? 1 : 0;
          } catch (MissingField e) {
            refused.add(e);
            request.leftOut().add(e);
          }
        }
      }
    }
    return new Reading(events, refused, otherSpans);
  }

  private static Fields body(DeliveryRequest request) {
    if (isProtobuf(request)) {
      JsonNode json = OtlpProtobuf.traces(request.body());
      return request.fields(json, "$");
    }
    String type = request.mediaType();
    if (type.equals(JSON) || request.beginsAsJsonObject()) {
      return request.fields();
    }
    throw new MalformedDelivery(
        "the Content-Type is '%s': expected %s or %s"
            .formatted(Fields.beginning(type), PROTOBUF, JSON));
  }

  private static boolean isProtobuf(DeliveryRequest request) {
    return request.mediaType().equals(PROTOBUF)
        || request.mediaType().equals("application/protobuf");
  }

  /**
   * What the spans of a request mean.
   *
   * @param refused why spans by the conventions could not be used
   * @param otherSpans how many spans are of something else
   */
  private record Reading(
      List<CanonicalEvent<?>> events, List<MissingField> refused, int otherSpans) {}
}
