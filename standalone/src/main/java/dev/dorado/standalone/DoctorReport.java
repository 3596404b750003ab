package dev.dorado.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.schemas.ReadableDuration;
import dev.dorado.standalone.Diagnosis.Finding;
import dev.dorado.standalone.DoctorCommand.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Evidence and diagnosis for a person: what there is in tables, then what to do. Made for a
 * terminal of 80 columns; a table is wider only where names are long.
 */
final class DoctorReport {

  private static final int MOST_REPOSITORIES = 20;
  private static final Duration JUST_NOW = Duration.ofSeconds(1);

  private final Evidence evidence;
  private final Diagnosis diagnosis;
  private final List<String> lines = new ArrayList<>();

  DoctorReport(Evidence evidence, Diagnosis diagnosis) {
    this.evidence = evidence;
    this.diagnosis = diagnosis;
  }

  List<String> lines() {
    section("Connections", connections());
    section("What needs no token or secret, asked from here", open());
    section("Catalog", catalog());
    section("Senders", senders());
    section("Repositories, latest delivery first", repositories());
    section("Services", services());
    section("What other sources would have given", candidates());
    section("What counts as no attempt", uncounted());
    if (diagnosis.isFine()) {
      lines.add("Nothing to do.");
    } else {
      lines.add("To do");
      int number = 0;
      for (Finding finding : diagnosis.findings()) {
        number++;
        lines.addAll(
            Paragraph.lines(
                "%3d. ".formatted(number), "[%s] %s".formatted(finding.area(), finding.what())));
        if (!finding.remedy().isEmpty()) {
          lines.addAll(Paragraph.lines(Paragraph.INDENT, "→ " + finding.remedy()));
        }
      }
    }
    return List.copyOf(lines);
  }

  private void section(String title, TextTable table) {
    if (!table.isEmpty()) {
      lines.add(title);
      table.lines().forEach(line -> lines.add("  " + line));
      lines.add("");
    }
  }

  private TextTable connections() {
    var table = new TextTable("WHAT", "STATE");
    Map<String, String> states = new TreeMap<>();
    for (JsonNode health : evidence.healths()) {
      for (JsonNode check : health.path("checks")) {
        states.put(check.path("name").asText(), state(check));
      }
    }
    states.forEach(table::row);
    return table;
  }

  private static String state(JsonNode check) {
    if (!check.path("healthy").asBoolean()) {
      return "see to do";
    }
    return check.path("problem").isTextual() ? "degraded" : "ok";
  }

  private TextTable open() {
    var table = new TextTable("WHAT", "OPEN");
    JsonNode anonymous = evidence.anonymous();
    if (!anonymous.isMissingNode()) {
      int senders = anonymous.path("senders").size();
      table.row("reading", anonymous.path("read").asBoolean() ? "yes" : "no");
      table.row("administration", anonymous.path("administer").asBoolean() ? "yes" : "no");
      table.row("webhooks", senders == 0 ? "no" : senders == 1 ? "1 sender" : senders + " senders");
    }
    return table;
  }

  private TextTable catalog() {
    var table = new TextTable("SOURCE", "SERVICES", "LAST POLL", "STATE");
    for (JsonNode source : evidence.setup().path("catalog")) {
      boolean isWell =
          source.path("error").isNull()
              && source.path("problems").isEmpty()
              && source.path("warnings").isEmpty();
      table.row(
          source.path("source").asText(),
          source.path("entries").asText(),
          age(source, "last_success_at"),
          isWell ? "ok" : "see to do");
    }
    return table;
  }

  private TextTable senders() {
    Map<String, JsonNode> setUp = new LinkedHashMap<>();
    evidence
        .setup()
        .path("senders")
        .forEach(sender -> setUp.put(sender.path("sender").asText(), sender));
    Map<String, JsonNode> arrived = new TreeMap<>();
    evidence
        .ingest()
        .path("senders")
        .forEach(sender -> arrived.put(sender.path("sender").asText(), sender));
    setUp.forEach(
        (name, sender) -> {
          if (sender.path("secrets").asInt() > 0) {
            arrived.putIfAbsent(name, sender);
          }
        });
    var table =
        new TextTable("SENDER", "SECRET", "LAST", "ACCEPTED", "IGNORED", "DEAD", "REFUSED", "LAG");
    arrived.forEach(
        (name, sender) ->
            table.row(
                name,
                secret(setUp.get(name), evidence.setup().path("open").asBoolean()),
                text(sender, "last_delivery_at") == null
                    ? "never"
                    : age(sender, "last_delivery_at"),
                sender.path("accepted").asLong(),
                sender.path("ignored").asLong(),
                sender.path("dead").asLong(),
                sender.path("refused").asLong(),
                lag(sender)));
    return table;
  }

