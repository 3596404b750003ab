package dev.dorado.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoradoTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpListsTheCommandsThatThereAre() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString())
        .contains("up", "demo", "ingest", "streams", "api", "migrate", "backfill", "Exit codes")
        .contains("reprocess", "generations")
        .contains("catalog", "dead-letters", "deliveries", "replay", "tokens", "doctor")
        .contains("backup", "restore");
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    assertThat(execute()).isZero();
    assertThat(out.toString()).contains("Usage: dorado");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "demo",
        "ingest",
        "streams",
        "api",
        "migrate",
        "backfill",
        "reprocess",
        "generations",
        "catalog",
        "dead-letters",
        "deliveries",
        "replay",
        "tokens",
        "backup",
        "restore",
        "erase-person",
        "doctor"
      })
  void everyCommandHasHelp(String command) {
    assertThat(execute(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: dorado " + command);
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(execute("--version")).isZero();
    assertThat(out.toString()).startsWith("dorado ").contains("Java ");
  }

  @Test
  void upStatesItsDefaults() {
    execute("up", "--help");
    assertThat(out.toString()).contains("8080", "127.0.0.1", ".dorado");
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "github", "gitlab"})
  void everySourceOfABackfillHasHelp(String source) {
    assertThat(execute("backfill", source, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: dorado backfill " + source).contains("--again");
  }

  @Test
  void aBackfillWithoutADoradoThatRunsSaysWhatToDo(@TempDir Path folder) {
    assertThat(execute("backfill", "git", folder.toString(), "--data", folder + "/none")).isOne();
    assertThat(err.toString())
        .contains("no Dorado runs on the data folder " + folder)
        .contains("./dorado up")
        .contains("DORADO_KAFKA_BOOTSTRAP_SERVERS");
  }

  @Test
  void anUnknownCommandOrOptionIsRefusedWithTwo() {
    assertThat(execute("upp")).isEqualTo(2);
    assertThat(execute("up", "--prot", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("--prot").contains("--port");
  }

  @Test
  void aCommandForARunningDoradoSaysWhatToDoWhereNoneRuns(@TempDir Path folder) {
    for (String[] command :
        List.of(
            new String[] {"reprocess"},
            new String[] {"generations", "list"},
            new String[] {"generations", "drop", "1"})) {
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.addAll(List.of("--data", folder.toString()));
      assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(1);
      assertThat(err.toString())
          .contains(folder.toString(), "./dorado up", "DORADO_KAFKA_BOOTSTRAP_SERVERS");
    }
  }

  @Test
  void aPortThatIsTakenIsNamedWithTheOption(@TempDir Path folder) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThat(execute("up", "--port", Integer.toString(port), "--data", folder.toString()))
          .isEqualTo(1);
      assertThat(err.toString()).contains("port " + port).contains("--port");
    }
  }

  @Test
  void aFileInPlaceOfTheDataFolderIsNamedWithTheOption(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("data"), "no folder");
    assertThat(execute("up", "--port", "0", "--data", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains(file.toString()).contains("--data");
  }

  @Test
  void aFullDiskIsNamedWithItsFolderAndSpace(@TempDir Path disk) throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk.toString()) == 0,
        "only root can make a small disk");
    try {
      Path folder = disk.resolve("data");
      assertThat(execute("up", "--port", "0", "--data", folder.toString())).isEqualTo(1);
      assertThat(err.toString().replaceAll("\\s+", " "))
          .contains(folder.toString(), "is full", "of 41 MB are free", "free some space", "--data");
    } finally {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void anUnknownHostIsNamedWithTheOption(@TempDir Path folder) {
    assertThat(
            execute("up", "--port", "0", "--host", "no.such.host.invalid", "--data", folder + ""))
        .isEqualTo(1);
    assertThat(err.toString()).contains("no.such.host.invalid").contains("--host");
  }

  @Test
  void aDataFolderInUseIsNamedWithTheProcessThatUsesIt(@TempDir Path folder) {
    try (var first = DataFolder.open(folder)) {
      assertThat(execute("up", "--port", "0", "--data", first.path().toString())).isEqualTo(1);
      assertThat(err.toString())
          .contains(folder.toString())
          .contains("process " + ProcessHandle.current().pid())
          .contains("--data");
    }
  }

  @Test
  void aDataFolderThatIsLetGoCanBeTakenAgain(@TempDir Path folder) {
    DataFolder.open(folder).close();
    try (var again = DataFolder.open(folder)) {
      assertThat(again.of("kafka")).isEqualTo(folder.resolve("kafka"));
    }
  }

  private int execute(String... arguments) {
    return Dorado.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
