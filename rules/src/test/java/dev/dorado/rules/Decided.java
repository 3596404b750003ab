package dev.dorado.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * What facts decide, without the texts for people: the fields of each fact that the rules speak of,
 * by its kind and identity.
 */
public final class Decided {

  private static final Map<String, List<String>> FIELDS =
      Map.of(
          "DeploymentFact",
          List.of(
              "environment",
              "environments",
              "repository",
              "sha",
              "started_at",
              "finished_at",
              "status",
              "counted",
              "kind",
              "previous_deployment",
              "changes",
              "failed",
              "failure_rule",
              "incidents",
              "impact_started_at",
              "recovered_at",
              "recovery_method",
              "rework",
              "rework_probable",
              "strategy",
              "excluded"),
          "ChangeFact",
          List.of(
              "repository",
              "sha",
              "pull_request",
              "bot",
              "started_at",
              "opened_at",
              "first_review_at",
              "ready_at",
              "merged_at",
              "deployed_at",
              "deployment_id",
              "shipping_rule",
              "lead_time",
              "coding",
              "pickup",
              "review",
              "deploy",
              "reactive"),
          "IncidentFact",
          List.of(
              "repository",
              "environment",
              "started_at",
              "start_unknown",
              "detected_at",
              "acknowledged_at",
              "resolved_at",
              "deployment_id",
              "link_rule"),
          "CiRunFact",
          List.of(
              "repository",
              "workflow",
              "branch",
              "sha",
              "default_branch",
              "started_at",
              "finished_at",
              "outcome",
              "duration"),
          "CorrectionFact",
          List.of("action", "effect"),
          "CandidateFact",
          List.of(
              "source",
              "name",
              "chosen_source",
              "environment",
              "repository",
              "sha",
              "finished_at",
              "status"),
          "ConflictFact",
          List.of("aspects", "standing", "other", "events", "sender", "occurred_at"),
          "CatalogFact",
          List.of("removed", "owner", "tier", "repository", "paths", "aliases", "golden_path"));

  private final SortedMap<String, SortedMap<String, Object>> facts = new TreeMap<>();

  /** What {@code facts} decide; facts of other kinds are passed over. */
  public static Decided of(Collection<? extends SpecificRecord> facts) {
    var decided = new Decided();
    for (var fact : facts) {
      String kind = fact.getSchema().getName();
      if (FIELDS.containsKey(kind)) {
        SortedMap<String, Object> values = new TreeMap<>();
        FIELDS.get(kind).forEach(field -> values.put(field, value(fact, field)));
        if (decided.facts.put(identity(fact), values) != null) {
          throw new AssertionError("two facts of " + identity(fact));
        }
      }
    }
    return decided;
  }

  private static Object value(SpecificRecord fact, String field) {
    Object value = fact.get(fact.getSchema().getField(field).pos());
    return field.equals("incidents")
        ? ((List<?>) value).stream().map(Object::toString).sorted().toList()
        : value;
  }

  private static String identity(SpecificRecord fact) {
    String kind = fact.getSchema().getName();
    return switch (kind) {
      case "ChangeFact" -> named(kind, fact, "service", "environment", "id");
      case "ConflictFact" -> named(kind, fact, "kind", "key");
      case "CatalogFact" -> named(kind, fact, "service", "valid_from");
      default -> named(kind, fact, "service", "id");
    };
  }

  private static String named(String kind, SpecificRecord fact, String... fields) {
    var name = new StringBuilder(kind.replace("Fact", "").toLowerCase(java.util.Locale.ROOT));
    for (String field : fields) {
      name.append(' ').append(fact.get(fact.getSchema().getField(field).pos()));
    }
    return name.toString();
  }

  /** How others differ from these, which are as they should be: a line for each fact. */
  public List<String> differences(Decided actual) {
    List<String> lines = new ArrayList<>();
    facts.forEach(
        (name, values) -> {
          var found = actual.facts.get(name);
          if (found == null) {
            lines.add("%s: expected %s, found nothing".formatted(name, values));
          } else if (!found.equals(values)) {
            lines.add(name + ": " + difference(values, found));
          }
        });
    actual.facts.forEach(
        (name, values) -> {
          if (!facts.containsKey(name)) {
            lines.add("%s: expected nothing, found %s".formatted(name, values));
          }
        });
    return lines.stream().map(History::named).toList();
  }

  private static String difference(Map<String, Object> expected, Map<String, Object> found) {
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (field, value) -> {
          if (!Objects.equals(value, found.get(field))) {
            differences.add("%s is %s, expected %s".formatted(field, found.get(field), value));
          }
        });
    return String.join("; ", differences);
  }
}
