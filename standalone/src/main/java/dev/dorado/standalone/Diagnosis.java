package dev.dorado.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.ReadableDuration;
import dev.dorado.standalone.DoctorCommand.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What evidence means: a pure function of it. Immutable.
 *
 * @param findings what there is to do, most basic first
 */
record Diagnosis(List<Finding> findings) {

  private static final Duration SILENCE = Duration.ofDays(7);
  private static final int NAMED = 5;

  /** Under this name ingest counts what was refused of senders that there are not. */
  private static final String NO_SENDER = "unknown";

  Diagnosis {
    findings = List.copyOf(findings);
  }

  /**
   * Something to do.
   *
   * @param area connections, senders, dead letters, clocks, deployments or catalog
   * @param what what is wrong
   * @param remedy what to do; empty if {@code what} says it
   */
  record Finding(String area, String what, String remedy) {}

  static Diagnosis of(Evidence evidence) {
    List<Finding> findings = new ArrayList<>();
    addConnections(findings, evidence);
    addSenders(findings, evidence);
    addDeadLetters(findings, evidence);
    addClocks(findings, evidence);
    addDeployments(findings, evidence);
    addCatalog(findings, evidence);
    return new Diagnosis(findings);
  }

  boolean isFine() {
    return findings.isEmpty();
  }

