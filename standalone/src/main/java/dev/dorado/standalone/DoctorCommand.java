package dev.dorado.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.dorado.server.Json;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code dorado doctor}: asks the roles over HTTP what they know, and says what it means. So it
 * sees what they see, from wherever it runs.
 */
@Command(
    name = "doctor",
    description = {
      "Says what is set up, what is missing and what to do.",
      "Ends with 0 if all is fine, with 1 if there is something to do."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class)
final class DoctorCommand implements Callable<Integer> {

  private static final int PORT_OF_STREAMS = 8070;
  private static final int MOST_DAYS = 3650;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Option(
      names = "--streams-url",
      paramLabel = "URL",
      defaultValue = "${env:DORADO_STREAMS_URL:-}",
      description =
          "Address of streams, where it is a process of its own (default: DORADO_STREAMS_URL, else"
              + " port 8070 of ingest's host).")
  private String streamsUrl;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "30",
      description = "How many days to look back, 1 to 3650 (default: ${DEFAULT-VALUE}).")
  private int days;

  @Option(names = "--json", description = "As JSON.")
  private boolean asJson;

  @Override
  public Integer call() {
    WholeNumber.inRange(spec, "--days", days, 1, MOST_DAYS, "the days to look back");
    Evidence evidence = gather(server.connect(), Instant.now());
    Diagnosis diagnosis = Diagnosis.of(evidence);
    var out = spec.commandLine().getOut();
    if (asJson) {
      out.println(
          VisibleText.lines(Json.MAPPER.valueToTree(diagnosis.json(evidence)).toPrettyString()));
    } else {
      new DoctorReport(evidence, diagnosis).lines().forEach(out::println);
    }
    out.flush();
    return diagnosis.isFine() ? 0 : 1;
  }

  private Evidence gather(RemoteDorado dorado, Instant now) {
    List<String> unanswered = new ArrayList<>();
    List<JsonNode> healths = new ArrayList<>();
    JsonNode ingestHealth = dorado.health(dorado.ingest());
    healths.add(ingestHealth);
    URI api = dorado.api();
    if (!api.equals(dorado.ingest())) {
      healths.add(asked(unanswered, () -> dorado.health(api)));
    }
    if (!hasRole(healths, "streams")) {
      healths.add(asked(unanswered, () -> dorado.health(streams(dorado))));
    }
    String from = "?from=" + now.minus(Duration.ofDays(days));
    return new Evidence(
        now,
        healths,
        dorado.ingest(),
        asked(unanswered, () -> dorado.anonymous().get(dorado.ingest(), "/api/v1/access")),
        asked(unanswered, () -> dorado.get(dorado.ingest(), "/api/v1/setup")),
        asked(unanswered, () -> dorado.get(api, "/api/v1/ingest" + from)),
        asked(unanswered, () -> dorado.get(api, "/api/v1/doctor" + from)),
        asked(unanswered, () -> dorado.get(api, "/api/v1/dead-letters" + from + "&limit=1")),
        unanswered);
  }

  private URI streams(RemoteDorado dorado) {
    return streamsUrl == null || streamsUrl.isBlank()
        ? URI.create(
            "%s://%s:%d"
                .formatted(dorado.ingest().getScheme(), dorado.ingest().getHost(), PORT_OF_STREAMS))
        : URI.create(streamsUrl.replaceFirst("/+$", ""));
  }

  private static boolean hasRole(List<JsonNode> healths, String role) {
    for (JsonNode health : healths) {
      for (JsonNode name : health.path("roles")) {
        if (name.asText().equals(role)) {
          return true;
        }
      }
    }
    return false;
  }

  /** What does not answer is a finding of its own; the rest is looked at all the same. */
  private static JsonNode asked(List<String> unanswered, Supplier<JsonNode> question) {
    try {
      return question.get();
    } catch (StartException | RefusedException e) {
      unanswered.add(e.getMessage());
      return MissingNode.getInstance();
    }
  }

  /**
   * What the roles answered; missing nodes where they did not.
   *
   * @param now when they were asked
   * @param healths {@code /health/ready} of each process
   * @param address where ingest was asked
   * @param anonymous what may be done there without a token or secret
   * @param setup what ingest says is set up
   * @param ingest what arrived, by sender
   * @param doctor what the deployments of each service are made of
   * @param deadLetters the dead letters by reason
   * @param unanswered why something could not be asked
   */
  record Evidence(
      Instant now,
      List<JsonNode> healths,
      URI address,
      JsonNode anonymous,
      JsonNode setup,
      JsonNode ingest,
      JsonNode doctor,
      JsonNode deadLetters,
      List<String> unanswered) {}
}
