package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.dorado.schemas.Connections;
import dev.dorado.server.Check;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {

  private static final Connections CONNECTIONS =
      Connections.from(
          ConfigFactory.parseString("dorado.kafka.bootstrap-servers = \"elsewhere:1\"")
              .withFallback(ConfigFactory.load()));
  private static final long ME = ProcessHandle.current().pid();

  /** More than any system numbers its processes. */
  private static final long NOBODY = Long.MAX_VALUE;

  private static final Patience SHORT = patience(Duration.ofMillis(20));
  private static final Patience LONG = patience(Duration.ofMinutes(1));

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  @Test
  void aDoradoThatStartsIsWaitedForUntilItHasToldWhereItIs() {
    var addresses = Addresses.begin(folder, ME);
    var whenTold =
        new PrintWriter(out) {
          @Override
          public void println(String line) {
            super.println(line);
            addresses.tell(CONNECTIONS, 8080);
          }
        };
    var config = new Installation(folder, false, new Narration(whenTold), LONG, LONG).config();
    assertThat(Connections.from(config).bootstrapServers()).isEqualTo("elsewhere:1");
    assertThat(out.toString()).contains("waiting for Dorado on " + folder + " (is starting)");
  }

  @Test
  void aStartThatTakesTooLongIsNoDoradoThatIsMissing() {
    Addresses.begin(folder, ME);
    assertThatThrownBy(() -> installation(SHORT).config())
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is starting")
        .hasMessageContaining("dorado.log");
  }

  @Test
  void oneThatWasKilledIsNotWaitedFor() {
    Addresses.begin(folder, NOBODY).tell(CONNECTIONS, 8080);
    assertThatThrownBy(() -> installation(LONG).config())
        .isInstanceOf(StartException.class)
        .hasMessageContaining("no Dorado runs on the data folder " + folder);
  }

  @Test
  void oneThatDiesWhileItStartsIsNotWaitedFor() {
    var addresses = Addresses.begin(folder, ME);
    var whenTold =
        new PrintWriter(out) {
          @Override
          public void println(String line) {
            try {
              addresses.close();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    var dying = new Installation(folder, false, new Narration(whenTold), LONG, LONG);
    assertThatThrownBy(dying::config).hasMessageContaining("no Dorado runs on the data folder");
  }

  @Test
  void aPartThatIsTooBusyToAnswerAtOnceIsWaitedForAndNamed() {
    Addresses.begin(folder, ME).tell(CONNECTIONS, 8080);
    Deque<String> answers = new ArrayDeque<>(List.of("does not answer", "does not answer"));
    installation(LONG).await(List.of(new Check("kafka", answers::poll)));
    assertThat(out.toString()).contains("waiting for kafka (does not answer)");
    assertThat(answers).isEmpty();
  }

  @Test
  void aDoradoThatRunsAndDoesNotAnswerIsNotSaidToBeMissing() {
    Addresses.begin(folder, ME).tell(CONNECTIONS, 8080);
    var silent = List.of(new Check("kafka", () -> "does not answer"));
    assertThatThrownBy(() -> installation(SHORT).await(silent))
        .hasMessageContaining("the Dorado on " + folder + " runs, but has not answered")
        .hasMessageContaining("kafka (does not answer)");
  }

  @Test
  void serversThatTheEnvironmentNamesAreAskedForByTheirVariables() {
    var servers = new Installation(folder, true, narration(), SHORT, SHORT);
    var silent = List.of(new Check("kafka", () -> "does not answer"));
    assertThatThrownBy(() -> servers.await(silent))
        .hasMessageContaining("kafka (does not answer)")
        .hasMessageContaining("DORADO_KAFKA_BOOTSTRAP_SERVERS");
  }

  private Installation installation(Patience patience) {
    return new Installation(folder, false, narration(), patience, patience);
  }

  private Narration narration() {
    return new Narration(new PrintWriter(out, true));
  }

  private static Patience patience(Duration most) {
    return new Patience(most, Duration.ofMillis(1), Duration.ZERO);
  }
}
