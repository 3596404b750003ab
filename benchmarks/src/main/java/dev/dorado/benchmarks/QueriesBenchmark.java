package dev.dorado.benchmarks;

import com.typesafe.config.ConfigFactory;
import dev.dorado.api.ApiRole;
import dev.dorado.embedded.EmbeddedClickHouse;
import dev.dorado.schemas.Connections;
import dev.dorado.schemas.Migrations;
import dev.dorado.server.HttpServer;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long the api takes for each view of a large organisation, with one user and with several,
 * beside a bare aggregate of ClickHouse over the same rows. Kafka takes no part: the facts are
 * inserted straight into ClickHouse.
 */
@Command(
    name = "queries",
    description =
        "Latency of the api's views of a large organisation, against a bare aggregate of the same rows in the same run.",
    mixinStandardHelpOptions = true)
final class QueriesBenchmark implements Callable<Integer> {

  private static final double P95 = 0.95;
  private static final String YEAR = "from=2025-01-01&to=2026-01-01";
  private static final String QUARTER = "from=2025-10-03&to=2026-01-01";
  private static final String OF_THE_YEAR = ">= '2025-01-01' AND %1$s < '2026-01-01'";
  private static final String OF_THE_QUARTER = ">= '2025-10-03' AND %1$s < '2026-01-01'";

  @Option(
      names = "--services",
      defaultValue = "5000",
      description = "Services (default: ${DEFAULT-VALUE}).")
  private long services;

  @Option(
      names = "--deployments",
      defaultValue = "1000000",
      description = "Deployments of three years (default: ${DEFAULT-VALUE}).")
  private long deployments;

  @Option(
      names = "--changes",
      defaultValue = "10000000",
      description = "Changes that they shipped (default: ${DEFAULT-VALUE}).")
  private long changes;

  @Option(
      names = "--incidents",
      defaultValue = "100000",
      description = "Incidents (default: ${DEFAULT-VALUE}).")
  private long incidents;

  @Option(
      names = "--rounds",
      defaultValue = "10",
      description = "Answers of each view that are measured (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "3",
      description = "Answers of each view before those (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--users",
      defaultValue = "8",
      description = "Users at the same time, after one alone (default: ${DEFAULT-VALUE}).")
  private int users;

  @Option(
      names = "--view",
      split = ";",
      description = "Only the views whose name contains this text, or one of these (a;b).")
  private List<String> wanted = List.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of ClickHouse; kept, and not generated again if it has facts.")
  private Optional<Path> data;

  @Option(
      names = "--queries",
      description = "Also the queries that each view asked of ClickHouse, with their mean times.")
  private boolean detailed;

  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public Integer call() throws Exception {
    Path folder = data.isPresent() ? data.get() : Files.createTempDirectory("dorado-bench");
    try (var clickHouse = EmbeddedClickHouse.start(folder, 0)) {
      var connections =
          new Connections(
              "",
              1,
              (short) 1,
              "",
              clickHouse.address(),
              clickHouse.user(),
              clickHouse.password(),
              "dorado");
      prepare(connections);
      measure(connections);
      return 0;
    } finally {
      if (data.isEmpty()) {
        BenchmarkParts.delete(folder);
      }
    }
  }