  /** Findings and evidence, for programs. */
  Map<String, Object> json(Evidence evidence) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("fine", isFine());
    json.put("findings", findings);
    json.put("health", evidence.healths());
    json.put("setup", evidence.setup());
    json.put("ingest", evidence.ingest());
    json.put("doctor", evidence.doctor());
    json.put("dead_letters", evidence.deadLetters().path("reasons"));
    return json;
  }

  private static void addConnections(List<Finding> findings, Evidence evidence) {
    evidence.unanswered().forEach(why -> findings.add(new Finding("connections", why, "")));
    for (JsonNode health : evidence.healths()) {
      for (JsonNode check : health.path("checks")) {
        if (!check.path("healthy").asBoolean()) {
          findings.add(new Finding("connections", check.path("problem").asText(), ""));
        }
      }
    }
  }

  private static void addSenders(List<Finding> findings, Evidence evidence) {
    Map<String, JsonNode> arrived = new LinkedHashMap<>();
    evidence
        .ingest()
        .path("senders")
        .forEach(sender -> arrived.put(sender.path("sender").asText(), sender));
    boolean anySecret = false;
    for (JsonNode sender : evidence.setup().path("senders")) {
      String name = sender.path("sender").asText();
      boolean hasSecret = sender.path("secrets").asInt() > 0;
      anySecret |= hasSecret;
      boolean cameEver =
          arrived.containsKey(name) && time(arrived.get(name), "last_delivery_at") != null;
      if (hasSecret && !cameEver && !evidence.ingest().isMissingNode()) {
        findings.add(
            new Finding(
                "senders",
                "%s has a secret, and no delivery of it has ever been accepted".formatted(name),
                "point its webhook at /webhooks/%s, or take the secret away".formatted(name)));
      }
    }
    boolean isOpen = evidence.setup().path("open").asBoolean();
    if (!evidence.setup().isMissingNode() && !anySecret && !isOpen) {
      findings.add(
          new Finding(
              "senders",
              "no sender has a secret, so that every delivery is refused",
              "set DORADO_SECRETS_GITHUB, or that of another sender, where ingest runs"));
    }
    arrived.forEach((name, sender) -> addSender(findings, evidence, name, sender));
  }

  private static void addSender(
      List<Finding> findings, Evidence evidence, String name, JsonNode sender) {
    Instant last = time(sender, "last_delivery_at");
    for (JsonNode reason : sender.path("refused_reasons")) {
      Instant refused = time(reason, "last_at");
      // What was accepted since shows that it was mended.
      if (last == null || (refused != null && refused.isAfter(last))) {
        findings.add(
            new Finding(
                "senders",
                "%s of %s refused (%s), the last at %s, and none was accepted since"
                    .formatted(
                        deliveries(reason.path("count").asLong()),
                        (name.equals(NO_SENDER) ? "a sender that there is not" : name)
                            + (reason.path("count").asLong() == 1 ? " was" : " were"),
                        reason.path("reason").asText(),
                        reason.path("last_at").asText()),
                reason.path("detail").asText()));
      }
    }
    if (last != null && last.isBefore(evidence.now().minus(SILENCE))) {
      findings.add(
          new Finding(
              "senders",
              "%s has been silent for %s, since %s"
                  .formatted(
                      name, ReadableDuration.of(Duration.between(last, evidence.now())), last),
              "see the log of deliveries in its webhook's settings"));
    }
  }

  private static void addDeadLetters(List<Finding> findings, Evidence evidence) {
    for (JsonNode reason : evidence.deadLetters().path("reasons")) {
      findings.add(
          new Finding(
              "dead letters",
              "%s of %s (%s) could not be translated: %s"
                  .formatted(
                      deliveries(reason.path("count").asLong()),
                      reason.path("sender").asText(),
                      reason.path("kind").asText("of an unknown kind"),
                      reason.path("reason").asText()),
              "./dorado dead-letters list; retry once the cause is mended"));
    }
  }

  private static void addClocks(List<Finding> findings, Evidence evidence) {
    for (JsonNode clock : evidence.doctor().path("clocks")) {
      findings.add(
          new Finding(
              "clocks",
              "%s of %s came up to %s before the time told of"
                  .formatted(
                      deliveries(clock.path("deliveries").asLong()),
                      clock.path("sender").asText(),
                      ReadableDuration.of(
                          Duration.ofSeconds(clock.path("ahead_seconds").asLong()))),
              "set the clock of the sender, or of this machine, by NTP"));
    }
  }

  private static void addDeployments(List<Finding> findings, Evidence evidence) {
    for (JsonNode service : evidence.doctor().path("services")) {
      String name = service.path("id").asText();
      long unlinked = 0;
      long deployments = 0;
      for (JsonNode source : service.path("sources")) {
        unlinked += source.path("unlinked").asLong();
        deployments += source.path("deployments").asLong();
      }
      if (unlinked > 0) {
        findings.add(
            new Finding(
                "deployments",
                "%s: no push tells of the commits of %d of %d deployments, so that they ship nothing"
                    .formatted(name, unlinked, deployments),
                "let the repository send pushes, or bring its history in with ./dorado backfill"));
      }
      for (JsonNode candidate : service.path("candidates")) {
        addCandidate(findings, name, candidate);
      }
    }
  }

  private static void addCandidate(List<Finding> findings, String service, JsonNode candidate) {
    long missing = candidate.path("missing").asLong();
    if (missing == 0) {
      return;
    }
    String source = candidate.path("source").asText();
    String called = candidate.path("name").isTextual() ? ":" + candidate.path("name").asText() : "";
    findings.add(
        new Finding(
            "deployments",
            "%s: %s%s would have given %d deployments to %s that %s does not"
                .formatted(
                    service,
                    source,
                    called,
                    missing,
                    candidate.path("environment").asText(),
                    candidate.path("chosen_source").asText("the chosen source")),
            "if they are deployments, annotate it: dorado.dev/deployment-source: %s%s"
                .formatted(source, called)));
  }

  private static void addCatalog(List<Finding> findings, Evidence evidence) {
    for (JsonNode source : evidence.setup().path("catalog")) {
      String name = source.path("source").asText();
      if (source.path("error").isTextual()) {
        findings.add(
            new Finding("catalog", "%s: %s".formatted(name, source.path("error").asText()), ""));
      }
      for (JsonNode problem : source.path("problems")) {
        findings.add(new Finding("catalog", "%s: %s".formatted(name, problem.asText()), ""));
      }
      for (JsonNode warning : source.path("warnings")) {
        findings.add(
            new Finding(
                "catalog",
                "%s: %s".formatted(name, warning.asText()),
                "correct the catalog file; it was applied without that"));
      }
    }
    boolean hasCatalog = false;
    var unknown = new TreeSet<String>();
    for (JsonNode service : evidence.doctor().path("services")) {
      hasCatalog |= service.path("in_catalog").asBoolean();
      if (!service.path("in_catalog").asBoolean()) {
        unknown.add(service.path("id").asText());
      }
    }
    // Without any catalog each repository is a service, and that is fine.
    if (hasCatalog && !unknown.isEmpty()) {
      String names = String.join(", ", unknown.stream().limit(NAMED).toList());
      findings.add(
          new Finding(
              "catalog",
              "%s not in the catalog: %s%s"
                  .formatted(
                      unknown.size() == 1 ? "1 service is" : unknown.size() + " services are",
                      names,
                      unknown.size() > NAMED ? ", …" : ""),
              "counted all the same, for no team; ./dorado catalog apply catalog-info.yaml"));
    }
  }

  private static String deliveries(long number) {
    return number == 1 ? "1 delivery" : "%,d deliveries".formatted(number);
  }

  private static Instant time(JsonNode json, String name) {
    return json.path(name).isTextual() ? Instant.parse(json.path(name).asText()) : null;
  }
}
