package dev.dorado.standalone;

import static dev.dorado.standalone.RemoteDorado.parameter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code dorado dead-letters}: the deliveries that could not be translated, and the records that
 * could not be processed after that.
 */
@Command(
    name = "dead-letters",
    description = {
      "Lists, shows and retries deliveries that could not be translated.",
      "With --rejected: records that could not be processed behind ingest."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Dorado.Version.class,
    subcommands = {
      DeadLettersCommand.Listing.class,
      DeadLettersCommand.Show.class,
      DeadLettersCommand.Retry.class,
      DeadLettersCommand.Dismiss.class
    })
final class DeadLettersCommand implements Runnable {

  private static final String SINCE_EVER = "from=2015-01-01";
  private static final int LONGEST_REASON = 110;
  static final int PAGE = 500;
  static final int BATCH = 50;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code dorado dead-letters list}. */
  @Command(
      name = "list",
      description = "Counts them by sender and reason, and names the newest.",
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class Listing implements Callable<Integer> {

    private static final int MOST = 1000;

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Option(names = "--sender", paramLabel = "NAME", description = "Those of one sender only.")
    private String sender;

    @Option(
        names = "--rejected",
        description = "Instead: records that could not be processed behind ingest.")
    private boolean isRejected;

    @Option(
        names = "--dismissed",
        description = "With --rejected: those that were dismissed, each with why.")
    private boolean isDismissed;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "How many to name, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--json", description = "As JSON, as the api answers it.")
    private boolean asJson;

    @Override
    public Integer call() {
      WholeNumber.inRange(spec, "--limit", limit, 1, MOST, "the dead letters to name");
      if (isDismissed && !isRejected) {
        throw new ParameterException(
            spec.commandLine(),
            "--dismissed names no deliveries: expected --rejected --dismissed, since only records are dismissed");
      }
      var dorado = server.connect();
      if (isRejected) {
        RejectedLetters.requireNoSender(spec, sender);
        new RejectedLetters(dorado, spec.commandLine().getOut()).list(limit, isDismissed, asJson);
        return 0;
      }
      JsonNode dead =
          dorado.get(
              dorado.api(),
              "/api/v1/dead-letters?"
                  + SINCE_EVER
                  + "&limit="
                  + limit
                  + parameter("sender", sender));
      PrintWriter out = spec.commandLine().getOut();
      if (asJson) {
        out.println(VisibleText.lines(dead.toPrettyString()));
      } else if (dead.path("items").isEmpty()) {
        out.println("There are no dead letters.");
      } else {
        print(dead, out);
      }
      out.flush();
      return 0;
    }

    private static void print(JsonNode dead, PrintWriter out) {
      for (JsonNode reason : dead.path("reasons")) {
        String kind = textOf(reason, "kind");
        out.println(
            VisibleText.format(
                "%s of %s%s, the last at %s",
                reason.path("count").asText(),
                reason.path("sender").asText(),
                kind == null ? "" : " " + kind,
                reason.path("last_at").asText()));
        explain(out, reason.path("reason"));
      }
      out.println();
      var items = new TextTable("RECEIVED", "BYTES", "DELIVERY");
      for (JsonNode item : dead.path("items")) {
        items.row(
            item.path("received_at").asText(),
            item.path("bytes").asText(),
            Reference.of(item).text());
      }
      var lines = items.lines().iterator();
      out.println(lines.next());
      for (JsonNode item : dead.path("items")) {
        out.println(lines.next());
        explain(out, item.path("reason"));
      }
      out.println();
      out.println("'dorado dead-letters show DELIVERY' shows one; 'retry DELIVERY…' tries again.");
    }
  }

  /** {@code dorado dead-letters show}. */
  @Command(
      name = "show",
      description = "Shows a delivery as it came, and why it is dead.",
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class Show implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "DELIVERY", description = "As the list names it: SENDER/ID.")
    private String delivery;

    @Option(names = "--json", description = "As JSON: a line that 'dorado replay' takes.")
    private boolean asJson;

    @Override
    public Integer call() {
      var dorado = server.connect();
      Reference reference = Reference.parse(spec, delivery);
      Reference placed =
          selection(dorado, reference.sender(), item -> reference.isSame(Reference.of(item)))
              .stream()
              .findFirst()
              .orElse(reference);
      JsonNode kept =
          dorado.get(
              dorado.ingest(),
              "/api/v1/deliveries?offset="
                  + placed.offset()
                  + parameter("sender", placed.sender())
                  + parameter("id", placed.id()));
      PrintWriter out = spec.commandLine().getOut();
      if (asJson) {
        out.println(VisibleText.lines(kept.toString()));
      } else {
        print(kept, out);
      }
      out.flush();
      return 0;
    }

    private static void print(JsonNode kept, PrintWriter out) {
      for (String name :
          List.of("sender", "id", "received_at", "kind", "repository", "outcome", "reason")) {
        String text = textOf(kept, name);
        if (text != null) {
          out.println(VisibleText.format("%-12s %s", name, text));
        }
      }
      kept.path("headers")
          .fields()
          .forEachRemaining(
              header ->
                  out.println(
                      VisibleText.format(
                          "%-12s %s: %s", "header", header.getKey(), header.getValue().asText())));
      out.println();
      String body = textOf(kept, "body");
      out.println(
          VisibleText.lines(
              body == null ? "(Base64) " + kept.path("body_base64").asText() : pretty(body)));
    }

    private static String pretty(String body) {
      try {
        JsonNode json = Json.MAPPER.readTree(body);
        return json.isContainerNode() ? json.toPrettyString() : body;
      } catch (IOException e) {
        // No JSON, which may be why it is dead: it is shown as it came.
        return body;
      }
    }
  }

  /** {@code dorado dead-letters retry}. */
  @Command(
      name = "retry",
      description = {
        "Takes deliveries once more, as they would be taken now.",
        "Ends with 0 if all of them are accepted or ignored now, with 1 if some are still dead.",
        "With --rejected: hands records in again that could not be processed behind ingest.",
        "Ends with 0 if all of them are handed in, with 1 if some cannot be."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class Retry implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Parameters(
        paramLabel = "DELIVERY",
        arity = "0..*",
        description = "As the list names them: SENDER/ID; with --rejected: ID.")
    private List<String> deliveries = List.of();

    @Option(
        names = "--rejected",
        description = "Instead: records that could not be processed behind ingest.")
    private boolean isRejected;

    @Option(names = "--all", description = "All dead letters.")
    private boolean all;

    @Option(names = "--sender", paramLabel = "NAME", description = "All of one sender.")
    private String sender;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "All whose reason has this text in it.")
    private String reason;

    @Override
    public Integer call() throws IOException {
      boolean selects = all || sender != null || reason != null;
      if (deliveries.isEmpty() != selects) {
        throw new ParameterException(
            spec.commandLine(),
            "Say what to retry: either DELIVERY…, or --all, --sender NAME, --reason TEXT");
      }
      var dorado = server.connect();
      if (isRejected) {
        RejectedLetters.requireNoSender(spec, sender);
        var rejected = new RejectedLetters(dorado, spec.commandLine().getOut());
        return rejected.retry(deliveries, reason) ? 0 : 1;
      }
      List<Reference> references =
          deliveries.isEmpty()
              ? selection(
                  dorado,
                  sender,
                  item -> reason == null || item.path("reason").asText().contains(reason))
              : deliveries.stream().map(text -> Reference.parse(spec, text)).toList();
      var out = spec.commandLine().getOut();
      if (references.isEmpty()) {
        out.println("There are no such dead letters.");
        out.flush();
        return 0;
      }
      Redelivered result = retry(dorado, references, new Narration(out));
      result.print(out);
      return result.allTaken() ? 0 : 1;
    }

    private static Redelivered retry(
        RemoteDorado dorado, List<Reference> references, Narration narration) throws IOException {
      var result = new Redelivered();
      try (var progress = FeedProgress.of("retried", references.size(), narration)) {
        for (int from = 0; from < references.size(); from += BATCH) {
          List<Reference> batch =
              references.subList(from, Math.min(from + BATCH, references.size()));
          byte[] body = Json.MAPPER.writeValueAsBytes(Map.of("deliveries", batch));
          int done =
              result.add(dorado.send("POST", "/api/v1/deliveries/retry", "application/json", body));
          for (int i = 0; i < done; i++) {
            progress.step();
          }
        }
      }
      return result;
    }
  }

  /** {@code dorado dead-letters dismiss}. */
  @Command(
      name = "dismiss",
      description = {
        "Dismisses records that could not be processed behind ingest and that nothing helps.",
        "They count no longer in health and advice, and stay in 'list --rejected --dismissed'.",
        "One that is set aside again counts again.",
        "Ends with 0 if all of them are dismissed, with 1 if some are not known."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Dorado.Version.class)
  static final class Dismiss implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "As 'list --rejected' names them.")
    private List<String> ids = List.of();

    @Option(
        names = "--rejected",
        required = true,
        description = "Records that could not be processed behind ingest.")
    private boolean isRejected;

    @Option(names = "--all", description = "All that are set aside.")
    private boolean all;

    @Option(names = "--reason", paramLabel = "WHY", required = true, description = "Why.")
    private String reason;

    @Override
    public Integer call() throws IOException {
      if (ids.isEmpty() != all) {
        throw new ParameterException(
            spec.commandLine(), "Say what to dismiss: either ID…, or --all");
      }
      if (reason.isBlank()) {
        throw new ParameterException(
            spec.commandLine(), "--reason is empty: expected why these records are dismissed");
      }
      var rejected = new RejectedLetters(server.connect(), spec.commandLine().getOut());
      return rejected.dismiss(ids, reason) ? 0 : 1;
    }
  }

  /** The dead letters that are wanted, with their places; all pages of the list. */
  private static List<Reference> selection(
      RemoteDorado dorado, String sender, Predicate<JsonNode> wanted) {
    List<Reference> found = new ArrayList<>();
    String next = "";
    while (next != null) {
      JsonNode page =
          dorado.get(
              dorado.api(),
              "/api/v1/dead-letters?%s&limit=%d".formatted(SINCE_EVER, PAGE)
                  + parameter("sender", sender)
                  + parameter("cursor", next));
      for (JsonNode item : page.path("items")) {
        if (wanted.test(item)) {
          found.add(Reference.of(item));
        }
      }
      next = textOf(page, "next");
    }
    return found;
  }

  /** Prints why something is dead, indented and cut. */
  static void explain(PrintWriter out, JsonNode reason) {
    String text = reason.asText();
    String cut =
        text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON - 1) + "…";
    Paragraph.lines(Paragraph.INDENT, cut).forEach(out::println);
  }

  /** The text of a member; null if there is none. */
  static String textOf(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isNull() || value.isMissingNode() ? null : value.asText();
  }

  /**
   * A delivery, and where it is.
   *
   * @param sender name of the sender
   * @param id id of the delivery
   * @param offset its offset; 0 if one does not know
   */
  record Reference(String sender, String id, long offset) {

    static Reference of(JsonNode item) {
      return new Reference(
          item.path("sender").asText(), item.path("id").asText(), item.path("offset").asLong());
    }

    static Reference parse(CommandSpec spec, String text) {
      int slash = text.indexOf('/');
      if (slash < 1 || slash == text.length() - 1) {
        throw new ParameterException(
            spec.commandLine(),
            "'%s' names no delivery: expected SENDER/ID, as github/72d3162e-cc78".formatted(text));
      }
      return new Reference(text.substring(0, slash), text.substring(slash + 1), 0);
    }

    String text() {
      return sender + "/" + id;
    }

    boolean isSame(Reference other) {
      return sender.equals(other.sender) && id.equals(other.id);
    }
  }
}