  private void prepare(Connections connections) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS dorado");
      new Migrations(connections.database()).apply(connection);
      String sql = "SELECT count() FROM %s.deployments".formatted(connections.database(1));
      try (var rows = statement.executeQuery(sql)) {
        rows.next();
        if (rows.getLong(1) > 0) {
          GeneratedFacts.insertLate(connections);
          return;
        }
      }
    }
    long began = System.nanoTime();
    new GeneratedFacts(services, deployments, changes, incidents).insert(connections);
    GeneratedFacts.insertLate(connections);
    System.out.printf("generated in %.0f s%n", (System.nanoTime() - began) / 1e9);
  }

  private void measure(Connections connections) throws Exception {
    var role = ApiRole.start(ConfigFactory.load(), connections, true, metrics);
    try (var server = HttpServer.start("127.0.0.1", 0, 1000, metrics, List.of(role))) {
      String address = "http://127.0.0.1:%d/api/v1".formatted(server.port());
      System.out.println(
          "| view | floor: p50, ms | CPU, ms | 1 user: p50, ms | p95, ms | CPU, ms | against the floor, by time | by CPU | again: p50, ms | CPU, ms | %d users: p50, ms | p95, ms | failed | peak of the heap, MB |"
              .formatted(users));
      System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
      for (View view : views()) {
        if (wanted.stream().anyMatch(view.name()::contains)) {
          measure(view, address, connections);
        }
      }
    }
  }

  private void measure(View view, String address, Connections connections) throws Exception {
    var uri = URI.create(address + view.path());
    for (int round = 0; round < warmUp; round++) {
      GeneratedFacts.insertOne(connections);
      get(uri);
    }
    List<Double> floor = new ArrayList<>();
    List<Double> alone = new ArrayList<>();
    List<Double> again = new ArrayList<>();
    double floorCpu = 0;
    double aloneCpu = 0;
    double againCpu = 0;
    System.gc();
    heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
    Map<String, Double> before = queryMillis();
    for (int round = 0; round < rounds; round++) {
      // No answer and no part of one may be what was remembered.
      GeneratedFacts.insertOne(connections);
      floorCpu += cpuMillis(floor, () -> floor(view, connections)) / rounds;
      aloneCpu += cpuMillis(alone, () -> get(uri)) / rounds;
      againCpu += cpuMillis(again, () -> get(uri)) / rounds;
    }
    Map<String, Double> after = queryMillis();
    Together together = together(uri);
    System.out.printf(
        "| %s | %.0f | %.0f | %.0f | %.0f | %.0f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f | %d | %.0f |%n",
        view.name(),
        quantile(floor, 0.5),
        floorCpu,
        quantile(alone, 0.5),
        quantile(alone, P95),
        aloneCpu,
        quantile(alone, 0.5) / quantile(floor, 0.5),
        aloneCpu / floorCpu,
        quantile(again, 0.5),
        againCpu,
        quantile(together.times(), 0.5),
        quantile(together.times(), P95),
        together.failures(),
        heapPools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() / 1e6);
    if (detailed) {
      after.forEach(
          (query, millis) -> {
            double spent = (millis - before.getOrDefault(query, 0.0)) / rounds;
            if (spent > 0) {
              System.out.printf("    %s: %.0f ms%n", query, spent);
            }
          });
    }
  }

  /** Milliseconds that each query has taken since the start, by its name. */
  private Map<String, Double> queryMillis() {
    Map<String, Double> millis = new TreeMap<>();
    for (Timer timer : metrics.find("dorado.api.query").timers()) {
      millis.merge(
          timer.getId().getTag("query"), timer.totalTime(TimeUnit.MILLISECONDS), Double::sum);
    }
    return millis;
  }

  /**
   * CPU time of the process, of which ClickHouse and the client are parts, while something is done;
   * without the compiler's, where the system tells it.
   *
   * @param times takes how long it took, in milliseconds
   */
  private static double cpuMillis(List<Double> times, Callable<?> call) throws Exception {
    CpuTimes before = CpuTimes.now(thread -> "");
    times.add(millis(call));
    Map<String, Long> used = CpuTimes.now(thread -> "").since(before);
    used.remove(CpuTimes.COMPILER);
    return used.values().stream().mapToLong(Long::longValue).sum() / 1e6;
  }

  private Together together(URI uri) throws InterruptedException {
    var threads = Executors.newFixedThreadPool(users);
    try {
      List<Future<Double>> answers = new ArrayList<>();
      for (int i = 0; i < users * Math.max(1, rounds / 2); i++) {
        answers.add(threads.submit(() -> millis(() -> get(uri))));
      }
      List<Double> times = new ArrayList<>();
      for (Future<Double> answer : answers) {
        try {
          times.add(answer.get());
        } catch (ExecutionException e) {
          System.err.println(e.getCause().getMessage());
        }
      }
      return new Together(times, answers.size() - times.size());
    } finally {
      threads.shutdownNow();
    }
  }

  private Object get(URI uri) throws IOException, InterruptedException {
    var answer =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "%s answered %d instead of 200: %s".formatted(uri, answer.statusCode(), answer.body()));
    }
    return answer.body();
  }

  private static Object floor(View view, Connections connections) throws SQLException {
    try (var connection = connections.clickHouse();
        var statement = connection.createStatement()) {
      String sql =
          view.floor()
              .replace("{facts}", connections.database(1))
              .replace("{common}", connections.database());
      try (var rows = statement.executeQuery(sql)) {
        int found = 0;
        while (rows.next()) {
          found++;
        }
        return found;
      }
    }
  }

  private static List<View> views() {
    String changes =
        "SELECT %s count(), quantilesExact(0.5, 0.75, 0.9)(lead_time) FROM {facts}.changes"
            + " WHERE deployed_at %s %s";
    String ofYear = OF_THE_YEAR.formatted("deployed_at");
    String ofTwoYears = ">= '2024-01-01'";
    String ofQuarter = OF_THE_QUARTER.formatted("deployed_at");
    String ofDeployments =
        "SELECT %s count(), countIf(failed) FROM {facts}.deployments WHERE finished_at "
            + OF_THE_YEAR.formatted("finished_at")
            + " %s";
    String ofTeam = "AND service IN (SELECT service FROM {facts}.catalog WHERE owner = 'team-7')";
    String week = "toMonday(deployed_at) AS week,";
    return List.of(
        new View("summary, year", "/summary?" + YEAR, changes.formatted("", ofYear, "")),
        new View("summary, 90 days", "/summary?" + QUARTER, changes.formatted("", ofQuarter, "")),
        new View(
            "summary, team", "/summary?team=team-7&" + YEAR, changes.formatted("", ofYear, ofTeam)),
        new View(
            "summary, service",
            "/summary?service=service-7&" + YEAR,
            changes.formatted("", ofYear, "AND service = 'service-7'")),
        new View(
            "summary by team",
            "/summary?group_by=team&" + YEAR,
            changes.formatted("service,", ofYear, "GROUP BY service")),
        new View(
            "series by week",
            "/series?interval=week&" + YEAR,
            changes.formatted(week, ofYear, "GROUP BY week")),
        new View(
            "series by week, team",
            "/series?interval=week&team=team-7&" + YEAR,
            changes.formatted(week, ofYear, ofTeam + " GROUP BY week")),
        new View(
            "services",
            "/services?limit=50&" + YEAR,
            ofDeployments.formatted("service,", "GROUP BY service")),
        new View(
            "teams",
            "/teams?limit=50&" + YEAR,
            ofDeployments.formatted("service,", "GROUP BY service")),
        new View("practices", "/practices?" + YEAR, changes.formatted("", ofYear, "")),
        new View(
            "golden path, two years",
            "/golden-path?from=2024-01-01&to=2026-01-01",
            changes.formatted("service,", ofTwoYears, "GROUP BY service")),
        new View(
            "changes, 50",
            "/changes?limit=50&" + YEAR,
            "SELECT id FROM {facts}.changes ORDER BY deployed_at DESC LIMIT 50"),
        new View(
            "changes that wait, 50",
            "/changes?shipped=false&limit=50&" + YEAR,
            "SELECT id FROM {facts}.changes WHERE deployed_at IS NULL ORDER BY merged_at DESC LIMIT 50"),
        new View(
            "changes, 50, team",
            "/changes?limit=50&team=team-7&" + YEAR,
            "SELECT id FROM {facts}.changes WHERE deployed_at IS NOT NULL %s ORDER BY deployed_at DESC LIMIT 50"
                .formatted(ofTeam)),
        new View(
            "deployments, 50",
            "/deployments?limit=50&" + YEAR,
            "SELECT id FROM {facts}.deployments ORDER BY finished_at DESC LIMIT 50"),
        new View(
            "incidents, 50",
            "/incidents?limit=50&" + YEAR,
            "SELECT id FROM {facts}.incidents ORDER BY started_at DESC LIMIT 50"),
        new View(
            "one deployment",
            "/deployments/deployment-7",
            "SELECT service FROM {facts}.deployments WHERE id = 'deployment-7'"),
        new View(
            "ingest",
            "/ingest?" + QUARTER,
            "SELECT sender, kind, outcome, count() FROM {common}.deliveries"
                + " WHERE received_at >= '2025-10-03' AND received_at < '2026-01-01'"
                + " GROUP BY sender, kind, outcome"));
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }

  private static double millis(Callable<?> call) throws Exception {
    long began = System.nanoTime();
    call.call();
    return (System.nanoTime() - began) / 1e6;
  }

  private static double quantile(List<Double> values, double p) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.ceil(p * sorted.size()) - 1);
  }

  /** Milliseconds of the answers to several users, and how many requests failed. */
  private record Together(List<Double> times, int failures) {}

  /** A view of the api, and the SQL of the bare aggregate that it is compared with. */
  private record View(String name, String path, String floor) {}
}
