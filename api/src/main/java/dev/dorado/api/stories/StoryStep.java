package dev.dorado.api.stories;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A step of a story: what a rule decided, and on what grounds. Immutable.
 *
 * @param name which question it answers
 * @param at when it happened; null if unknown
 * @param rule the rule that decided it; null if none did
 * @param text what was decided and why, for people
 * @param confidence high, medium or low; null if nobody says
 * @param evidence ids of what it rests on
 * @param rejected what was passed over, and by which rule, for people
 */
record StoryStep(
    String name,
    Instant at,
    String rule,
    String text,
    String confidence,
    List<String> evidence,
    List<String> rejected) {

  StoryStep {
    requireNonNull(name);
    requireNonNull(text);
    evidence = List.copyOf(evidence);
    rejected = List.copyOf(rejected);
  }

  static StoryStep of(String name, Instant at, String rule, String text) {
    return new StoryStep(name, at, rule, text, null, List.of(), List.of());
  }

  StoryStep because(List<String> ids) {
    return new StoryStep(name, at, rule, text, confidence, ids, rejected);
  }

  StoryStep ratherThan(List<String> others) {
    return new StoryStep(name, at, rule, text, confidence, evidence, others);
  }

  StoryStep with(String sureness) {
    return new StoryStep(name, at, rule, text, sureness, evidence, rejected);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", at);
    json.put("step", name);
    json.put("rule", rule);
    json.put("text", text);
    json.put("confidence", confidence);
    json.put("evidence", evidence);
    json.put("rejected", rejected);
    return json;
  }
}
