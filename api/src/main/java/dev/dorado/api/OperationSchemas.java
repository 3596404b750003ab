package dev.dorado.api;

import static dev.dorado.api.Schemas.array;
import static dev.dorado.api.Schemas.count;
import static dev.dorado.api.Schemas.flag;
import static dev.dorado.api.Schemas.object;
import static dev.dorado.api.Schemas.ordered;
import static dev.dorado.api.Schemas.text;
import static dev.dorado.api.Schemas.time;

import dev.dorado.api.queries.AuditQuery;
import java.util.Map;

/** The shapes of what is answered to whoever sets Dorado up and keeps it running. */
final class OperationSchemas {

  static final Map<String, Object> DEAD_LETTERS =
      object(
          ordered(
              "from", time("Start, inclusive."),
              "to", time("End, exclusive."),
              "reasons",
                  array(
                      object(
                          ordered(
                              "sender", text("Sender."),
                              "kind", text("Kind of event, in the sender's words."),
                              "reason", text("Why they are dead."),
                              "count", count("How many."),
                              "first_at", time("When the first of them came."),
                              "last_at", time("When the last of them came."))),
                      "Of the whole period, most first."),
              "items",
                  array(
                      object(
                          ordered(
                              "sender", text("Sender."),
                              "id", text("Id of the delivery."),
                              "received_at", time("When it came."),
                              "kind", text("Kind of event."),
                              "repository", text("host/owner/name."),
                              "reason", text("Why it is dead, or what of it was skipped."),
                              "bytes", count("Length of its body."),
                              "offset", count("Where its topic has it."),
                              "outcome", text("dead; accepted if only a part was skipped."),
                              "events", count("How many events it gave all the same."))),
                      "Newest first."),
              "next", text("Cursor; null on the last page.")));

  static final Map<String, Object> REJECTED =
      object(
          ordered(
              "items",
                  array(
                      object(
                          ordered(
                              "id", text("Id in the topic dorado.rejected."),
                              "place", text("topology, step or sink."),
                              "name", text("Topic, step or table."),
                              "key", text("Key of the record."),
                              "reason", text("What it failed with."),
                              "rejected_at", time("When it was set aside."),
                              "bytes", count("Length of its key and value."),
                              "generation",
                                  count("Generation of facts that lacks it; null: all have it."),
                              "obstacle", text("Why it cannot be retried; null if it can."))),
                      "Of the facts that answer now, newest first."),
              "next", text("Cursor; null on the last page.")));

  static final Map<String, Object> AUDIT = object(Schemas.columns(AuditQuery.COLUMNS));

  static final Map<String, Object> RETRY_BODY =
      object(
          ordered(
              "ids", array(Map.of("type", "string"), "Up to 500 ids of /rejected."),
              "all", flag("Instead of ids: up to 500 that can be retried, the oldest first.")));

  static final Map<String, Object> RETRIED =
      results(
          "retried; superseded: its topic has a newer record of its key; done: it was retried or"
              + " dismissed before; impossible; missing.",
          "Of all: how many more can be retried.");

  static final Map<String, Object> DISMISS_BODY =
      object(
          ordered(
              "ids", array(Map.of("type", "string"), "Up to 500 ids of /rejected."),
              "all", flag("Instead of ids: up to 500 that count as rejected, the oldest first."),
              "reason", text("Why, in up to 500 characters.")));

  static final Map<String, Object> DISMISSED =
      results(
          "dismissed; done: it was retried or dismissed before; missing.",
          "Of all: how many more count as rejected.");

  static final Map<String, Object> DOCTOR =
      object(
          ordered(
              "from", time("Start, inclusive."),
              "to", time("End, exclusive."),
              "services", array(service(), "By name."),
              "clocks",
                  array(
                      object(
                          ordered(
                              "sender", text("Sender."),
                              "deliveries", count("How many came before what they tell of."),
                              "ahead_seconds", count("By how many seconds at most."))),
                      "Senders whose clocks are ahead by a minute or more.")));

  private OperationSchemas() {}

  private static Map<String, Object> results(String outcomes, String left) {
    return object(
        ordered(
            "results",
                array(
                    object(
                        ordered(
                            "id", text("Id in the topic dorado.rejected."),
                            "outcome", text(outcomes),
                            "reason", text("What was done, or why not."))),
                    "In the order of the ids."),
            "left", count(left)));
  }

  private static Map<String, Object> service() {
    return object(
        ordered(
            "id", text("Name."),
            "repository", text("host/owner/name."),
            "in_catalog", flag("The catalog knows it."),
            "team", text("Owner."),
            "sources",
                array(
                    object(
                        ordered(
                            "source", text("What its deployments are made of (rule E4)."),
                            "environment", text("Class."),
                            "deployments", count("Attempts of the period."),
                            "unlinked", count("Those whose head is unknown (rule S8)."),
                            "last_at", time("Finish of the last one."))),
                    "By environment."),
            "candidates",
                array(
                    object(
                        ordered(
                            "source", text("A source that is not the chosen one (rule E4)."),
                            "name", text("Name of the workflow, workflow/job, tag or branch."),
                            "environment", text("Class."),
                            "chosen_source", text("The chosen one."),
                            "count", count("Attempts that it would have given."),
                            "missing", count("Those whose commit no deployment has."),
                            "last_at", time("Finish of the last one."))),
                    "By environment."),
            "refused", count("Attempts that were refused or cancelled before they ran (rule E6)."),
            "evidence",
                count(
                    "Attempts that only repeat what others report (rules E4, E6): none of these counts."),
            "unlinked_incidents", count("Incidents that no rule links to a deployment.")));
  }
}
