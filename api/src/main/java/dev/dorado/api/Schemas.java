package dev.dorado.api;

import dev.dorado.api.metrics.MetricChange;
import dev.dorado.api.metrics.MetricName;
import dev.dorado.api.metrics.QuickCheck;
import dev.dorado.api.metrics.Tier;
import dev.dorado.api.queries.ChangesQuery;
import dev.dorado.api.queries.Column;
import dev.dorado.api.queries.CorrectionsQuery;
import dev.dorado.api.queries.FactTable;
import dev.dorado.api.queries.IdConflicts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The shapes of the answers, as JSON Schema: for the OpenAPI document and the heads of CSV. */
final class Schemas {

  static final Map<String, Object> CORRECTION = object(columns(CorrectionsQuery.COLUMNS));
  static final Map<String, Object> CORRECTION_BODY =
      requiring(
          ordered(
              "action",
                  choice(
                      "What to do. link and unlink need deployment and incident, mark deployment and"
                          + " as, exclude deployment, revoke correction.",
                      "link",
                      "unlink",
                      "mark",
                      "exclude",
                      "revoke"),
              "service", words("Service."),
              "deployment", words("Id of a deployment."),
              "incident", words("Id of an incident."),
              "as", choice("What it is.", "planned", "unplanned", "failed", "not-failed"),
              "correction", words("Id of the correction to take back."),
              "reason", words("Why, for those who ask later."),
              "author", words("Who says so."),
              "at",
                  words("When it was made, ISO 8601. Default: when it comes for the first time.")),
          "action",
          "service",
          "reason");
  static final Map<String, Object> CORRECTION_TAKEN =
      object(ordered("id", words("Id of the correction: the same for the same content and key.")));
  static final Map<String, Object> DEPLOYMENT = object(columns(FactTable.DEPLOYMENTS));
  static final Map<String, Object> CHANGE = object(changeColumns());
  static final Map<String, Object> INCIDENT = object(columns(FactTable.INCIDENTS));

  static final Map<String, Object> DEPLOYMENT_WITH_LINKS =
      extended(
          DEPLOYMENT,
          Map.of(
              "changes_shipped", array(CHANGE, "What it shipped."),
              "incidents_linked", array(INCIDENT, "Incidents that are linked to it."),
              "corrections_made", correctionsMade(),
              "story", story("kind, shipping, rework, failure, recovery, corrections"),
              "previous",
                  nullable(
                      object(
                          ordered(
                              "id", text("Id."),
                              "repository", text("Repository."),
                              "sha", text("Commit."),
                              "version", text("Version."),
                              "kind", text("Kind."),
                              "finished_at", time("Finish."))))));
  static final Map<String, Object> CHANGE_WITH_ROWS =
      extended(
          CHANGE,
          Map.of(
              "items",
              array(
                  extended(CHANGE, Map.of("story", story("start, reactive, shipping, lead-time"))),
                  "Its rows: one for each service and environment."),
              "story",
              story("start, reactive, shipping, lead-time")));
  static final Map<String, Object> INCIDENT_WITH_DEPLOYMENT =
      extended(
          INCIDENT,
          Map.of(
              "deployment", nullable(DEPLOYMENT),
              "corrections_made", correctionsMade(),
              "story", story("impact, link, resolution, corrections")));

