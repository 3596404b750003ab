package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.dorado.events.CiRunEvent;
import dev.dorado.events.DeploymentEvent;
import dev.dorado.ingest.senders.OtlpBodies;
import dev.dorado.server.Json;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What exporters of traces are answered, OpenTelemetry's own among them. */
class OtlpRoutesTest {

  private static final String SECRET = "otlp-secret";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final String DEPLOYMENT =
      """
      {"resourceSpans": [{"resource": {"attributes": [
          {"key": "service.name", "value": {"stringValue": "checkout"}}]},
        "scopeSpans": [{"spans": [
          {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
            "name": "deploy", "kind": 1,
            "startTimeUnixNano": "1772366400000000000", "endTimeUnixNano": "%s",
            "attributes": [
              {"key": "deployment.id", "value": {"stringValue": "1208"}},
              {"key": "deployment.environment.name", "value": {"stringValue": "production"}}]},
          {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b175",
            "name": "GET", "startTimeUnixNano": "1", "endTimeUnixNano": "2"}]}]}]}
      """;
  private static final byte[] IN_JSON = DEPLOYMENT.formatted("1772366700000000000").getBytes(UTF_8);
  private static final byte[] FROM_2100 =
      DEPLOYMENT.formatted("4102444800000000000").getBytes(UTF_8);

