package dev.dorado.ingest.senders;

import dev.dorado.events.IncidentEvent;
import dev.dorado.events.Provenance;
import dev.dorado.ingest.delivery.CanonicalEvent;
import dev.dorado.ingest.delivery.Fields;
import dev.dorado.ingest.delivery.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** GitHub's {@code issues}: one with an incident label is an incident (rule E7). */
final class GitHubIssues {

  private final SenderSettings settings;

  GitHubIssues(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String action = body.text("action", "an action, as opened or labeled");
    Fields issue = body.object("issue");
    long number = issue.number("number");
    var labels =
        new IssueLabels(
            issue.maybeObjects("labels").stream()
                .flatMap(label -> label.maybeText("name").stream())
                .toList(),
            settings);
    Optional<String> changedLabel =
        body.maybeObject("label").flatMap(label -> label.maybeText("name"));
    boolean isIncident = labels.sayIncident();
    boolean incidentLabelChanged =
        changedLabel.filter(label -> IssueLabels.isIncident(label, settings)).isPresent();
    boolean stoppedBeingIncident =
        action.equals("unlabeled") && incidentLabelChanged && !isIncident;
    if (!isIncident && !stoppedBeingIncident) {
      return Translation.ignored(
          "issues.%s: #%d has none of the labels that make an issue an incident (%s)"
              .formatted(action, number, String.join(", ", settings.incidentLabels())));
    }
    String transition =
        switch (action) {
          case "opened" -> "opened";
          case "labeled" -> incidentLabelChanged ? "opened" : "updated";
          case "unlabeled" -> stoppedBeingIncident ? "withdrawn" : "updated";
          case "edited" -> "updated";
          case "closed" -> "resolved";
          case "reopened" -> "reopened";
          case "deleted", "transferred" -> "withdrawn";
          default -> "";
        };
    if (transition.isEmpty()) {
      return Translation.ignored(
          "issues.%s: this action changes nothing that is measured".formatted(action));
    }
    Optional<Instant> stated =
        switch (action) {
          case "opened" -> issue.maybeTime("created_at");
          case "closed" -> issue.maybeTime("closed_at");
          default -> issue.maybeTime("updated_at");
        };
    Moment moment = Moment.firstOf(provenance, stated, issue.maybeTime("updated_at"));
    Instant time = moment.at();
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    String id = repository.idOf("github", "issue:", issue.number("id"));
    Optional<String> url = issue.maybeText("html_url");
    Optional<String> text = issue.maybeLongText("body");
    var event =
        IncidentEvent.newBuilder()
            .setId(moment.idOf("incident", id, action + " " + changedLabel.orElse("")))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setIncident(id)
            .setRepository(repository.name())
            .setService(labels.service().orElse(null))
            .setAliases(List.of())
            .setArtifact(null)
            .setTitle(issue.maybeLongText("title").orElse(null))
            .setDescription(text.orElse(null))
            .setSeverity(labels.severity().orElse(null))
            .setEnvironment(labels.environment().orElse(null))
            .setTransition(transition)
            .setStartedAt(null)
            .setDetectedAt(null)
            .setCreatedAt(issue.maybeTime("created_at").orElse(null))
            .setAcknowledgedAt(null)
            // A reopened issue keeps its closed_at, so only the closing itself tells.
            .setResolvedAt(transition.equals("resolved") ? time : null)
            .setLabels(labels.names())
            .setCausedBy(labels.causesWith(text.orElse("")))
            .setNames(names(id, repository, number, url))
            .setUrl(url.orElse(null));
    if (action.equals("closed") || issue.maybeText("state").filter("closed"::equals).isPresent()) {
      IncidentEvents.closedFor(event, issue.maybeText("state_reason").stream().toList());
      IncidentEvents.closedFor(event, labels.resolutions());
    }
    return Translation.of(CanonicalEvent.of(event.build()));
  }

  private static List<String> names(
      String id, ForgeRepository repository, long number, Optional<String> url) {
    List<String> names =
        new ArrayList<>(List.of(id, "#" + number, repository.path() + "#" + number));
    url.ifPresent(names::add);
    return names;
  }
}
