package dev.dorado.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dorado.deliveries.Delivery;
import dev.dorado.ingest.SpoolSegment.Spooled;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliverySpoolTest {

  private static final long LIMIT = 256L * 1024 * 1024;
  private static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void deliveriesComeOutAsTheyWentInAndInTheirOrder() throws Exception {
    try (var spool = DeliverySpool.open(folder, LIMIT)) {
      assertThat(spool.isEmpty()).isTrue();
      append(spool, IntStream.range(0, 1000).mapToObj(i -> delivery(i, 100)).toList());

      assertThat(spool.isEmpty()).isFalse();
      assertThat(spool.backlog().deliveries()).isEqualTo(1000);
      assertThat(spool.backlog().oldest()).contains(TIME);
      List<Spooled> first = spool.oldest(1000, MOST_BYTES);
      assertThat(first)
          .extracting(Spooled::delivery)
          .containsExactlyElementsOf(
              IntStream.range(0, 1000).mapToObj(i -> delivery(i, 100)).toList());
      spool.remove(first.subList(0, 400));
      assertThat(ids(spool.oldest(2, MOST_BYTES))).containsExactly("d-400", "d-401");
      assertThat(spool.backlog().oldest()).contains(TIME.plusSeconds(400));
      spool.remove(spool.oldest(1000, MOST_BYTES));
      assertThat(spool.isEmpty()).isTrue();
      assertThat(files()).as("what is drained takes no space").isEmpty();
      assertThat(spool.backlog().bytes()).isZero();
    }
  }

  @Test
  void whatWasAppendedIsThereAfterARestart() throws Exception {
    try (var spool = DeliverySpool.open(folder, LIMIT)) {
      append(spool, List.of(delivery(1, 10), delivery(2, 10)));
    }
    try (var spool = DeliverySpool.open(folder, LIMIT)) {
      append(spool, List.of(delivery(3, 10)));
      assertThat(spool.backlog().deliveries()).isEqualTo(3);
      assertThat(spool.backlog().oldest()).contains(TIME.plusSeconds(1));
      assertThat(drain(spool)).containsExactly("d-1", "d-2", "d-3");
    }
  }

  @Test
  void aFileThatEndsAnywhereHasEveryDeliveryThatIsWhole() throws Exception {
    long[] ends = new long[3];
    try (var spool = DeliverySpool.open(folder.resolve("whole"), LIMIT)) {
      append(spool, List.of(delivery(0, 20), delivery(1, 0), delivery(2, 30)));
      List<Spooled> all = spool.oldest(3, MOST_BYTES);
      for (int i = 0; i < ends.length; i++) {
        ends[i] = all.get(i).end();
      }
    }
    Path file = files(folder.resolve("whole")).get(0);
    byte[] whole = Files.readAllBytes(file);
    assertThat(ends[2]).isEqualTo(whole.length);
    // The schema before the deliveries is long: there, some places are enough.
    int first = (int) ends[0] - (int) (ends[1] - ends[0]) - 20;
    for (int length = 0; length <= whole.length; length += length < first ? 97 : 1) {
      int cut = length;
      int left = (int) Arrays.stream(ends).filter(end -> end <= cut).count();
      assertHas(Arrays.copyOf(whole, length), left, "cut at " + length);
      if (length > ends[0] && length < whole.length) {
        byte[] changed = whole.clone();
        changed[length] ^= 0x40;
        int before = (int) Arrays.stream(ends).filter(end -> end <= cut).count();
        assertHas(changed, before, "another byte at " + length);
      }
    }
  }

  private void assertHas(byte[] content, int deliveries, String what) throws Exception {
    Path torn = Files.createDirectories(folder.resolve("torn"));
    Files.write(torn.resolve("%020d.spool".formatted(0)), content);
    try (var spool = DeliverySpool.open(torn, LIMIT)) {
      assertThat(spool.backlog().deliveries()).as(what).isEqualTo(deliveries);
      append(spool, List.of(delivery(9, 5)));
      List<String> expected = new ArrayList<>(List.of("d-0", "d-1", "d-2").subList(0, deliveries));
      expected.add("d-9");
      assertThat(drain(spool)).as(what).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void anOlderFileThatIsDamagedIsSetAsideOnceTheRestOfItIsDrained() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (var spool = DeliverySpool.open(folder, LIMIT)) {
        append(spool, List.of(delivery(2 * i, 10), delivery(2 * i + 1, 10)));
      }
    }
    Path older = files().get(0);
    byte[] content = Files.readAllBytes(older);
    content[content.length - 1] ^= 1;
    Files.write(older, content);
    Path unreadable = files().get(1);
    Files.write(unreadable, new byte[] {1, 2, 3});

    try (var spool = DeliverySpool.open(folder, LIMIT)) {
      assertThat(drain(spool)).containsExactly("d-0", "d-4", "d-5");
    }
    assertThat(files()).isEmpty();
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(file -> file.getFileName().toString()))
          .contains(older.getFileName() + ".damaged", unreadable.getFileName() + ".damaged");
    }
  }

  @Test
  void whatIsFullRefusesUntilSomethingIsDrained() throws Exception {
    try (var spool = DeliverySpool.open(folder, 100_000)) {
      append(spool, List.of(delivery(0, 60_000)));
      var refused = spool.append(delivery(1, 60_000));
      assertThatThrownBy(refused::join)
          .isInstanceOf(CompletionException.class)
          .hasRootCauseInstanceOf(DeliverySpool.Refused.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("dorado.ingest.spool-size = 100,000 bytes");
      assertThat(spool.backlog().accepts()).isFalse();
      assertThat(drain(spool)).containsExactly("d-0");
      append(spool, List.of(delivery(1, 60_000)));
      assertThat(drain(spool)).containsExactly("d-1");
    }
  }

  @Test
  void aFullDiskRefusesAndLosesNothing() throws Exception {
    // A folder that can't get another file, as a disk without space.
    try (var spool = DeliverySpool.open(folder, LIMIT)) {
      append(spool, List.of(delivery(0, 10)));
      Path next = folder.resolve("%020d.spool".formatted(1));
      Files.createDirectory(next);
      append(spool, List.of(delivery(1, 17 * 1024 * 1024)));
      var refused = spool.append(delivery(2, 10));
      assertThatThrownBy(refused::join).hasMessageContaining("can't be written to");
      assertThat(spool.backlog().writeProblem()).contains(next.toString());
      assertThat(spool.backlog().deliveries()).isEqualTo(2);
      Files.delete(next);
      append(spool, List.of(delivery(3, 10)));
      assertThat(spool.backlog().writeProblem()).isNull();
      assertThat(drain(spool)).containsExactly("d-0", "d-1", "d-3");
    }
  }

  @Test
  void aFolderIsUsedByOneAtATime() {
    try (var spool = DeliverySpool.open(folder, LIMIT)) {
      assertThat(spool.isEmpty()).isTrue();
      assertThatThrownBy(() -> DeliverySpool.open(folder, LIMIT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dorado.ingest.spool-folder is " + folder)
          .hasMessageContaining("another process uses it");
    }
    DeliverySpool.open(folder, LIMIT).close();
  }

  @Test
  void whateverWasAcknowledgedIsThereAfterAKillAtAnyMoment() throws Exception {
    var random = new Random(15);
    List<String> acknowledged = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      Process process = SpoolWriter.start(folder, 1000 * round);
      try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        for (int left = 1 + random.nextInt(400); left > 0; left--) {
          acknowledged.add(lines.readLine());
        }
        // Not by the process itself, which would close what it has printed.
        process.toHandle().destroyForcibly();
        process.waitFor();
        lines.lines().filter(line -> line.startsWith("d-")).forEach(acknowledged::add);
      }
    }
    acknowledged.removeIf(line -> !line.endsWith("."));
    assertThat(acknowledged).hasSizeGreaterThan(100);
    try (var spool = DeliverySpool.open(folder, LIMIT)) {
      List<String> kept = drain(spool).stream().map(id -> id + ".").toList();
      assertThat(kept).doesNotHaveDuplicates().containsSubsequence(acknowledged);
      // In each round, one batch at most may be whole on the disk and not acknowledged.
      assertThat(kept.size() - acknowledged.size()).isLessThanOrEqualTo(4 * SpoolWriter.AT_ONCE);
    }
  }

  /** Appends deliveries in a process of its own, and prints the id of each that is durable. */
  static final class SpoolWriter {

    static final int AT_ONCE = 50;

    private SpoolWriter() {}

    /** Runs until it is killed, or its parent is. */
    public static void main(String[] args) {
      var spool = DeliverySpool.open(Path.of(args[0]), LIMIT);
      for (int i = Integer.parseInt(args[1]); !System.out.checkError(); i += AT_ONCE) {
        List<CompletableFuture<Void>> batch = new ArrayList<>();
        for (int j = i; j < i + AT_ONCE; j++) {
          String id = "d-" + j;
          batch.add(spool.append(delivery(j, 500)).thenRun(() -> System.out.println(id + ".")));
        }
        CompletableFuture.allOf(batch.toArray(CompletableFuture<?>[]::new)).join();
      }
      Runtime.getRuntime().halt(0);
    }

    static Process start(Path folder, int first) throws IOException {
      return new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx128m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              SpoolWriter.class.getName(),
              folder.toString(),
              String.valueOf(first))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    }
  }

  private static Delivery delivery(int number, int bytes) {
    byte[] body = new byte[bytes];
    new Random(number).nextBytes(body);
    return Delivery.newBuilder()
        .setSender("generic")
        .setId("d-" + number)
        .setReceivedAt(TIME.plusSeconds(number))
        .setHeaders(Map.of("content-type", "application/json"))
        .setBody(ByteBuffer.wrap(body))
        .setOutcome("accepted")
        .setReason(null)
        .setKind("deployment")
        .setRepository(null)
        .setEvents(1)
        .setOccurredAt(TIME)
        .build();
  }

  private static void append(DeliverySpool spool, List<Delivery> deliveries) {
    CompletableFuture.allOf(
            deliveries.stream().map(spool::append).toArray(CompletableFuture<?>[]::new))
        .join();
  }

  private static List<String> drain(DeliverySpool spool) throws Exception {
    List<String> ids = new ArrayList<>();
    while (!spool.isEmpty()) {
      List<Spooled> oldest = spool.oldest(7, MOST_BYTES);
      ids.addAll(ids(oldest));
      spool.remove(oldest);
    }
    return ids;
  }

  private static List<String> ids(List<Spooled> all) {
    return all.stream().map(one -> one.delivery().getId()).toList();
  }

  private List<Path> files() throws IOException {
    return files(folder);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".spool")).sorted().toList();
    }
  }
}
