package dev.dorado.standalone;

import dev.dorado.standalone.demo.Arrival;
import dev.dorado.standalone.demo.DeliveryClient;
import dev.dorado.standalone.demo.DemoFeed;
import dev.dorado.standalone.demo.DemoHistory;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code dorado demo}: everything in one process, fed with the history of a scratch organisation.
 */
@Command(
    name = "demo",
    description = {
      "Runs everything on a scratch folder, fed with the history of a made-up organisation.",
      "It goes in through the real webhooks, signed. The folder is deleted at the end."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class DemoCommand implements Callable<Integer> {

  private static final String HOST = "127.0.0.1";
  private static final long SEED = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port for webhooks, API and page (default: ${DEFAULT-VALUE}; 0: any free one).")
  private int port;

  @Override
  public Integer call() {
    WholeNumber.port(spec, port);
    var narration = new Narration(spec.commandLine().getOut());
    narration.line(
        "Starting Dorado with the history of a made-up organisation (seed " + SEED + ")");
    UntilStopped.run(narration, parts -> run(parts, narration));
    return 0;
  }

  private void run(StartedParts parts, Narration narration) {
    TemporaryFolder folder = parts.add(TemporaryFolder.create());
    Logs.toFile(folder.path().resolve("dorado.log"));
    var history = CompletableFuture.supplyAsync(() -> DemoHistory.ending(Instant.now(), SEED));
    String secret = randomSecret();
    var standalone =
        Standalone.start(folder.path(), HOST, port, true, settings(secret), narration::step, parts);
    try {
      feed(standalone, secret, history.join(), narration);
    } catch (IOException e) {
      throw new StartException("the demo could not be fed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while feeding the demo.", e);
    }
    NextSteps.afterDemo(standalone, history.join()).forEach(narration::line);
  }

  private static void feed(
      Standalone standalone, String secret, DemoHistory history, Narration narration)
      throws IOException, InterruptedException {
    var client = new DeliveryClient(standalone.url(), secret);
    var catalog = client.putCatalog(history.catalog());
    if (catalog.statusCode() / 100 != 2) {
      throw new IOException(
          "the catalog was answered with %d: %s".formatted(catalog.statusCode(), catalog.body()));
    }
    narration.step("catalog: %d services".formatted(history.deployments().size()));
    try (var progress = FeedProgress.of("deliveries", history.deliveries().size(), narration)) {
      new DemoFeed(client).feed(history.deliveries(), progress::step);
    }
    narration.step("all deliveries are in Kafka; waiting for their facts");
    Map<String, Integer> expected = new HashMap<>(history.deployments());
    Map<String, Integer> arrived =
        new Arrival(client, history.from(), history.to().plusSeconds(1)).await(expected, PATIENCE);
    int total = sum(arrived);
    narration.step("%d deployments are in ClickHouse".formatted(total));
    if (total != sum(expected)) {
      narration.warning(
          "%d were sent. The log may say why: %s".formatted(sum(expected), "dorado.log"));
    }
  }

  private static int sum(Map<String, Integer> deployments) {
    return deployments.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The demo's own secret, and nobody's tokens: the page is open on this machine. */
  private static Map<String, String> settings(String secret) {
    Map<String, String> settings = new HashMap<>();
    for (String sender : new String[] {"github", "generic", "cdevents"}) {
      settings.put("dorado.ingest.secrets." + sender, secret);
      settings.put("dorado.ingest.secrets." + sender + "-file", "");
    }
    for (String who : new String[] {"api", "admin"}) {
      settings.put("dorado." + who + ".tokens", "");
      settings.put("dorado." + who + ".tokens-file", "");
    }
    return settings;
  }

  private static String randomSecret() {
    byte[] bytes = new byte[20];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
