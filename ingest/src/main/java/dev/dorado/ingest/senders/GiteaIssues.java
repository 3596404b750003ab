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
import java.util.Optional;

/** Gitea's {@code issues}: one with an incident label is an incident (rule E7). */
final class GiteaIssues {

  private final SenderSettings settings;

  GiteaIssues(SenderSettings settings) {
    this.settings = settings;
  }

  Translation translate(Fields body, Provenance provenance) {
    String action = body.text("action", "an action, as opened or closed");
    Fields issue = body.object("issue");
    long number = issue.number("number");
    var labels = new IssueLabels(names(issue, "labels"), settings);
    // New versions say which labels were taken off.
    boolean was =
        body.maybeObject("changes")
            .map(changes -> new IssueLabels(names(changes, "removed_labels"), settings))
            .filter(IssueLabels::sayIncident)
            .isPresent();
    if (!labels.sayIncident() && !was) {
      return Translation.ignored(
          "issues.%s: #%d has none of the labels that make an issue an incident (%s)"
              .formatted(action, number, String.join(", ", settings.incidentLabels())));
    }
    Optional<String> transition =
        switch (action) {
          case "opened" -> Optional.of("opened");
          case "closed" -> Optional.of("resolved");
          case "reopened" -> Optional.of("reopened");
          case "edited", "label_updated", "label_cleared" ->
              Optional.of(labels.sayIncident() ? "updated" : "withdrawn");
          case "deleted" -> Optional.of("withdrawn");
          default -> Optional.empty();
        };
    if (transition.isEmpty()) {
      return Translation.ignored(
          "issues.%s: this action changes nothing that is measured".formatted(action));
    }
    Optional<Instant> createdAt = issue.maybeTime("created_at");
    Optional<Instant> stated =
        switch (action) {
          case "opened" -> createdAt;
          case "closed" -> issue.maybeTime("closed_at");
          default -> Optional.empty();
        };
    Moment moment = Moment.firstOf(provenance, stated, issue.maybeTime("updated_at"));
    Instant time = moment.at();
    var repository = ForgeRepository.likeGitHub(body.object("repository"), settings);
    String id = repository.idOf("gitea", "issue:", issue.number("id"));
    Optional<String> url = issue.maybeText("html_url");
    Optional<String> text = issue.maybeLongText("body");
    List<String> called =
        new ArrayList<>(List.of(id, "#" + number, repository.path() + "#" + number));
    url.ifPresent(called::add);
    String exactly = action + " " + EventId.hash(labels.names().toArray(String[]::new));
    var event =
        IncidentEvent.newBuilder()
            .setId(moment.idOf("incident", id, exactly))
            .setProvenance(provenance)
            .setOccurredAt(time)
            .setIncident(id)
            .setRepository(repository.name())
            .setService(labels.service().orElse(null))
            .setTitle(issue.maybeLongText("title").orElse(null))
            .setDescription(text.orElse(null))
            .setSeverity(labels.severity().orElse(null))
            .setEnvironment(labels.environment().orElse(null))
            .setTransition(transition.get())
            .setCreatedAt(createdAt.orElse(null))
            .setResolvedAt(transition.get().equals("resolved") ? time : null)
            .setLabels(labels.names())
            .setCausedBy(labels.causesWith(text.orElse("")))
            .setNames(called)
            .setUrl(url.orElse(null));
    // Gitea has no reasons but labels, as Reviewed/Duplicate of its default set.
    if (action.equals("closed") || issue.maybeText("state").filter("closed"::equals).isPresent()) {
      IncidentEvents.closedFor(event, labels.resolutions());
    }
    return Translation.of(CanonicalEvent.of(event.build()));
  }

  private static List<String> names(Fields owner, String field) {
    return owner.maybeObjects(field).stream()
        .flatMap(label -> label.maybeText("name").stream())
        .toList();
  }
}