  static final Map<String, Object> SERVICE =
      object(
          ordered(
              "id", text("Name."),
              "title", text("Name for people."),
              "description", text("Description."),
              "team", text("Owner at the end of the period, or now."),
              "system", text("System."),
              "lifecycle", text("Lifecycle."),
              "tier", text("Tier."),
              "repository", text("host/owner/name."),
              "golden_path", text("Golden path that it is on."),
              "golden_path_since", time("Since when."),
              "in_catalog", flag("The catalog knows it."),
              "deployments", count("Deployments in the period (rule K2)."),
              "last_deployment_at", time("Finish of the last one; null: it has never deployed."),
              "last_deployment_id", text("Its id."),
              "known_by", texts("catalog; deliveries: a deployment, change or incident names it."),
              "repository_known_by", text("catalog or deliveries; null without a repository."),
              "missing",
                  texts(
                      "catalog_entry, owner, repository; deployment: it has never deployed to these"
                          + " environments.")));
  static final Map<String, Object> SERVICE_WITH_CATALOG =
      extended(
          SERVICE,
          Map.of(
              "catalog",
              array(
                  object(
                      ordered(
                          "valid_from", time("From when."),
                          "removed", flag("It is no longer in the catalog."),
                          "team", text("Owner."),
                          "tier", text("Tier."),
                          "system", text("System."),
                          "repository", text("host/owner/name."),
                          "golden_path", text("Golden path."),
                          "golden_path_since", time("Since when."))),
                  "What the catalog has said of it, oldest first.")));
  static final Map<String, Object> TEAM =
      object(
          ordered(
              "id", text("Name."),
              "services", texts("Services that it owned in the period."),
              "deployments", count("Deployments of the period while it owned the service."),
              "last_deployment_at", time("Finish of the last one; null without one.")));
  static final Map<String, Object> ENVIRONMENT =
      object(
          ordered(
              "id", text("Class."),
              "names", texts("Names of the environments in it."),
              "services", count("Services that were deployed to it in the period."),
              "deployments", count("Deployments to it in the period."),
              "last_deployment_at", time("Finish of the last one; null without one.")));

  static final Map<String, Object> METRICS = object(metrics());
  static final Map<String, Object> SUMMARY =
      object(
          ordered(
              "from", time("Start, inclusive."),
              "to", time("End, exclusive."),
              "tz", text("Time zone."),
              "days", number("Calendar days, up to now if the period is not over."),
              "unfinished", flag("The period is not over: what has elapsed is compared."),
              "previous",
                  object(
                      ordered(
                          "from", time("Start of the period before."),
                          "to", time("Its end, exclusive."),
                          "basis",
                              choice(
                                  "What both periods are measured in (rule G5).",
                                  Arrays.stream(Period.Basis.values())
                                      .map(Period.Basis::json)
                                      .toArray(String[]::new)))),
              "rules",
                  object(
                      ordered(
                          "proximity_window", count("Seconds (rule F6)."),
                          "reopen_window", count("Seconds (rule E7); null if unknown."),
                          "rework_window", count("Seconds (rule W2); null if unknown."))),
              "groups",
                  array(
                      object(
                          ordered(
                              "group", group(), "metrics", METRICS, "quick_check", quickCheck())),
                      "One {} without group_by.")));
  static final Map<String, Object> SERIES_ROW = object(seriesColumns());

  /** With the columns that {@code group_by} adds, which are there only if they were asked for. */
  static final Map<String, Object> SERIES_ROW_OF_GROUP = withGroup(SERIES_ROW);

