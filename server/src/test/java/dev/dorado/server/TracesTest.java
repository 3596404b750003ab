package dev.dorado.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether traces are on. ITTraces of the module standalone shows what they record. */
final class TracesTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @Test
  void theyAreOffUnlessAnEndpointIsSet() {
    assertThat(Traces.from(config(Map.of()), "ingest")).isSameAs(Traces.OFF);
    assertThat(Traces.OFF.start(TraceSpan.Kind.SERVER, "x", List.of())).isSameAs(TraceSpan.NONE);
    assertThat(TraceSpan.NONE.child(TraceSpan.Kind.PRODUCER, "y").traceparent()).isEmpty();
  }

  @Test
  void eachEndpointHasTheVariableOfOpenTelemetry() {
    var unresolved = ConfigFactory.parseResources("reference.conf");
    var arrived =
        ConfigFactory.parseMap(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT", "http://a",
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b"))
            .withFallback(unresolved)
            .resolve();
    assertThat(arrived.getString("dorado.tracing.endpoint")).isEqualTo("http://a");
    assertThat(arrived.getString("dorado.tracing.traces-endpoint")).isEqualTo("http://b");
  }

  /** With OpenTelemetry nowhere on the class path, as its classes are not asked for. */
  @Test
  void whileTheyAreOffNothingOfOpenTelemetryIsLoaded() throws Exception {
    URL[] without =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("opentelemetry"))
            .map(TracesTest::url)
            .toArray(URL[]::new);
    try (var classes = new URLClassLoader(without, ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> classes.loadClass("io.opentelemetry.api.trace.Span"))
          .isInstanceOf(ClassNotFoundException.class);
      Class<?> traces = classes.loadClass(Traces.class.getName());
      Class<?> configs = classes.loadClass(ConfigFactory.class.getName());
      Object config = configs.getMethod("load", ClassLoader.class).invoke(null, classes);
      Object off =
          traces
              .getMethod("from", classes.loadClass(Config.class.getName()), String.class)
              .invoke(null, config, "ingest");
      assertThat(off).isSameAs(traces.getField("OFF").get(null));
    }
  }

  @Test
  void aSpanFollowsFromItsFirstParentAndAnyTextMayBeGiven() {
    try (var traces = Traces.from(config(Map.of("dorado.tracing.endpoint", closed())), "test")) {
      var known = "00-" + TRACE + "-00f067aa0ba902b7-01";
      assertThat(traces.areOn()).isTrue();
      var child = traces.start(TraceSpan.Kind.CONSUMER, "route", List.of(known));
      assertThat(child.traceparent().orElseThrow()).startsWith("00-" + TRACE + "-").endsWith("-01");
      assertThat(child.child(TraceSpan.Kind.PRODUCER, "send").traceparent().orElseThrow())
          .startsWith("00-" + TRACE + "-")
          .isNotEqualTo(child.traceparent().orElseThrow());
      for (String none : List.of("", "garbage", "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01")) {
        assertThat(
                traces
                    .start(TraceSpan.Kind.SERVER, "POST", List.of(none))
                    .traceparent()
                    .orElseThrow())
            .doesNotContain(TRACE);
      }
    }
  }

  @Test
  void whatIsNotSampledIsNotFollowed() {
    try (var traces = Traces.from(config(Map.of("dorado.tracing.endpoint", closed())), "test")) {
      var unsampled = "00-" + TRACE + "-00f067aa0ba902b7-00";
      assertThat(traces.start(TraceSpan.Kind.SERVER, "POST", List.of(unsampled)).traceparent())
          .isEmpty();
    }
  }

  @Test
  void anEndpointThatIsNoneIsRefusedWithWhatToDo() {
    assertThatThrownBy(
            () -> Traces.from(config(Map.of("dorado.tracing.endpoint", "collector:4318")), "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("traces can't be exported to [collector:4318]")
        .hasMessageContaining("OTEL_EXPORTER_OTLP_ENDPOINT");
  }

  /** An address where nothing listens: nothing ends in these tests, so nothing is exported. */
  private static String closed() {
    return "http://127.0.0.1:9";
  }

  private static Config config(Map<String, String> changes) {
    return ConfigFactory.parseMap(changes).withFallback(ConfigFactory.defaultReference()).resolve();
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }
}
