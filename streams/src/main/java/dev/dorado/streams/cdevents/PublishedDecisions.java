package dev.dorado.streams.cdevents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.server.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was last published of a fact, by aspect. Immutable.
 *
 * @param last the last event of each aspect
 */
record PublishedDecisions(Map<Aspect, Last> last) {

  /** Stands for what was decided once the decision is withdrawn. */
  private static final String WITHDRAWN = "withdrawn";

  static final PublishedDecisions NONE = new PublishedDecisions(Map.of());

  /**
   * The last event of an aspect.
   *
   * @param id its id
   * @param decided the digest of what it said
   */
  record Last(String id, String decided) {

    boolean isWithdrawn() {
      return decided.equals(WITHDRAWN);
    }
  }

  /**
   * A decision that is to be published.
   *
   * @param id id of its event
   */
  record Publication(Decision decision, String id) {}

  /**
   * What is to be published, and what was published then.
   *
   * @param publications in their order; empty if nothing has changed
   */
  record Step(List<Publication> publications, PublishedDecisions after) {}

  PublishedDecisions {
    last = Map.copyOf(last);
  }

  /**
   * What is to be published now that a fact is as it is.
   *
   * @param fact kind and key of the fact
   * @param since what happened before this, and was never published, is not published
   * @param now when the fact became so
   */
  Step next(String fact, Decisions decisions, Instant since, Instant now) {
    List<Decision> standing = decisions.standing();
    List<Publication> publications = new ArrayList<>();
    Map<Aspect, Last> after = new EnumMap<>(Aspect.class);
    after.putAll(last);
    for (var decision : standing) {
      Last before = last.get(decision.aspect());
      boolean isNew = before == null && !decision.at().isBefore(since);
      boolean isChanged = before != null && !before.decided().equals(decision.digest());
      if (isNew || isChanged) {
        String id = decision.id(fact, before == null ? "" : before.id());
        publications.add(new Publication(decision, id));
        after.put(decision.aspect(), new Last(id, decision.digest()));
      }
    }
    Set<Aspect> standingAspects =
        standing.stream().map(Decision::aspect).collect(Collectors.toSet());
    for (var aspect : Aspect.values()) {
      Last before = last.get(aspect);
      if (before == null || before.isWithdrawn() || standingAspects.contains(aspect)) {
        continue;
      }
      Decision withdrawal = decisions.withdrawal(aspect, now);
      String id = withdrawal.id(fact, before.id());
      after.put(aspect, new Last(id, WITHDRAWN));
      if (!isWithdrawnWithAnother(aspect, standingAspects)) {
        publications.add(new Publication(withdrawal, id));
      }
    }
    return new Step(publications, new PublishedDecisions(after));
  }

  /** If the whole is withdrawn, its parts are not withdrawn one by one. */
  private boolean isWithdrawnWithAnother(Aspect aspect, Set<Aspect> standing) {
    return aspect
        .of()
        .filter(
            whole -> {
              Last before = last.get(whole);
              boolean isWithdrawn =
                  before != null && !before.isWithdrawn() && !standing.contains(whole);
              return isWithdrawn || isWithdrawnWithAnother(whole, standing);
            })
        .isPresent();
  }

  /** The value of the topic. */
  byte[] write() {
    Map<String, Map<String, String>> texts = new LinkedHashMap<>();
    for (var aspect : Aspect.values()) {
      Last event = last.get(aspect);
      if (event != null) {
        texts.put(aspect.label(), Map.of("id", event.id(), "decided", event.decided()));
      }
    }
    try {
      return Json.MAPPER.writeValueAsBytes(texts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts can be written as JSON", e);
    }
  }

  /**
   * From the value of the topic.
   *
   * @throws IllegalStateException if somebody else has written it
   */
  static PublishedDecisions read(byte[] value) {
    try {
      JsonNode texts = Json.MAPPER.readTree(value);
      Map<Aspect, Last> last = new EnumMap<>(Aspect.class);
      for (var aspect : Aspect.values()) {
        JsonNode event = texts.path(aspect.label());
        if (event.isObject()) {
          last.put(aspect, new Last(event.path("id").asText(), event.path("decided").asText()));
        }
      }
      return new PublishedDecisions(last);
    } catch (IOException e) {
      throw new IllegalStateException(
          "what was published of a fact can't be read: expected JSON by Dorado", e);
    }
  }
}