  static final Map<String, Object> INGEST =
      object(
          ordered(
              "from", time("Start, inclusive."),
              "to", time("End, exclusive."),
              "advice",
                  array(
                      object(
                          ordered(
                              "level", text("error or warning."),
                              "area",
                                  text(
                                      "processing, senders, dead letters, clocks, deployments,"
                                          + " incidents or catalog."),
                              "subject", text("What it is about, for people."),
                              "sender", text("Sender that it is about."),
                              "repository", text("host/owner/name that it is about."),
                              "problem", text("What is wrong."),
                              "remedy", text("What to do."))),
                      "What is wrong and what to do, the worst first."),
              "senders", array(sender(), "By name."),
              "rejected",
                  array(
                      object(
                          ordered(
                              "place", text("topology, step or sink."),
                              "name", text("Topic, step or table."),
                              "reason", text("What the newest of them failed with."),
                              "count", count("Records."),
                              "last_at", time("When the newest was set aside."),
                              "id", text("Id of the newest in the topic dorado.rejected."),
                              "key", text("Key of the newest."),
                              "error",
                                  text(
                                      "Class of the error; TooLargeHistory: a key's history takes"
                                          + " more memory than it may."),
                              "generation",
                                  count(
                                      "Generation of facts that lacks them; null for deliveries and"
                                          + " refusals, which all have in common."),
                              "obstacle",
                                  text("Why the newest cannot be retried; null if it can."))),
                      "Records behind ingest that could not be processed, the most first."),
              "slow",
                  array(
                      object(
                          ordered(
                              "step", text("Step of the topology."),
                              "key", text("Key of the step, such as a repository or service."),
                              "reason", text("How long it took, with how many inputs."),
                              "last_at", time("When it took so long last."),
                              "generation", count("Generation of facts."))),
                      "Keys whose derivation took longer than a second, the latest first."),
              "unlinked",
                  object(
                      ordered(
                          "deployments", count("Deployments whose head is unknown (rule S8)."),
                          "deployment_examples", texts("Ids of the newest of them."),
                          "incidents", count("Incidents that no rule links to a deployment."),
                          "incident_examples", texts("Ids of the newest of them."),
                          "repositories",
                              array(
                                  object(
                                      ordered(
                                          "repository", text("host/owner/name; null: unknown."),
                                          "deployments", count("Its deployments among them."),
                                          "incidents", count("Its incidents among them."))),
                                  "Those that have some."))),
              "not_in_catalog", texts("Services that facts name and the catalog does not.")));

  static final Map<String, Object> PROBLEM =
      object(
          ordered(
              "type", text("about:blank."),
              "title", text("Kind of problem."),
              "status", count("HTTP status."),
              "detail", text("What is wrong, what was expected, what to do."),
              "parameter", text("Name of the parameter that is wrong."),
              "value", text("Its value."),
              "expected", text("What it takes.")));

  private Schemas() {}

  private static Map<String, Object> correctionsMade() {
    return array(CORRECTION, "What people said of it, oldest first.");
  }

  private static Map<String, Object> story(String steps) {
    return array(
        object(
            ordered(
                "at", time("When it happened."),
                "step", text("Which question it answers: " + steps + "."),
                "rule", text("The rule that decided it."),
                "text", text("What was decided and why, for people."),
                "confidence", text("high, medium or low."),
                "evidence", texts("Ids of what it rests on."),
                "rejected", texts("What was passed over, and by which rule."))),
        "Why it is what it is, in order.");
  }

  /** A page of a list. */
  static Map<String, Object> page(Map<String, Object> item) {
    return object(
        ordered("items", array(item, "Rows."), "next", text("Cursor; null on the last page.")));
  }

  /** The names of the values in {@code schema}, an object: nested ones joined with _. */
  static List<String> flatNames(Map<String, Object> schema) {
    List<String> names = new ArrayList<>();
    addFlatNames(names, "", schema);
    return names;
  }

  @SuppressWarnings("unchecked")
  private static void addFlatNames(List<String> names, String prefix, Map<String, Object> schema) {
    ((Map<String, Map<String, Object>>) schema.get("properties"))
        .forEach(
            (name, property) -> {
              if (property.containsKey("properties")) {
                addFlatNames(names, prefix + name + "_", property);
              } else if (!isListOfObjects(property)) {
                names.add(prefix + name);
              }
            });
  }

  private static boolean isListOfObjects(Map<String, Object> property) {
    return property.get("items") instanceof Map<?, ?> items && items.containsKey("properties");
  }

  private static Map<String, Object> columns(FactTable table) {
    return columns(table.columns());
  }

  static Map<String, Object> columns(List<Column> columns) {
    Map<String, Object> properties = new LinkedHashMap<>();
    columns.forEach(column -> properties.put(column.name(), column(column)));
    return properties;
  }