  private static String secret(JsonNode sender, boolean isOpen) {
    if (sender == null) {
      return "?";
    }
    if (sender.path("secrets").asInt() > 0) {
      return "set";
    }
    return sender.path("made").asBoolean() ? "made" : isOpen ? "open" : "none";
  }

  private static String lag(JsonNode sender) {
    JsonNode lag = sender.path("lag_seconds");
    return lag.isNumber()
        ? ReadableDuration.roughly(Duration.ofMillis(Math.round(lag.asDouble() * 1000)))
        : null;
  }

  private TextTable repositories() {
    var table = new TextTable("REPOSITORY", "SENDER", "LAST", "ACCEPTED");
    List<Object[]> rows = new ArrayList<>();
    for (JsonNode sender : evidence.ingest().path("senders")) {
      for (JsonNode repository : sender.path("repositories")) {
        rows.add(
            new Object[] {
              repository.path("repository").asText(),
              sender.path("sender").asText(),
              repository.path("last_delivery_at").asText(),
              repository.path("accepted").asLong()
            });
      }
    }
    rows.sort((one, other) -> other[2].toString().compareTo(one[2].toString()));
    rows.stream()
        .limit(MOST_REPOSITORIES)
        .forEach(row -> table.row(row[0], row[1], age(row[2].toString()), row[3]));
    if (rows.size() > MOST_REPOSITORIES) {
      table.row("… and %d more".formatted(rows.size() - MOST_REPOSITORIES), "", "", "");
    }
    return table;
  }

  private TextTable services() {
    var table = new TextTable("SERVICE", "TEAM", "DEPLOYMENTS BY", "COUNT", "UNLINKED", "LAST");
    for (JsonNode service : evidence.doctor().path("services")) {
      String team = service.path("in_catalog").asBoolean() ? text(service, "team") : "not listed";
      String name = service.path("id").asText();
      if (service.path("sources").isEmpty()) {
        table.row(name, team, "nothing", 0, 0, null);
      }
      for (JsonNode source : service.path("sources")) {
        table.row(
            name,
            team,
            "%s, %s".formatted(source.path("source").asText(), source.path("environment").asText()),
            source.path("deployments").asLong(),
            source.path("unlinked").asLong(),
            age(source, "last_at"));
      }
    }
    return table;
  }

  private TextTable candidates() {
    var table = new TextTable("SERVICE", "SOURCE", "ENVIRONMENT", "COUNT", "NEW");
    for (JsonNode service : evidence.doctor().path("services")) {
      for (JsonNode candidate : service.path("candidates")) {
        String name = text(candidate, "name");
        table.row(
            service.path("id").asText(),
            candidate.path("source").asText() + (name == null ? "" : ":" + name),
            candidate.path("environment").asText(),
            candidate.path("count").asLong(),
            candidate.path("missing").asLong());
      }
    }
    return table;
  }

  /** Attempts that were refused before they ran, and those that repeat what others report. */
  private TextTable uncounted() {
    var table = new TextTable("SERVICE", "REFUSED", "EVIDENCE ONLY");
    for (JsonNode service : evidence.doctor().path("services")) {
      long refused = service.path("refused").asLong();
      long repeated = service.path("evidence").asLong();
      if (refused + repeated > 0) {
        table.row(service.path("id").asText(), refused, repeated);
      }
    }
    return table;
  }

  /** How long ago something was; null if it never was. */
  private String age(JsonNode json, String name) {
    String time = text(json, name);
    return time == null ? null : age(time);
  }

  private String age(String time) {
    var age = Duration.between(Instant.parse(time), evidence.now());
    return age.compareTo(JUST_NOW) < 0 ? "just now" : ReadableDuration.roughly(age) + " ago";
  }

  private static String text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isNull() || value.isMissingNode() ? null : value.asText();
  }
}
