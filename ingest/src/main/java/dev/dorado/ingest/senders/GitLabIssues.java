package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.EventId;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * GitLab's {@code issue} and {@code work_item}: one of the type Incident is an incident, whichever
 * of the two kinds it comes as, and an issue with an incident label is one (rule E7).
 */
final class GitLabIssues {

  private final SenderSettings settings;

  GitLabIssues(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    Fields issue = body.object("object_attributes");
    String action = issue.maybeText("action").orElse("");
    long number = issue.number("iid");
    boolean isOfType =
        issue
            .maybeText("type")
            .or(() -> issue.maybeText("issue_type"))
            .filter("incident"::equalsIgnoreCase)
            .isPresent();
    Fields owner = body.maybeNode("labels").isPresent() ? body : issue;
    var labels = new IssueLabels(titles(owner, "labels"), settings);
    Optional<Fields> labelChange =
        body.maybeObject("changes").flatMap(changes -> changes.maybeObject("labels"));
    boolean was =
        labelChange
            .map(change -> new IssueLabels(titles(change, "previous"), settings).sayIncident())
            .orElse(false);
    boolean isIncident = isOfType || labels.sayIncident();
    if (!isIncident && !was) {
      return Translation.ignored(
          "issue.%s: #%d is neither of the type Incident nor has one of the labels that make an issue an incident (%s)"
              .formatted(action, number, String.join(", ", settings.incidentLabels())));
    }
    boolean labelled = labelChange.isPresent() && labels.sayIncident() && !was;
    Optional<String> transition =
        switch (action) {
          case "open" -> Optional.of("opened");
          case "close" -> Optional.of("resolved");
          case "reopen" -> Optional.of("reopened");
          case "update" ->
              Optional.of(
                  !isIncident
                      ? "withdrawn"
                      : labelled && !isOfType
                          ? "opened"
                          : isAcknowledged(body) ? "acknowledged" : "updated");
          default -> Optional.empty();
        };
    if (transition.isEmpty()) {
      return Translation.ignored(
          "issue: the action '%s' of incident #%d changes nothing that is measured"
              .formatted(action, number));
    }
    return event(body, issue, labels, transition.get(), provenance);
  }

  private Translation event(
      Fields body, Fields issue, IssueLabels labels, String transition, Provenance provenance) {
    Optional<Instant> createdAt = issue.maybeTime("created_at");
    Optional<Instant> stated =
        switch (transition) {
          case "resolved" -> issue.maybeTime("closed_at");
          default ->
              issue.maybeText("action").filter("open"::equals).isPresent()
                  ? createdAt
                  : Optional.empty();
        };
    Moment moment = Moment.firstOf(provenance, stated, issue.maybeTime("updated_at"));
    Instant time = moment.at();
    var repository = GitLabProject.in(body, settings);
    String id = repository.idOf("gitlab", "issue:", issue.number("id"));
    long number = issue.number("iid");
    Optional<String> url = issue.maybeText("url");
    Optional<String> text = issue.maybeLongText("description");
    // Several updates may come in one second; an opening or an end comes once, and is told again by
    // a
    // backfill, which does not know what else changed.
    String told =
        issue.maybeText("action").filter("update"::equals).isPresent()
            ? " " + EventId.hash(body.maybeObject("changes").map(Fields::json).orElse(""))
            : "";
    List<String> names =
        new ArrayList<>(List.of(id, "#" + number, repository.path() + "#" + number));
    url.ifPresent(names::add);
    var event =
        IncidentEvent.newBuilder()
            .setId(moment.idOf("incident", id, transition + told))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setIncident(id)
            .setRepository(repository.name())
            .setService(labels.service().orElse(null))
            .setTitle(issue.maybeLongText("title").orElse(null))
            .setDescription(text.orElse(null))
            .setSeverity(severity(issue).or(labels::severity).orElse(null))
            .setEnvironment(labels.environment().orElse(null))
            .setTransition(transition)
            .setCreatedAt(createdAt.orElse(null))
            .setAcknowledgedAt(transition.equals("acknowledged") ? time : null)
            .setResolvedAt(transition.equals("resolved") ? time : null)
            .setLabels(labels.names())
            .setCausedBy(labels.causesWith(withPullRequests(text.orElse(""))))
            .setNames(names)
            .setUrl(url.orElse(null));
    boolean isClosed =
        transition.equals("resolved")
            || issue.maybeText("state").filter("closed"::equals).isPresent();
    if (isClosed) {
      IncidentEvents.closedFor(event, reasons(issue));
      IncidentEvents.closedFor(event, labels.resolutions());
    }
    return Translation.of(CanonicalEvent.of(event.build()));
  }

  /** GitLab gives no word for why an issue was closed, but names the one that stands for it. */
  private static List<String> reasons(Fields issue) {
    List<String> reasons = new ArrayList<>();
    issue.maybeText("moved_to_id").ifPresent(id -> reasons.add("moved"));
    issue.maybeText("duplicated_to_id").ifPresent(id -> reasons.add("duplicate"));
    return reasons;
  }

  /** As far as GitLab knows it: an ordinary issue's is always unknown. */
  private static Optional<String> severity(Fields issue) {
    return issue
        .maybeText("severity")
        .map(severity -> severity.toLowerCase(Locale.ROOT))
        .filter(severity -> !severity.equals("unknown"));
  }

  private static boolean isAcknowledged(Fields body) {
    return body.maybeObject("changes")
        .flatMap(changes -> changes.maybeObject("escalation_status"))
        .flatMap(change -> change.maybeText("current"))
        .filter("acknowledged"::equalsIgnoreCase)
        .isPresent();
  }

  /** GitLab writes !12 for a merge request, and #12 for an issue, which is no cause. */
  private static String withPullRequests(String text) {
    return text.replaceAll("#(?=\\d)", "issue ").replaceAll("!(?=\\d)", "#");
  }

  private static List<String> titles(Fields owner, String name) {
    return owner.maybeObjects(name).stream()
        .flatMap(label -> label.maybeText("title").stream())
        .toList();
  }
}
