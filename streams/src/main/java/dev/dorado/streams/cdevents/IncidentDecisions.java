package dev.dorado.streams.cdevents;

import dev.dorado.facts.IncidentFact;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is decided of an incident: that it is one of a service, and that it is over. Its title is
 * left out, which may name people; the page has it.
 */
final class IncidentDecisions implements Decisions {

  private final IncidentFact fact;
  private final PageLinks links;

  IncidentDecisions(IncidentFact fact, PageLinks links) {
    this.fact = fact;
    this.links = links;
  }

  @Override
  public String kind() {
    return "incident";
  }

  @Override
  public String service() {
    return fact.getService();
  }

  @Override
  public List<Decision> standing() {
    List<Decision> decisions = new ArrayList<>();
    Optional<Instant> began =
        Stream.of(fact.getDetectedAt(), fact.getStartedAt(), fact.getResolvedAt())
            .filter(time -> time != null)
            .findFirst();
    if (fact.getRetracted() || began.isEmpty()) {
      return decisions;
    }
    Map<String, Object> content = content();
    Optional<String> ticket = ticket().filter(address -> fact.getDetectedAt() == null);
    ticket.ifPresent(address -> content.put("ticketURI", address));
    decisions.add(
        decision(
            Aspect.INCIDENT,
            ticket.isPresent() ? CdEventTypes.INCIDENT_REPORTED : CdEventTypes.INCIDENT_DETECTED,
            began.get(),
            content));
    if (fact.getResolvedAt() != null) {
      decisions.add(
          decision(
              Aspect.RESOLUTION, CdEventTypes.INCIDENT_RESOLVED, fact.getResolvedAt(), content()));
    }
    return decisions;
  }

  @Override
  public Decision withdrawal(Aspect aspect, Instant at) {
    return decision(aspect, CdEventTypes.custom(aspect.withdrawal()), at, content());
  }

  private Decision decision(Aspect aspect, String type, Instant at, Map<String, Object> content) {
    return new Decision(aspect, type, fact.getId(), fact.getEnvironment(), at, content, details());
  }

  private Map<String, Object> content() {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put(
        "environment",
        Map.of("id", fact.getEnvironment().isEmpty() ? "unknown" : fact.getEnvironment()));
    content.put("service", Map.of("id", fact.getService()));
    return content;
  }

  /** Where people see it; CDEvents wants an absolute address. */
  private Optional<String> ticket() {
    return Optional.ofNullable(fact.getUrl()).filter(IncidentDecisions::isAbsolute);
  }

  private static boolean isAbsolute(String address) {
    try {
      return new URI(address).isAbsolute();
    } catch (URISyntaxException e) {
      // An address for people may be any text.
      return false;
    }
  }

  private Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("incident", fact.getId());
    details.put("severity", fact.getSeverity());
    details.put("repository", fact.getRepository());
    details.put("deployment", fact.getDeploymentId());
    details.put("rule", fact.getLinkRule());
    details.put("confidence", fact.getLinkConfidence());
    details.put("started_at", fact.getStartUnknown() ? null : fact.getStartedAt());
    details.put("resolved_at", fact.getResolvedAt());
    details.put("url", fact.getUrl());
    details.put("page", links.ofIncidents(fact.getService()).orElse(null));
    return details;
  }
}