  private static Map<String, Object> changeColumns() {
    Map<String, Object> properties = new LinkedHashMap<>();
    Map<String, Object> stages = new LinkedHashMap<>();
    columns(FactTable.CHANGES)
        .forEach(
            (name, property) -> {
              if (ChangesQuery.STAGES.contains(name)) {
                stages.put(name, property);
                properties.put("stages", object(stages));
              } else {
                properties.put(name, property);
              }
            });
    properties.put("stale", flag("It waits to be shipped longer than is usual (rule E9)."));
    return properties;
  }

  private static Map<String, Object> column(Column column) {
    String description = column.description();
    return switch (column.type()) {
      case TEXT -> text(description);
      case TEXTS -> texts(description);
      case TIME -> time(description);
      case COUNT -> count(description);
      case NUMBER -> number(description);
      case FLAG -> flag(description);
    };
  }

  private static Map<String, Object> metrics() {
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (MetricName name : MetricName.values()) {
      metrics.put(name.json(), metric(name));
    }
    return metrics;
  }

  private static Map<String, Object> metric(MetricName name) {
    Map<String, Object> properties =
        ordered(
            "value", number("The metric; null if unknown."),
            "unit", text(name.unit() + "."),
            "n", count("How many rows it is over."),
            "low", number("Lower bound of the 95 % interval; null with too few rows."),
            "high", number("Upper bound."),
            "tier", tier(),
            "tiers",
                array(
                    choice(
                        "A tier.",
                        Arrays.stream(Tier.values()).map(Tier::json).toArray(String[]::new)),
                    "The tiers that the 95 % interval reaches over, best first: one where the number is"
                        + " sure enough for its tier, none where there are too few rows to say."),
            "tier_reason", text("Why there is no tier; null if there is one."),
            "benchmark", nullable(benchmark()),
            "previous", number("The value of the period before."),
            "previous_n", count("How many rows that is over."),
            "change", change(name));
    new TreeMap<>(name.beside())
        .forEach((member, description) -> properties.put(member, beside(member, description)));
    Map<String, Object> schema = new LinkedHashMap<>(object(properties));
    schema.put("description", name.description());
    return schema;
  }

  private static Map<String, Object> change(MetricName name) {
    Map<String, Object> schema =
        new LinkedHashMap<>(
            object(
                ordered(
                    "difference",
                        number(
                            "value - previous, in %s; null if either is.".formatted(name.unit())),
                    "low", number("Lower bound of its 95 % interval; null with too few rows."),
                    "high", number("Upper bound."),
                    "verdict",
                        choice(
                            "better or worse: the interval excludes 0; could_be_chance: it does not,"
                                + " or there are too few rows; no_data: a value is unknown. At most 5 %"
                                + " of all comparisons without a difference are called better or worse.",
                            Arrays.stream(MetricChange.Verdict.values())
                                .map(MetricChange.Verdict::json)
                                .toArray(String[]::new)),
                    "method",
                        choice(
                            "How the periods are compared (rule G5).",
                            Arrays.stream(MetricChange.Method.values())
                                .map(MetricChange.Method::json)
                                .toArray(String[]::new)),
                    "reason", text("Why the rows cannot show a difference; null if they can."))));
    schema.put("description", "The change from the period before (rule G5).");
    return schema;
  }

  private static Map<String, Object> beside(String member, String description) {
    if (!member.equals("stages")) {
      return number(description);
    }
    Map<String, Object> stages = new LinkedHashMap<>();
    ChangesQuery.STAGES.forEach(stage -> stages.put(stage, number("Median, seconds.")));
    return object(stages);
  }

  private static Map<String, Object> tier() {
    List<Object> tiers = new ArrayList<>(Arrays.stream(Tier.values()).map(Tier::json).toList());
    tiers.add(null);
    return ordered(
        "type",
        List.of("string", "null"),
        "enum",
        tiers,
        "description",
        "DORA's cluster for this metric alone; null where there is none, or no evidence for one.");
  }

