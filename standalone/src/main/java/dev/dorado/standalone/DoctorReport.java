package dev.dorado.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.standalone.Diagnosis.Finding;
import dev.dorado.standalone.DoctorCommand.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Evidence and diagnosis for a person: what there is in tables, then what to do. */
final class DoctorReport {

  private static final int MOST_REPOSITORIES = 20;

  private final Evidence evidence;
  private final Diagnosis diagnosis;
  private final List<String> lines = new ArrayList<>();

  DoctorReport(Evidence evidence, Diagnosis diagnosis) {
    this.evidence = evidence;
    this.diagnosis = diagnosis;
  }

  List<String> lines() {
    section("Connections", connections());
    section("Catalog", catalog());
    section("Senders", senders());
    section("Repositories, latest delivery first", repositories());
    section("Services", services());
    if (diagnosis.isFine()) {
      lines.add("Nothing to do.");
    } else {
      lines.add("To do");
      int number = 0;
      for (Finding finding : diagnosis.findings()) {
        number++;
        lines.add("%3d. [%s] %s".formatted(number, finding.area(), finding.what()));
        if (!finding.remedy().isEmpty()) {
          lines.add("     → " + finding.remedy());
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
        states.put(
            check.path("name").asText(), check.path("healthy").asBoolean() ? "ok" : "see to do");
      }
    }
    states.forEach(table::row);
    return table;
  }

  private TextTable catalog() {
    var table = new TextTable("SOURCE", "SERVICES", "LAST POLL", "STATE");
    for (JsonNode source : evidence.setup().path("catalog")) {
      boolean isWell = source.path("error").isNull() && source.path("problems").isEmpty();
      table.row(
          source.path("source").asText(),
          source.path("entries").asText(),
          text(source, "last_success_at"),
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
        new TextTable(
            "SENDER", "SECRET", "LAST DELIVERY", "ACCEPTED", "IGNORED", "DEAD", "REFUSED", "LAG s");
    arrived.forEach(
        (name, sender) ->
            table.row(
                name,
                secret(setUp.get(name), evidence.setup().path("open").asBoolean()),
                text(sender, "last_delivery_at") == null
                    ? "never"
                    : text(sender, "last_delivery_at"),
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
    return sender.path("secrets").asInt() > 0 ? "set" : isOpen ? "open" : "none";
  }

  private static String lag(JsonNode sender) {
    JsonNode lag = sender.path("lag_seconds");
    return lag.isNumber() ? String.format(Locale.ROOT, "%.1f", lag.asDouble()) : null;
  }

  private TextTable repositories() {
    var table = new TextTable("REPOSITORY", "SENDER", "LAST DELIVERY", "ACCEPTED");
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
    rows.stream().limit(MOST_REPOSITORIES).forEach(table::row);
    if (rows.size() > MOST_REPOSITORIES) {
      table.row("… and %d more".formatted(rows.size() - MOST_REPOSITORIES), "", "", "");
    }
    return table;
  }

  private TextTable services() {
    var table =
        new TextTable(
            "SERVICE", "TEAM", "DEPLOYMENTS BY", "COUNT", "UNLINKED", "LAST", "WOULD ALSO GIVE");
    for (JsonNode service : evidence.doctor().path("services")) {
      String team =
          service.path("in_catalog").asBoolean() ? text(service, "team") : "not in the catalog";
      String also = candidates(service);
      String name = service.path("id").asText();
      if (service.path("sources").isEmpty()) {
        table.row(name, team, "nothing", 0, 0, null, also);
      }
      for (JsonNode source : service.path("sources")) {
        table.row(
            name,
            team,
            "%s, %s".formatted(source.path("source").asText(), source.path("environment").asText()),
            source.path("deployments").asLong(),
            source.path("unlinked").asLong(),
            text(source, "last_at"),
            also);
        also = "";
      }
    }
    return table;
  }

  private static String candidates(JsonNode service) {
    List<String> all = new ArrayList<>();
    for (JsonNode candidate : service.path("candidates")) {
      String name = text(candidate, "name");
      all.add(
          "%s%s, %s: %d, %d of them new"
              .formatted(
                  candidate.path("source").asText(),
                  name == null ? "" : ":" + name,
                  candidate.path("environment").asText(),
                  candidate.path("count").asLong(),
                  candidate.path("missing").asLong()));
    }
    return String.join("; ", all);
  }

  private static String text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isNull() || value.isMissingNode() ? null : value.asText();
  }
}
