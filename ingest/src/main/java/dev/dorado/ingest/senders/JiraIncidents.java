package dev.dorado.ingest.senders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Jira's issues: one of the type incident, or with an incident label, is an incident (rule E7; Jira
 * Service Management calls its type {@code [System] Incident}). It is over when its status is in
 * the category done, whatever the status is called; its resolution may say that it was none.
 */
final class JiraIncidents {

  private static final String DONE = "done";
  private static final String IN_PROGRESS = "indeterminate";

  private final SenderSettings settings;

  JiraIncidents(SenderSettings settings) {
    this.settings = settings;
  }

  /**
   * @param ifOpen the transition of an incident that is not over
   */
  Translation translate(Fields body, String kind, String ifOpen, Provenance provenance) {
    Fields issue = body.object("issue");
    String key =
        issue
            .maybeText("key")
            .orElseGet(() -> issue.text("id", "the id of the issue, or its key in 'key'"));
    Fields fields = issue.object("fields");
    List<Fields> changes =
        body.maybeObject("changelog")
            .map(changelog -> changelog.maybeObjects("items"))
            .orElse(List.of());
    boolean wasIncident = changes.stream().anyMatch(this::saysItWasIncident);
    if (!isIncident(fields) && !wasIncident) {
      return Translation.ignored(
          "%s: %s is neither of a type nor has a label that makes an issue an incident (%s)"
              .formatted(kind, key, String.join(", ", settings.incidentLabels())));
    }
    Moment moment =
        Moment.firstOf(provenance, body.maybeTime("timestamp"), fields.maybeTime("updated"));
    Instant time = moment.at();
    boolean withdrawn = !isIncident(fields) || ifOpen.equals(IncidentEvents.WITHDRAWN);
    Optional<Instant> resolvedAt =
        isIn(DONE, fields) ? resolvedAt(fields, changes, time) : Optional.empty();
    boolean workBegan = isIn(IN_PROGRESS, fields) && changesStatus(changes);
    String transition =
        withdrawn
            ? IncidentEvents.WITHDRAWN
            : resolvedAt.isPresent()
                ? IncidentEvents.RESOLVED
                : isIn(DONE, fields) ? IncidentEvents.UPDATED : ifOpen;
    Optional<String> self = issue.maybeText("self");
    var event =
        IncidentEvents.on(id(issue, self), transition, kind, moment, provenance)
            .setTitle(fields.maybeLongText("summary").orElse(null))
            .setDescription(fields.maybeNode("description").map(JiraIncidents::text).orElse(null))
            .setSeverity(IncidentEvents.word(fields, "priority", "name").orElse(null))
            .setEnvironment(environment(fields).orElse(null))
            .setCreatedAt(fields.maybeTime("created").orElse(null))
            .setAcknowledgedAt(workBegan ? time : null)
            .setResolvedAt(resolvedAt.orElse(null))
            .setUrl(self.flatMap(address -> browse(address, key)).orElse(null));
    if (isIn(DONE, fields)) {
      IncidentEvents.closedFor(
          event,
          Stream.of("resolution", "status")
              .flatMap(field -> IncidentEvents.word(fields, field, "name").stream())
              .toList());
    }
    setServices(event, fields);
    Labels.ofTags(fields.maybeTexts("labels").orElse(List.of())).applyTo(event);
    return IncidentEvents.translation(event, key);
  }

  private boolean isIncident(Fields fields) {
    return IncidentEvents.word(fields, "issuetype", "name").filter(this::isIncidentWord).isPresent()
        || fields.maybeTexts("labels").orElse(List.of()).stream().anyMatch(this::isIncidentWord);
  }

  private boolean isIncidentWord(String word) {
    String plain = word.toLowerCase(Locale.ROOT).replaceFirst("^\\[system\\]\\s*", "").strip();
    return settings.incidentLabels().contains(plain);
  }

  private boolean saysItWasIncident(Fields change) {
    String field = change.maybeText("field").orElse("");
    String before = change.maybeText("fromString").orElse("");
    return switch (field) {
      case "issuetype" -> isIncidentWord(before);
      case "labels" -> List.of(before.split("\\s+")).stream().anyMatch(this::isIncidentWord);
      default -> false;
    };
  }

  /**
   * When it was resolved: by its resolution date, which workflows may fail to set; else when its
   * status came into this category; else now, if that is what has changed.
   */
  private static Optional<Instant> resolvedAt(Fields fields, List<Fields> changes, Instant time) {
    return fields
        .maybeTime("resolutiondate")
        .or(() -> fields.maybeTime("statuscategorychangedate"))
        .or(() -> changesStatus(changes) ? Optional.of(time) : Optional.empty());
  }

  private static boolean changesStatus(List<Fields> changes) {
    return changes.stream()
        .anyMatch(change -> change.maybeText("field").filter("status"::equals).isPresent());
  }

  private static boolean isIn(String category, Fields fields) {
    return fields
        .maybeObject("status")
        .flatMap(status -> status.maybeObject("statusCategory"))
        .flatMap(found -> found.maybeText("key"))
        .filter(category::equals)
        .isPresent();
  }

  /** Ids are unique on one site, and stay when an issue moves to another project. */
  private static String id(Fields issue, Optional<String> self) {
    String id = issue.maybeText("id").or(() -> issue.maybeText("key")).orElseThrow();
    return self.flatMap(JiraIncidents::host)
        .map(host -> "jira:%s:%s".formatted(host, id))
        .orElse("jira:" + id);
  }

  private static Optional<String> host(String address) {
    try {
      return Optional.ofNullable(new URI(address).getHost());
    } catch (URISyntaxException e) {
      // No address: then the site is not known.
      return Optional.empty();
    }
  }

  private static Optional<String> browse(String self, String key) {
    int rest = self.indexOf("/rest/");
    return rest < 0 || self.contains("//api.atlassian.com/")
        ? Optional.empty()
        : Optional.of(self.substring(0, rest) + "/browse/" + key);
  }

  /** By its components; else the project is another name of the service. */
  private static void setServices(IncidentEvent.Builder event, Fields fields) {
    List<String> components =
        fields.maybeObjects("components").stream()
            .flatMap(component -> component.maybeText("name").stream())
            .toList();
    IncidentEvents.word(fields, "project", "key")
        .ifPresent(project -> event.setAliases(List.of("jira:" + project)));
    IncidentEvents.affects(event, components);
  }

  /** The field is a text of any length in which people also describe machines. */
  private static Optional<String> environment(Fields fields) {
    return fields
        .maybeNode("environment")
        .map(JiraIncidents::text)
        .map(String::strip)
        .filter(text -> text.matches("[\\w./-]{1,50}"));
  }

  /** A text, or the texts of a document in Atlassian's format, its blocks on lines of their own. */
  private static String text(JsonNode node) {
    if (!node.isContainerNode()) {
      return Fields.cut(node.asText().strip());
    }
    List<String> parts = new ArrayList<>();
    collect(node, parts);
    return Fields.cut(String.join("", parts).strip());
  }

  private static void collect(JsonNode node, List<String> parts) {
    if (node.path("text").isTextual()) {
      parts.add(node.path("text").textValue());
    }
    String type = node.path("type").asText();
    node.path("content").forEach(child -> collect(child, parts));
    if (type.equals("paragraph") || type.equals("heading") || type.equals("hardBreak")) {
      parts.add("\n");
    }
  }
}
