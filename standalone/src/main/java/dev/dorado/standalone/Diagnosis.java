package dev.dorado.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.standalone.DoctorCommand.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What evidence means: a pure function of it. Immutable.
 *
 * @param findings what there is to do, most basic first
 */
record Diagnosis(List<Finding> findings) {

  Diagnosis {
    findings = List.copyOf(findings);
  }

  /**
   * Something to do.
   *
   * @param area connections, access, senders, dead letters, ids, clocks, deployments, incidents or
   *     catalog
   * @param what what is wrong
   * @param remedy what to do; empty if {@code what} says it
   */
  record Finding(String area, String what, String remedy) {}

  static Diagnosis of(Evidence evidence) {
    List<Finding> findings = new ArrayList<>();
    addConnections(findings, evidence);
    addAccess(findings, evidence);
    addSenders(findings, evidence);
    addAdvice(findings, evidence);
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
    json.put("anonymous", evidence.anonymous());
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

  /** What is open to this machine alone is as it was asked for; what others reach is not. */
  private static void addAccess(List<Finding> findings, Evidence evidence) {
    JsonNode anonymous = evidence.anonymous();
    List<String> open = new ArrayList<>();
    if (anonymous.path("read").asBoolean()) {
      open.add("read");
    }
    if (anonymous.path("administer").asBoolean()) {
      open.add("administer");
    }
    if (!anonymous.path("senders").isEmpty()) {
      open.add("send");
    }
    if (!open.isEmpty() && !Standalone.isLoopback(evidence.address().getHost())) {
      findings.add(
          new Finding(
              "access",
              "whoever reaches %s may %s without a token or secret"
                  .formatted(evidence.address(), String.join(" and ", open)),
              "Start Dorado without --open: it then makes a secret and tokens."));
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
      anySecret |= hasSecret || sender.path("made").asBoolean();
      boolean cameEver =
          arrived.containsKey(name) && time(arrived.get(name), "last_delivery_at") != null;
      if (hasSecret && !cameEver && !evidence.ingest().isMissingNode()) {
        findings.add(
            new Finding(
                "senders",
                "%s has a secret, but no delivery of it was ever accepted".formatted(name),
                "Point its webhook at /webhooks/%s, or remove the secret.".formatted(name)));
      }
    }
    boolean isOpen = evidence.setup().path("open").asBoolean();
    if (!evidence.setup().isMissingNode() && !anySecret && !isOpen) {
      findings.add(
          new Finding(
              "senders",
              "no sender has a secret, so every delivery is refused",
              "Set DORADO_SECRETS_GITHUB, or the secret of another sender, where ingest runs."));
    }
  }

  /** What the api advises, in the words of the page's view Ingest. */
  private static void addAdvice(List<Finding> findings, Evidence evidence) {
    for (JsonNode advice : evidence.ingest().path("advice")) {
      findings.add(
          new Finding(
              advice.path("area").asText(),
              "%s: %s".formatted(advice.path("subject").asText(), advice.path("problem").asText()),
              advice.path("remedy").asText()));
    }
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
  }

  private static Instant time(JsonNode json, String name) {
    return json.path(name).isTextual() ? Instant.parse(json.path(name).asText()) : null;
  }
}
