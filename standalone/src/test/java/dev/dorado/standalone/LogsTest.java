package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log looks like, in each of its formats. */
class LogsTest {

  private final PrintStream console = System.out;

  @AfterEach
  void restoreTheConsole() {
    System.setOut(console);
  }

  @Test
  void asTextAnEventIsALineWithTimeLevelAndLogger() {
    String log = logged(null);

    assertThat(log)
        .containsPattern("^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z INFO  dev.dorado.Test two")
        .contains("lines of 7");
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void asJsonAnEventIsAnObjectWithTheSame() throws Exception {
    String log = logged("json");

    assertThat(log.lines()).hasSize(1);
    JsonNode event = Json.MAPPER.readTree(log);
    assertThat(event.path("timestamp").asLong()).isPositive();
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("loggerName").asText()).isEqualTo("dev.dorado.Test");
    assertThat(event.path("formattedMessage").asText()).isEqualTo("two\nlines of 7");
  }

  @Test
  void aFormatThatThereIsNotIsNamedWithThoseThatThereAre() {
    assertThatThrownBy(() -> Logs.console("xml"))
        .hasMessage("DORADO_LOG_FORMAT is 'xml': expected text or json.");
  }

  private static String logged(String format) {
    var out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(Logs.class.getResource("/" + Logs.console(format)));
    } catch (JoranException e) {
      throw new IllegalStateException(e);
    }
    context.getLogger("dev.dorado.Test").info("two\nlines of {}", 7);
    context.getLogger("org.apache.kafka.Test").info("not logged");
    context.stop();
    return out.toString(UTF_8);
  }
}
