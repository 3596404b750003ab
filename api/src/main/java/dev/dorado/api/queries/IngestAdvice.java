package dev.dorado.api.queries;

import dev.dorado.server.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is wrong with the hooks and what to do about it, read off the answer of /ingest: a pure
 * function of it. The worst comes first.
 */
final class IngestAdvice {

  /** Boundaries of one story may cross by as much (rule E2); what is beyond spoils spans. */
  private static final double TOLERANCE = 300;

  private static final Duration SILENCE = Duration.ofDays(7);
  private static final int MOST_REPOSITORIES = 20;

  private final List<Advice> advice = new ArrayList<>();
  private final Instant now;

  private IngestAdvice(Instant now) {
    this.now = now;
  }

  /**
   * The advice as JSON objects.
   *
   * @param senders the senders of the answer, with their repositories
   * @param repositories what is known of a repository
   * @param unlinkedIncidents how many incidents no rule links
   * @param now the present
   */
  static List<Map<String, Object>> of(
      List<Map<String, Object>> senders,
      Function<String, Unlinked.Of> repositories,
      long unlinkedIncidents,
      Instant now) {
    var found = new IngestAdvice(now);
    for (Map<String, Object> sender : senders) {
      found.ofRefusals(sender);
      found.ofDead(sender);
      found.ofSkipped(sender);
      found.ofSilence(sender);
      found.ofClock(sender);
      found.ofRepositories(sender, repositories);
    }
    found.ofUnlinkedIncidents(unlinkedIncidents);
    return found.advice.stream()
        .sorted(Comparator.comparing(Advice::isWarning))
        .map(Advice::json)
        .toList();
  }

  private void ofRefusals(Map<String, Object> sender) {
    Instant last = (Instant) sender.get("last_delivery_at");
    for (Map<String, Object> reason : list(sender, "refused_reasons")) {
      Instant at = (Instant) reason.get("last_at");
      boolean mended = last != null && at != null && last.isAfter(at.plus(Duration.ofMinutes(1)));
      if (!mended) {
        add(
            false,
            sender,
            null,
            "%s refused, the last in the minute of %s"
                .formatted(deliveries(reason.get("count")), at),
            detail(reason));
      }
    }
  }

  private static String detail(Map<String, Object> reason) {
    String detail = String.valueOf(reason.get("detail"));
    return detail.isBlank() || detail.equals("null")
        ? "The reason: " + reason.get("reason")
        : detail;
  }

  private void ofDead(Map<String, Object> sender) {
    for (Map<String, Object> reason : list(sender, "dead_reasons")) {
      add(
          false,
          sender,
          null,
          "%s could not be translated: %s"
              .formatted(deliveries(reason.get("count")), reason.get("reason")),
          "They are kept whole. ./dorado dead-letters show says what came; when what is missing is"
              + " mended, ./dorado dead-letters retry takes them again.");
    }
  }

  private void ofSkipped(Map<String, Object> sender) {
    for (Map<String, Object> reason : list(sender, "skipped_reasons")) {
      add(
          true,
          sender,
          null,
          "%s accepted in part: %s"
              .formatted(deliveries(reason.get("count")), reason.get("reason")),
          "The rest of them counts. ./dorado dead-letters show says what came; mend the sender or"
              + " its template, and send it again.");
    }
  }

  private void ofSilence(Map<String, Object> sender) {
    Instant last = (Instant) sender.get("last_delivery_at");
    if (last != null && last.isBefore(now.minus(SILENCE))) {
      add(
          true,
          sender,
          null,
          "Nothing has come since %s".formatted(last),
          "Look at the hook's page in %s: it may be switched off, or its last deliveries failed."
              .formatted(sender.get("sender")));
    }
  }

