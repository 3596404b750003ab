package dev.dorado.ingest.senders;

import com.google.re2j.Pattern;
import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Azure's {@code workitem.*}: one of the type Incident, or with an incident tag, is an incident.
 */
final class AzureWorkItems {

  private static final String STATE = "System.State";
  private static final String TAGS = "System.Tags";
  private static final String REMOVED = "Removed";
  private static final Set<String> CLOSED = Set.of("closed", "resolved", "done", "completed");
  private static final Pattern LINE_END =
      Pattern.compile("(?i)<(?:br|/p|/div|/li)\\b[^<>]{0,200}>");
  private static final Pattern TAG = Pattern.compile("<[^<>]{0,500}>");

  private final SenderSettings settings;

  AzureWorkItems(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(String kind, Fields body, Provenance provenance) {
    Fields resource = AzureDevOpsSender.resource(body);
    Fields item = resource.maybeObject("revision").orElse(resource);
    Fields fields =
        item.maybeObject("fields")
            .orElseThrow(() -> item.absent("fields", "a JSON object" + AzureDevOpsSender.FULL));
    long number =
        resource
            .maybeNumber("workItemId")
            .or(() -> item.maybeNumber("id"))
            .orElseThrow(() -> item.absent("id", "a whole number"));
    var tags = new IssueLabels(tags(fields.maybeText(TAGS)), settings);
    boolean isOfType =
        fields.maybeText("System.WorkItemType").filter("incident"::equalsIgnoreCase).isPresent();
    boolean was = new IssueLabels(tags(change(resource, TAGS, "oldValue")), settings).sayIncident();
    boolean isIncident = isOfType || tags.sayIncident();
    if (!isIncident && !was) {
      return Translation.ignored(
          "%s: #%d is neither of the type Incident nor has one of the tags that make a work item an incident (%s)"
              .formatted(kind, number, String.join(", ", settings.incidentLabels())));
    }
    String transition =
        switch (kind) {
          case "workitem.created" -> "opened";
          case "workitem.deleted" -> "withdrawn";
          case "workitem.updated" -> isIncident ? transition(resource) : "withdrawn";
          default -> "updated";
        };
    return event(body, resource, fields, number, tags, transition, provenance);
  }

  private static String transition(Fields resource) {
    Optional<String> before = change(resource, STATE, "oldValue");
    Optional<String> after = change(resource, STATE, "newValue");
    boolean closed = after.filter(AzureWorkItems::isClosed).isPresent();
    boolean wasClosed = before.filter(AzureWorkItems::isClosed).isPresent();
    return after.isEmpty() || closed == wasClosed ? "updated" : closed ? "resolved" : "reopened";
  }

  private Translation event(
      Fields body,
      Fields resource,
      Fields fields,
      long number,
      IssueLabels tags,
      String transition,
      Provenance provenance) {
    Optional<Instant> createdAt = fields.maybeTime("System.CreatedDate");
    Optional<Instant> stated =
        transition.equals("opened")
            ? createdAt
            : fields.maybeTime("System.ChangedDate").or(() -> createdAt);
    Moment moment =
        stated.map(Moment::of).orElseGet(() -> AzureDevOpsSender.sentAt(body, provenance));
    Instant time = moment.at();
    String id = AzureRepository.idOf(body, "workitem:", Long.toString(number));
    Optional<String> url = AzureDevOpsSender.page(resource).or(() -> resource.maybeText("url"));
    List<String> names = new ArrayList<>(List.of(id, "AB#" + number, "#" + number));
    url.ifPresent(names::add);
    Optional<String> text =
        fields
            .maybeLongText("System.Description")
            .or(() -> fields.maybeLongText("Microsoft.VSTS.TCM.ReproSteps"))
            .map(AzureWorkItems::withoutTags);
    // Who tags an item with a service knows better than the area that it lies in.
    List<String> aliases =
        tags.service()
            .map(Stream::of)
            .orElseGet(
                () ->
                    Stream.of("System.AreaPath", "System.TeamProject")
                        .flatMap(name -> fields.maybeText(name).stream()))
            .distinct()
            .map(name -> "azure-devops:" + name)
            .toList();
    String revision = resource.maybeText("rev").orElse("");
    var event =
        IncidentEvent.newBuilder()
            .setId(moment.idOf("incident", id, transition + " " + revision))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setIncident(id)
            .setService(tags.service().orElse(null))
            .setAliases(aliases)
            .setTitle(fields.maybeLongText("System.Title").orElse(null))
            .setDescription(text.orElse(null))
            .setSeverity(
                fields.maybeText("Microsoft.VSTS.Common.Severity").or(tags::severity).orElse(null))
            .setEnvironment(tags.environment().orElse(null))
            .setTransition(transition)
            .setCreatedAt(createdAt.orElse(null))
            .setResolvedAt(transition.equals("resolved") ? time : null)
            .setLabels(tags.names())
            .setCausedBy(tags.causesWith(text.orElse("")))
            .setNames(names)
            .setUrl(url.orElse(null));
    Optional<String> state = fields.maybeText(STATE);
    boolean isOver = state.filter(word -> isClosed(word) || word.equals(REMOVED)).isPresent();
    if (isOver) {
      IncidentEvents.closedFor(event, reasons(fields, state.get()));
      IncidentEvents.closedFor(event, tags.resolutions());
    }
    return Translation.of(CanonicalEvent.of(event.build()));
  }

  /** An item that was resolved as a duplicate is closed because that was verified. */
  private static List<String> reasons(Fields fields, String state) {
    List<String> reasons = new ArrayList<>(List.of(state));
    fields.maybeText("System.Reason").ifPresent(reasons::add);
    fields.maybeText("Microsoft.VSTS.Common.ResolvedReason").ifPresent(reasons::add);
    return reasons;
  }

  private static boolean isClosed(String state) {
    return CLOSED.contains(state.toLowerCase(Locale.ROOT));
  }

  /** What a field was or is, of a delivery that tells of changes. */
  private static Optional<String> change(Fields resource, String field, String which) {
    return resource
        .maybeObject("fields")
        .filter(fields -> fields.maybeNode(field).filter(node -> node.isObject()).isPresent())
        .flatMap(fields -> fields.maybeObject(field))
        .flatMap(change -> change.maybeText(which));
  }

  /** {@code a; b} as Azure writes it. */
  private static List<String> tags(Optional<String> text) {
    return text.stream()
        .flatMap(tags -> Arrays.stream(tags.split(";")))
        .map(String::strip)
        .filter(tag -> !tag.isEmpty())
        .toList();
  }

  /** Descriptions are HTML. */
  private static String withoutTags(String html) {
    return TAG.matcher(LINE_END.matcher(html).replaceAll("\n")).replaceAll("").strip();
  }
}