  private static Map<String, Object> benchmark() {
    return object(
        ordered(
            "year", count("Year of the source."),
            "source", text("Source."),
            "bands",
                array(
                    object(ordered("tier", tier(), "text", text("What it asks for."))),
                    "Best first."),
            "note", text("What else a reader should know.")));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> withGroup(Map<String, Object> row) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.putAll((Map<String, Object>) row.get("properties"));
    properties.putAll((Map<String, Object>) group().get("properties"));
    Map<String, Object> schema = new LinkedHashMap<>(row);
    schema.put("properties", properties);
    return schema;
  }

  private static Map<String, Object> quickCheck() {
    Map<String, Object> scores = new LinkedHashMap<>();
    QuickCheck.METRICS.forEach(name -> scores.put(name.json(), number("0 to 10; null: unknown.")));
    Map<String, Object> schema =
        new LinkedHashMap<>(
            object(
                ordered(
                    "value", number("Mean of the five scores; null unless all are known."),
                    "metrics", object(scores),
                    "industry_value", number("The mean of DORA's survey of 2025."),
                    "industry_metrics", object(scores))));
    schema.put("description", "DORA's quick check: scores from 0 to 10.");
    return schema;
  }

  static Map<String, Object> group() {
    Map<String, Object> properties = new LinkedHashMap<>();
    Dimension.columns()
        .forEach(name -> properties.put(name, text("Where group_by asks for it; null: none.")));
    Map<String, Object> schema = new LinkedHashMap<>(object(properties));
    schema.remove("required");
    return schema;
  }

  private static Map<String, Object> seriesColumns() {
    Map<String, Object> properties =
        ordered(
            "time", time("Start of the bucket."),
            "end", time("Its end, exclusive."),
            "incomplete", flag("It is cut by from or to, or is not over."),
            "deployments", count("Deployments (rule K2)."),
            "changes", count("Shipped changes."));
    for (MetricName name : MetricName.values()) {
      properties.put(name.json(), number(name.description() + " Unit: " + name.unit() + "."));
      properties.put(name.json() + "_n", count("How many rows that is over."));
    }
    return properties;
  }

  private static Map<String, Object> sender() {
    return object(
        ordered(
            "sender", text("Name."),
            "last_delivery_at", time("Last delivery of all time that was authentic."),
            "accepted", count("Deliveries that were accepted."),
            "ignored", count("Deliveries that were ignored for a reason."),
            "dead", count("Deliveries that could not be translated."),
            "refused", count("Deliveries that were refused before they were read."),
            "refused_last_minute", count("Those of this minute and the one before."),
            "refused_per_minute_peak", count("The most in a minute."),
            "lag_seconds", number("Median of received − occurred."),
            "skew_seconds", number("How far its times were ahead of this clock at most."),
            "kinds",
                array(
                    object(
                        ordered(
                            "kind", text("Kind of event, in the sender's words."),
                            "outcome", text("accepted, ignored or dead."),
                            "count", count("How many."))),
                    "Most first."),
            "ignored_reasons", array(reason(), "Most first."),
            "dead_reasons", array(reason(), "Most first."),
            "skipped_reasons",
                array(reason(), "What was skipped of deliveries that were accepted; most first."),
            "refused_reasons",
                array(
                    object(
                        ordered(
                            "reason",
                                text(
                                    "signature, secret, no-secret, sender, size, malformed, slow,"
                                        + " connections, busy, rate."),
                            "detail", text("What the last one lacked, and what to do."),
                            "count", count("How many."),
                            "last_at", time("Minute of the last one."))),
                    "Most first."),
            "repositories",
                array(
                    object(
                        ordered(
                            "repository", text("host/owner/name."),
                            "last_delivery_at", time("Last delivery of all time."),
                            "accepted", count("Deliveries that were accepted."),
                            "ignored", count("Deliveries that were ignored for a reason."),
                            "dead", count("Deliveries that could not be translated."),
                            "lag_seconds", number("Median of received − occurred."),
                            "skew_seconds", number("How far its times were ahead at most."),
                            "unlinked_deployments",
                                count("Its deployments whose commit no push knows (rule S8)."),
                            "unlinked_incidents", count("Its incidents that no rule links."),
                            "ignored_reasons", array(reason(), "Most first."),
                            "dead_reasons", array(reason(), "Most first."))),
                    "Latest first."),
            "conflicts", conflicts()));
  }

