package dev.dorado.standalone;

import dev.dorado.schemas.Connections;
import dev.dorado.server.Check;
import dev.dorado.server.OutboundHttp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Kafka, the registry and ClickHouse, seen from outside: whether they answer at all. */
final class Surroundings {

  private static final Duration PATIENCE_FOR_ONE = Duration.ofSeconds(3);

  private final List<Check> checks;

  Surroundings(Connections connections) {
    this.checks =
        List.of(
            new Check(
                "Kafka at " + connections.bootstrapServers(),
                () -> connects(connections.bootstrapServers())),
            new Check(
                "the schema registry at " + connections.registryAddress(),
                () -> answers(connections)),
            new Check(
                "ClickHouse at " + connections.clickHouseAddress(),
                () -> {
                  try (var connection = connections.clickHouse();
                      var statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                    return null;
                  } catch (SQLException e) {
                    return reason(e);
                  }
                }));
  }

  /** One for each. */
  List<Check> checks() {
    return checks;
  }

  /**
   * Waits until all answer, and tells now and then for what.
   *
   * @throws StartException if one does not answer in that time
   */
  void await(Duration most, Narration narration) {
    List<Check.Result> away = Patience.of(most).await(checks, narration, () -> true);
    if (!away.isEmpty()) {
      throw new StartException(
          "not there: "
              + String.join("; ", away.stream().map(Patience::describe).toList())
              + ". See that they run and that DORADO_KAFKA_BOOTSTRAP_SERVERS, DORADO_REGISTRY_URL"
              + " and DORADO_CLICKHOUSE_URL name them.");
    }
  }

  /** Null if one of the servers takes a connection: the others are asked for by it. */
  private static String connects(String bootstrapServers) {
    String problem = "no server is named";
    for (String server : bootstrapServers.split(",", -1)) {
      int colon = server.lastIndexOf(':');
      try (var socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(
                server.substring(0, colon).strip(),
                Integer.parseInt(server.substring(colon + 1).strip())),
            (int) PATIENCE_FOR_ONE.toMillis());
        return null;
      } catch (IOException | RuntimeException e) {
        problem = server + ": " + e.getMessage();
      }
    }
    return problem;
  }

  private static String answers(Connections connections) throws InterruptedException {
    var client = OutboundHttp.within(PATIENCE_FOR_ONE, PATIENCE_FOR_ONE);
    var request = connections.registrySubjects();
    try {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      return status == 200 ? null : "answers " + status;
    } catch (IOException e) {
      return reason(e);
    }
  }

  /** What is at the bottom of it: libraries wrap the one thing that helps. */
  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof ClosedChannelException ? "connection refused" : cause.toString();
  }
}