  private final RecordingPublisher kafka = new RecordingPublisher();
  private final IngestServer server =
      IngestServer.start(
          IngestServer.config(Map.of("dorado.ingest.secrets.otlp", SECRET)), kafka, false);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
  }

  // ---- OpenTelemetry's exporter ---------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"/webhooks/otlp, none", "/webhooks/otlp/v1/traces, gzip"})
  void theExporterOfTheJavaSdkSucceeds(String path, String compression) {
    try (var exporter = new NotedExporter(path, SECRET, compression)) {
      deploy(exporter);
      assertThat(exporter.results).hasSize(3).allMatch(CompletableResultCode::isSuccess);
    }
    assertThat(kafka.events).hasSize(3);
    var run = only(CiRunEvent.class, 1);
    assertThat(run.getRun()).isEqualTo("otlp:github.com/acme/shop:run:120912");
    assertThat(run.getOutcome()).isEqualTo("success");
    var deployment = only(DeploymentEvent.class, 0);
    assertThat(deployment.getService()).isEqualTo("checkout");
    assertThat(deployment.getEnvironment()).isEqualTo("production");
    assertThat(deployment.getStatus()).isEqualTo("succeeded");
    assertThat(kafka.deliveries).extracting(kept -> kept.getSender()).containsOnly("otlp");
    assertThat(server.counted("dorado_ingest_unmeasured_total", "sender=\"otlp\"")).isOne();
  }

  @Test
  void theJsonOfTheJavaSdkMeansWhatItsProtobufMeans() throws Exception {
    List<SpanData> spans = new ArrayList<>();
    try (var exporter = new NotedExporter("/webhooks/otlp", SECRET, "none")) {
      deploy(exporter);
      exporter.exported.forEach(spans::addAll);
    }
    List<String> inProtobuf = ids();
    var json = new ByteArrayOutputStream();
    TraceRequestMarshaler.create(spans).writeJsonTo(json);
    var answer = post("/webhooks/otlp/v1/traces", JSON, json.toByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ids().subList(3, 6)).containsExactlyInAnyOrderElementsOf(inProtobuf);
  }

  @Test
  void anExporterWithAnotherSecretFailsForGood() {
    try (var exporter = new NotedExporter("/webhooks/otlp", "another", "gzip")) {
      deploy(exporter);
      assertThat(exporter.results).hasSize(3).noneMatch(CompletableResultCode::isSuccess);
    }
    assertThat(kafka.deliveries).isEmpty();
  }

  // ---- answers --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"/webhooks/otlp", "/webhooks/otlp/v1/traces"})
  void aRequestInProtobufIsAnsweredInProtobuf(String path) throws Exception {
    var answer = post(path, PROTOBUF, protobuf(IN_JSON));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains(PROTOBUF);
    assertThat(ExportTraceServiceResponse.parseFrom(answer.body()))
        .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    assertThat(kafka.events).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/webhooks/otlp", "/webhooks/otlp/v1/traces"})
  void aRequestInJsonIsAnsweredInJson(String path) throws Exception {
    var answer = post(path, JSON, IN_JSON);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith(JSON));
    assertThat(Json.MAPPER.readTree(answer.body()))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"partialSuccess\":{},\"meta\":{\"accepted\":1,\"unmeasured\":1}}"));
  }

  @Test
  void spansThatMeanNothingSucceed() throws Exception {
    byte[] body = new String(IN_JSON, UTF_8).replace("deployment.", "my.").getBytes(UTF_8);
    var answer = post("/webhooks/otlp", PROTOBUF, protobuf(body));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ExportTraceServiceResponse.parseFrom(answer.body()).hasPartialSuccess()).isFalse();
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("ignored");
    assertThat(server.counted("dorado_ingest_unmeasured_total", "sender=\"otlp\"")).isEqualTo(2);
    assertThat(post("/webhooks/otlp", PROTOBUF, new byte[0]).statusCode()).isEqualTo(200);
  }

  @Test
  void spansThatCannotBeUsedAreCountedAsRejected() throws Exception {
    var both = ExportTraceServiceRequest.newBuilder();
    for (byte[] body : List.of(IN_JSON, FROM_2100)) {
      both.mergeFrom(ExportTraceServiceRequest.parseFrom(protobuf(body)));
    }
    var answer = post("/webhooks/otlp", PROTOBUF, both.build().toByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    var partial = ExportTraceServiceResponse.parseFrom(answer.body()).getPartialSuccess();
    assertThat(partial.getRejectedSpans()).isOne();
    assertThat(partial.getErrorMessage())
        .startsWith("$.resourceSpans[1].scopeSpans[0].spans[0].endTimeUnixNano is '41024448");
    assertThat(kafka.events).hasSize(1);
  }

  @Test
  void spansBeyondTheBoundsOfEventsAreCountedAsRejectedToo() throws Exception {
    String longName = "x".repeat(600);
    byte[] both =
        new String(IN_JSON, UTF_8)
            .replace(
                "\"name\": \"GET\",",
                "\"name\": \"GET\", \"attributes\": [{\"key\": \"deployment.id\", \"value\": {\"stringValue\": \"%s\"}}],"
                    .formatted(longName))
            .getBytes(UTF_8);
    JsonNode answer = Json.MAPPER.readTree(post("/webhooks/otlp", JSON, both).body());
    assertThat(answer.at("/partialSuccess/rejectedSpans").asText()).isEqualTo("1");
    assertThat(answer.at("/partialSuccess/errorMessage").asText()).isNotBlank();
    assertThat(answer.at("/meta/accepted").asInt()).isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-protobuf, 422, 3",
    "application/json, 422, 0",
  })
  void ifNoSpanCanBeUsedTheRequestIsRefused(String type, int status, int code) throws Exception {
    byte[] body = type.equals(JSON) ? FROM_2100 : protobuf(FROM_2100);
    var answer = post("/webhooks/otlp", type, body);
    assertThat(answer.statusCode()).isEqualTo(status);
    if (code > 0) {
      assertThat(answer.headers().firstValue("Content-Type")).contains(PROTOBUF);
      assertThat(status(answer.body())).isEqualTo(code);
    } else {
      assertThat(Json.MAPPER.readTree(answer.body()).path("field").asText())
          .endsWith("endTimeUnixNano");
    }
    assertThat(kafka.deliveries.get(0).getOutcome()).isEqualTo("dead");
  }

  @Test
  void aHostileBodyIsRefusedAndNeverAnErrorOfOurs() throws Exception {
    byte[] garbage = new byte[1000];
    Arrays.fill(garbage, (byte) 0xff);
    for (byte[] body : List.of(garbage, "{}".getBytes(UTF_8), new byte[] {0x0a, 0x7f})) {
      var answer = post("/webhooks/otlp", PROTOBUF, body);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(status(answer.body())).isEqualTo(3);
      assertThat(new String(answer.body(), UTF_8)).contains("no ExportTraceServiceRequest");
    }
    String deep = "{\"resourceSpans\":" + "[".repeat(5000);
    assertThat(post("/webhooks/otlp", JSON, deep.getBytes(UTF_8)).statusCode()).isEqualTo(400);
    assertThat(post("/webhooks/otlp", "text/plain", garbage).statusCode()).isEqualTo(400);
    assertThat(post("/webhooks/otlp", JSON, "[]".getBytes(UTF_8)).statusCode()).isEqualTo(400);
  }

  @Test
  void whoShowsNoSecretReadsWhatToSet() throws Exception {
    var answer = post("/webhooks/otlp/v1/traces", PROTOBUF, protobuf(IN_JSON), Map.of());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(status(answer.body())).isEqualTo(16);
    assertThat(new String(answer.body(), UTF_8)).contains("OTEL_EXPORTER_OTLP_HEADERS");
    assertThat(server.counted("dorado_ingest_refused_total", "sender=\"otlp\"")).isOne();
  }

  @Test
  void whatKafkaDoesNotAcknowledgeMayBeSentAgain() throws Exception {
    kafka.fail("Kafka is away");
    var answer = post("/webhooks/otlp", PROTOBUF, protobuf(IN_JSON));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(status(answer.body())).isEqualTo(14);
  }

  // ---- compression ----------------------------------------------------------------------------

  @Test
  void aCompressedBodyIsKeptUnpackedAndCountsOnce() throws Exception {
    var packed = gzip(protobuf(IN_JSON));
    assertThat(post("/webhooks/otlp", PROTOBUF, packed, gzipped()).statusCode()).isEqualTo(200);
    assertThat(post("/webhooks/otlp", PROTOBUF, protobuf(IN_JSON)).statusCode()).isEqualTo(200);
    assertThat(kafka.deliveries).hasSize(2);
    assertThat(kafka.deliveries.get(0).getId()).isEqualTo(kafka.deliveries.get(1).getId());
    assertThat(kafka.deliveries.get(0).getBody()).isEqualTo(ByteBuffer.wrap(protobuf(IN_JSON)));
    assertThat(kafka.deliveries.get(0).getHeaders()).doesNotContainKey("content-encoding");
    assertThat(ids().get(0)).isEqualTo(ids().get(1));
  }

  @Test
  void aBodyThatUnpacksToFarMoreThanMayComeIsTooLarge() throws Exception {
    byte[] bomb = gzip(new byte[40 * 1024 * 1024]);
    assertThat(bomb.length).isLessThan(50_000);
    var answer = post("/webhooks/otlp", PROTOBUF, bomb, gzipped());
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(new String(answer.body(), UTF_8)).contains("once it is unpacked");
    assertThat(kafka.deliveries).isEmpty();
    assertThat(post("/webhooks/otlp", PROTOBUF, gzip(new byte[0]), gzipped()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aBodyThatIsNotWhatItsEncodingStatesIsMalformed() throws Exception {
    byte[] packed = gzip(protobuf(IN_JSON));
    byte[] broken = Arrays.copyOf(packed, packed.length / 2);
    for (byte[] body : List.of(protobuf(IN_JSON), broken, new byte[0])) {
      var answer = post("/webhooks/otlp", PROTOBUF, body, gzipped());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(new String(answer.body(), UTF_8)).contains("the body is not gzip");
    }
    var headers = gzipped();
    headers.put("Content-Encoding", "zstd");
    var answer = post("/webhooks/otlp", PROTOBUF, packed, headers);
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(new String(answer.body(), UTF_8)).contains("'zstd': expected gzip, or none");
  }

  @Test
  void everySenderMayCompress() throws Exception {
    byte[] event =
        "{\"events\":[{\"kind\":\"deployment\",\"service\":\"shop\",\"sha\":\"4f9c2d1e\",\"status\":\"succeeded\",\"finished_at\":\"2026-03-01T12:00:00Z\"}]}"
            .getBytes(UTF_8);
    try (var open = IngestServer.open(kafka)) {
      var answer =
          open.send(
              "POST",
              "/webhooks/generic",
              Map.of("Content-Encoding", "gzip", "Content-Type", JSON),
              gzip(event));
      assertThat(answer.status()).isEqualTo(202);
    }
    assertThat(kafka.events).hasSize(1);
  }

  // ---------------------------------------------------------------------------------------------

  /** A run of a pipeline whose second task deploys, and a call over HTTP on the way. */
  private static void deploy(SpanExporter exporter) {
    var resource =
        Resource.create(
            Attributes.builder()
                .put("service.name", "checkout")
                .put("cicd.pipeline.name", "ship")
                .put("cicd.pipeline.run.id", "120912")
                .put("vcs.repository.url.full", "https://github.com/acme/shop")
                .build());
    try (var traces =
        SdkTracerProvider.builder()
            .setResource(resource)
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      var tracer = traces.get("ci");
      Instant start = Instant.parse("2026-03-01T12:00:00Z");
      Span run =
          tracer
              .spanBuilder("RUN ship")
              .setSpanKind(SpanKind.SERVER)
              .setStartTimestamp(start)
              .startSpan();
      Context inRun = Context.root().with(run);
      Span call = tracer.spanBuilder("GET").setParent(inRun).setStartTimestamp(start).startSpan();
      call.end(start.plusSeconds(1));
      Span task =
          tracer.spanBuilder("deploy").setParent(inRun).setStartTimestamp(start).startSpan();
      task.setAttribute("cicd.pipeline.task.name", "deploy");
      task.setAttribute("cicd.pipeline.task.run.id", "12097");
      task.setAttribute("cicd.pipeline.task.type", "deploy");
      task.setAttribute("cicd.pipeline.task.run.result", "success");
      task.setAttribute("deployment.environment.name", "production");
      task.end(start.plusSeconds(200));
      run.setAttribute(AttributeKey.stringKey("cicd.pipeline.result"), "success");
      run.end(start.plusSeconds(300));
    }
  }

  /** OpenTelemetry's exporter, noting what it exported and what came of it. */
  private final class NotedExporter implements SpanExporter {

    private final OtlpHttpSpanExporter exporter;
    private final List<Collection<SpanData>> exported = new ArrayList<>();
    private final List<CompletableResultCode> results = new ArrayList<>();

    NotedExporter(String path, String secret, String compression) {
      exporter =
          OtlpHttpSpanExporter.builder()
              .setEndpoint("http://127.0.0.1:%d%s".formatted(server.port(), path))
              .setCompression(compression)
              .addHeader("Authorization", "Bearer " + secret)
              .setTimeout(60, TimeUnit.SECONDS)
              .build();
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      exported.add(List.copyOf(spans));
      var result = exporter.export(spans).join(60, TimeUnit.SECONDS);
      results.add(result);
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  private HttpResponse<byte[]> post(String path, String type, byte[] body)
      throws IOException, InterruptedException {
    return post(path, type, body, Map.of("Authorization", "Bearer " + SECRET));
  }

  private HttpResponse<byte[]> post(
      String path, String type, byte[] body, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static Map<String, String> gzipped() {
    return new HashMap<>(Map.of("Authorization", "Bearer " + SECRET, "Content-Encoding", "gzip"));
  }

  private static byte[] gzip(byte[] plain) {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] protobuf(byte[] json) {
    return OtlpBodies.protobuf(Payload.of(new String(json, UTF_8)).json()).toByteArray();
  }

  /** The code of a google.rpc.Status. */
  private static int status(byte[] body) throws IOException {
    var in = CodedInputStream.newInstance(body);
    assertThat(WireFormat.getTagFieldNumber(in.readTag())).isOne();
    int code = in.readInt32();
    assertThat(WireFormat.getTagFieldNumber(in.readTag())).isEqualTo(2);
    assertThat(in.readStringRequireUtf8()).isNotBlank();
    return code;
  }

  private <V> V only(Class<V> type, int place) {
    return type.cast(
        kafka.events.stream()
            .map(event -> event.value())
            .filter(type::isInstance)
            .toList()
            .get(place));
  }

  private List<String> ids() {
    return kafka.events.stream()
        .map(event -> event.value().get(event.value().getSchema().getField("id").pos()).toString())
        .toList();
  }
}
