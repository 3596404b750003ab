package dev.dorado.backfill;

import static dev.dorado.backfill.ApiJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dorado.ingest.delivery.SenderTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Has GitHub send again what Dorado did not take: GitHub itself tries a delivery once. It keeps
 * deliveries for three days. Not thread-safe.
 */
public final class GitHubRedelivery {

  private static final Duration KEPT = Duration.ofDays(3);

  /** What was sent so often, and never taken, is not sent again. */
  private static final int MOST_ATTEMPTS = 5;

  /** What is answered so is kept as a dead letter, and would be answered so again. */
  private static final Set<Integer> KEPT_AS_DEAD = Set.of(400, 413, 422);

  private static final String OUR_PATH = "/webhooks/github";

  private final ApiClient api;
  private final BackfillProgress progress;
  private final Instant oldest;

  private GitHubRedelivery(ApiClient api, BackfillProgress progress, Instant oldest) {
    this.api = api;
    this.progress = progress;
    this.oldest = oldest;
  }

  /**
   * Looks through the webhooks of a repository and of its owner that lead to a Dorado.
   *
   * @param repository {@code owner/name} or its URL
   * @return how many deliveries GitHub was asked to send again
   */
  public static int run(
      ApiClient api,
      String repository,
      ForgeSettings settings,
      BackfillProgress progress,
      Clock clock) {
    String name = text(GitHubBackfill.repository(api, repository, settings), "full_name");
    var redelivery = new GitHubRedelivery(api, progress, clock.instant().minus(KEPT));
    int asked = redelivery.ofHooks("repos/" + name);
    return asked + redelivery.ofHooks("orgs/" + name.substring(0, name.indexOf('/')));
  }

  private int ofHooks(String owner) {
    int asked = 0;
    try {
      for (JsonNode hook : api.all(owner + "/hooks?per_page=100")) {
        boolean ours = text(hook.path("config"), "url").contains(OUR_PATH);
        if (ours && hook.path("active").asBoolean(true)) {
          asked += ofHook("%s/hooks/%s/deliveries".formatted(owner, text(hook, "id")));
        }
      }
    } catch (ApiRefusal e) {
      if (!e.isOfThisThing()) {
        throw new BackfillException(e.getMessage(), e);
      }
      // A person is no organisation, and has no such webhooks.
      if (owner.startsWith("repos/")) {
        progress.note(
            "failed deliveries of %s are not looked for: its webhooks are not for this token to see (%s)"
                .formatted(owner, e.getMessage()));
      }
    }
    return asked;
  }

  private int ofHook(String deliveries) {
    Map<String, Attempts> byGuid = new LinkedHashMap<>();
    Optional<String> next = Optional.of(deliveries + "?per_page=100");
    while (next.isPresent()) {
      ApiPage page = api.get(next.get());
      next = page.next();
      for (JsonNode delivery : page.json()) {
        if (deliveredAt(delivery).isBefore(oldest)) {
          next = Optional.empty();
        } else {
          byGuid.merge(text(delivery, "guid"), Attempts.of(delivery), Attempts::and);
        }
      }
    }
    List<Attempts> failed = byGuid.values().stream().filter(Attempts::isWorthAnother).toList();
    for (var attempts : failed) {
      api.post("%s/%s/attempts".formatted(deliveries, attempts.newest()));
      progress.note(
          "delivery %s (%s) had failed with status %d: GitHub sends it again"
              .formatted(attempts.newest(), attempts.event(), attempts.status()));
    }
    return failed.size();
  }

  private static Instant deliveredAt(JsonNode delivery) {
    return SenderTime.parse(text(delivery, "delivered_at")).orElse(Instant.MAX);
  }

  /**
   * The attempts to deliver one thing, newest first.
   *
   * @param newest id of the newest attempt
   * @param event kind of event
   * @param status status of the newest attempt; 0 if nothing answered
   * @param taken whether any was taken
   * @param count how many there were
   */
  private record Attempts(String newest, String event, int status, boolean taken, int count) {

    static Attempts of(JsonNode delivery) {
      int status = delivery.path("status_code").asInt(0);
      return new Attempts(
          text(delivery, "id"), text(delivery, "event"), status, status / 100 == 2, 1);
    }

    Attempts and(Attempts older) {
      return new Attempts(newest, event, status, taken || older.taken(), count + older.count());
    }

    boolean isWorthAnother() {
      return !taken
          && count < MOST_ATTEMPTS
          && !event.equals("ping")
          && !KEPT_AS_DEAD.contains(status);
    }
  }
}