  private void ofClock(Map<String, Object> sender) {
    if (sender.get("skew_seconds") instanceof Number skew && skew.doubleValue() > TOLERANCE) {
      add(
          true,
          sender,
          null,
          "Its times are up to %s ahead of this machine's".formatted(length(skew)),
          "Set both clocks (NTP): spans whose ends cross by more than 5 min are unknown (rule E2).");
    }
    if (sender.get("lag_seconds") instanceof Number lag && lag.doubleValue() > TOLERANCE) {
      add(
          true,
          sender,
          null,
          "Half of its deliveries come more than %s after what they tell of".formatted(length(lag)),
          "After a backfill that is right. Else look whether its deliveries are queued or retried.");
    }
  }

  private static String length(Number seconds) {
    return ReadableDuration.of(Duration.ofSeconds(seconds.longValue()));
  }

  private void ofRepositories(
      Map<String, Object> sender, Function<String, Unlinked.Of> repositories) {
    Stream<Map<String, Object>> latest =
        list(sender, "repositories").stream().limit(MOST_REPOSITORIES);
    latest.forEach(
        row -> {
          String repository = row.get("repository").toString();
          Unlinked.Of of = repositories.apply(repository);
          if (of.deployments() > 0) {
            ofUnknownCommits(sender, repository, of);
          } else if (of.pushed() && !of.deployed()) {
            add(
                true,
                sender,
                repository,
                "It pushes, and no deployment of it is known",
                "Let the hook send deployments too, or say in the catalog what counts as one (rule"
                    + " E4); ./dorado doctor shows what each source would give.");
          }
          if (count(row, "accepted") == 0 && count(row, "ignored") > 0) {
            add(
                true,
                sender,
                repository,
                "All of its %s %s ignored: %s"
                    .formatted(
                        deliveries(row.get("ignored")),
                        isOne(row.get("ignored")) ? "was" : "were",
                        list(row, "ignored_reasons").stream()
                            .map(reason -> String.valueOf(reason.get("reason")))
                            .findFirst()
                            .orElse("no reason was kept")),
                "Choose pushes, pull requests, reviews, deployments and workflow runs in the hook's"
                    + " settings.");
          }
        });
  }

  private void ofUnknownCommits(Map<String, Object> sender, String repository, Unlinked.Of of) {
    add(
        of.pushed(),
        sender,
        repository,
        "%d of its deployments %s of a commit that no push knows"
            .formatted(of.deployments(), of.deployments() == 1 ? "is" : "are"),
        of.pushed()
            ? "Pushes come, but not of these commits: ./dorado backfill git brings what was pushed"
                + " before the hook, and a version needs an artifact that names its commit (rule S8)."
            : "No push of it has ever come: let the hook send pushes. What these deployments shipped"
                + " is found as soon as they arrive.");
  }

  private void ofUnlinkedIncidents(long incidents) {
    if (incidents > 0) {
      add(
          true,
          Map.of(),
          null,
          "%d %s linked to no deployment"
              .formatted(incidents, incidents == 1 ? "incident is" : "incidents are"),
          "Name the deployment, commit or version in the incident (rule F2), see that its service is"
              + " one that deploys, or link it by POST /api/v1/corrections.");
    }
  }

  private void add(
      boolean isWarning,
      Map<String, Object> sender,
      String repository,
      String problem,
      String remedy) {
    advice.add(new Advice(isWarning, (String) sender.get("sender"), repository, problem, remedy));
  }

  private static String deliveries(Object count) {
    return "%s %s".formatted(count, isOne(count) ? "delivery" : "deliveries");
  }

  private static boolean isOne(Object count) {
    return ((Number) count).longValue() == 1;
  }

  private static long count(Map<String, Object> row, String name) {
    return ((Number) row.get(name)).longValue();
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> of, String name) {
    return (List<Map<String, Object>>) of.get(name);
  }

  /** Something that is wrong, or may be. */
  private record Advice(
      boolean isWarning, String sender, String repository, String problem, String remedy) {

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("level", isWarning ? "warning" : "error");
      json.put("sender", sender);
      json.put("repository", repository);
      json.put("problem", problem);
      json.put("remedy", remedy);
      return json;
    }
  }
}
