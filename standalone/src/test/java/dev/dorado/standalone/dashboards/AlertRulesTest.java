package dev.dorado.standalone.dashboards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The alerts' own tests, by Prometheus's promtool where it is installed. */
class AlertRulesTest {

  private static final Path FOLDER = Path.of("..", "dashboards", "prometheus");

  @Test
  void theConfigurationIsValid() throws Exception {
    // The token's file is there in the container only.
    promtool("check", "config", "--syntax-only", "prometheus.yml");
    promtool("check", "rules", "rules.yml");
  }

  @Test
  void alertsFireWhenTheyShouldAndNotBefore() throws Exception {
    promtool("test", "rules", "rules_test.yml");
  }

  private static void promtool(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "promtool";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "promtool is not installed (Debian: apt-get install prometheus): skipped");
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }
}