  private static Map<String, Object> conflicts() {
    return object(
        ordered(
            "count",
                count(
                    "Ids that the sender used for more than one thing, of which an event is of the"
                        + " period, or was delivered in it (rule E6)."),
            "items",
                array(
                    object(
                        ordered(
                            "kind", text("deployment or incident."),
                            "id", text("The id."),
                            "repository", text("host/owner/name."),
                            "service", text("Service, where the sender names it."),
                            "events", count("How many events contradict what stands."),
                            "differences",
                                array(
                                    object(
                                        ordered(
                                            "aspect",
                                                text(
                                                    "commit, environment, version, creation or"
                                                        + " start."),
                                            "standing", text("The value that stands."),
                                            "other", text("The newest value that lost."))),
                                    "What the events contradict each other in."),
                            "standing", conflicting("The event whose first value stands."),
                            "other", conflicting("The newest event that contradicts it."))),
                    "The newest %d.".formatted(IdConflicts.MOST))));
  }

  private static Map<String, Object> conflicting(String description) {
    Map<String, Object> event =
        new LinkedHashMap<>(
            object(
                ordered(
                    "sender", text("Sender."),
                    "status", text("What it reports."),
                    "occurred_at", time("The sender's time."),
                    "deliveries",
                        array(
                            object(
                                ordered(
                                    "id", text("The sender's id of the delivery."),
                                    "received_at", time("When it was received."))),
                            "Deliveries of the sender with this time, the latest first; none of what"
                                + " was imported."))));
    event.put("description", description);
    return event;
  }

  private static Map<String, Object> reason() {
    return object(ordered("reason", text("For people."), "count", count("How many.")));
  }

  static Map<String, Object> text(String description) {
    return ordered("type", List.of("string", "null"), "description", description);
  }

  private static Map<String, Object> words(String description) {
    return ordered("type", "string", "description", description);
  }

  static Map<String, Object> choice(String description, String... values) {
    return ordered("type", "string", "enum", List.of(values), "description", description);
  }

  private static Map<String, Object> requiring(Map<String, Object> properties, String... names) {
    return ordered("type", "object", "properties", properties, "required", List.of(names));
  }

  static Map<String, Object> texts(String description) {
    return ordered("type", "array", "items", Map.of("type", "string"), "description", description);
  }

  static Map<String, Object> time(String description) {
    return ordered(
        "type", List.of("string", "null"), "format", "date-time", "description", description);
  }

  static Map<String, Object> count(String description) {
    return ordered("type", List.of("integer", "null"), "description", description);
  }

  static Map<String, Object> number(String description) {
    return ordered("type", List.of("number", "null"), "description", description);
  }

  static Map<String, Object> flag(String description) {
    return ordered("type", "boolean", "description", description);
  }

  static Map<String, Object> array(Map<String, Object> items, String description) {
    return ordered("type", "array", "items", items, "description", description);
  }

  static Map<String, Object> object(Map<String, Object> properties) {
    return ordered(
        "type", "object", "properties", properties, "required", List.copyOf(properties.keySet()));
  }

  static Map<String, Object> nullable(Map<String, Object> object) {
    Map<String, Object> schema = new LinkedHashMap<>(object);
    schema.put("type", List.of("object", "null"));
    return schema;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> extended(
      Map<String, Object> object, Map<String, Object> further) {
    Map<String, Object> properties =
        new LinkedHashMap<>((Map<String, Object>) object.get("properties"));
    properties.putAll(new TreeMap<>(further));
    return object(properties);
  }

  static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
