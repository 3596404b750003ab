package dev.dorado.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dorado catalog}: what a running Dorado knows of services and teams. */
@Command(
    name = "catalog",
    description = "Registers services and their owners with a running Dorado.",
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    subcommands = CatalogCommand.Apply.class)
final class CatalogCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code dorado catalog apply}. */
  @Command(
      name = "apply",
      description = {
        "Applies entities of Backstage, Port or Cortex: services, and the teams that own them.",
        "All of the files or, if anything in them is wrong, nothing; all that is wrong is listed."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class Apply implements Callable<Integer> {

    private static final String FILES = "application/vnd.dorado.catalog-files+json";

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Parameters(
        paramLabel = "FILE",
        arity = "1..*",
        description = "catalog-info.yaml files, YAML or JSON; - is standard input.")
    private List<String> files;

    @Override
    public Integer call() throws IOException {
      ObjectNode body = Json.MAPPER.createObjectNode();
      var all = body.putArray("files");
      for (String file : files) {
        all.addObject()
            .put("name", file.equals("-") ? "standard input" : file)
            .put("content", read(file));
      }
      PrintWriter out = spec.commandLine().getOut();
      try {
        JsonNode answer =
            server
                .connect()
                .send("PUT", "/api/v1/catalog", FILES, Json.MAPPER.writeValueAsBytes(body));
        report(answer, out);
        return 0;
      } catch (RefusedException e) {
        if (!e.members("problems").iterator().hasNext()) {
          throw e;
        }
        reportProblems(e, spec.commandLine().getErr());
        return 1;
      }
    }

    private static String read(String file) throws IOException {
      if (file.equals("-")) {
        return new String(System.in.readAllBytes(), UTF_8);
      }
      try {
        return Files.readString(Path.of(file), UTF_8);
      } catch (IOException e) {
        throw new StartException("%s can't be read: %s".formatted(file, e), e);
      }
    }

    private static void report(JsonNode answer, PrintWriter out) {
      int accepted = answer.path("accepted").asInt();
      out.printf(
          "%d %s in the catalog as these files say.%n",
          accepted, accepted == 1 ? "service is" : "services are");
      Map<String, Integer> ignored = new TreeMap<>();
      for (JsonNode entity : answer.path("ignored")) {
        ignored.merge(entity.path("reason").asText(), 1, Integer::sum);
      }
      ignored.forEach(
          (reason, count) -> out.println(VisibleText.format("%d ignored: %s.", count, reason)));
      for (JsonNode note : answer.path("notes")) {
        out.println(VisibleText.format("Note: %s.", note.asText()));
      }
      for (JsonNode warning : answer.path("warnings")) {
        out.println(VisibleText.format("Warning: %s", warning.asText()));
      }
      out.flush();
    }

    private static void reportProblems(RefusedException refused, PrintWriter err) {
      int count = 0;
      for (JsonNode problem : refused.members("problems")) {
        err.println(VisibleText.of(problem.path("message").asText()));
        count++;
      }
      err.printf("%d %s; nothing was applied.%n", count, count == 1 ? "problem" : "problems");
      err.flush();
    }
  }
}
