package dev.dorado.api.queries;

import dev.dorado.schemas.ReadableDuration;
import dev.dorado.schemas.RejectedRetry;
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
 * What is wrong and what to do about it: a pure function of what arrived and what came of it. The
 * page and {@code ./dorado doctor} both show this list. Errors come first.
 */
final class IngestAdvice {

  /** Boundaries of one story may cross by as much (rule E2); what is beyond spoils spans. */
  private static final double TOLERANCE = 300;

  private static final Duration SILENCE = Duration.ofDays(7);

  /** No queue retries for as long: what is older was imported (a backfill, the demo). */
  private static final double IMPORTED = Duration.ofDays(7).toSeconds();

  private static final int MOST_REPOSITORIES = 20;
  private static final int MOST_NAMES = 5;

  /** The name under which ingest counts what was refused at addresses of no sender. */
  private static final String NO_SENDER = "unknown";

  private final List<Advice> advice = new ArrayList<>();
  private final Instant now;

  private IngestAdvice(Instant now) {
    this.now = now;
  }

  /**
   * The advice as JSON objects.
   *
   * @param rejected what was set aside behind ingest, as the answer has it
   * @param slow derivations that took long, as the answer has them
   * @param senders the senders of the answer, with their repositories
   * @param repositories what is known of a repository
   * @param unlinkedIncidents how many incidents no rule links
   * @param services the services, as the answer of /doctor has them
   * @param now the present
   */
  static List<Map<String, Object>> of(
      List<Map<String, Object>> rejected,
      List<Map<String, Object>> slow,
      List<Map<String, Object>> senders,
      Function<String, Unlinked.Of> repositories,
      long unlinkedIncidents,
      List<Map<String, Object>> services,
      Instant now) {
    var found = new IngestAdvice(now);
    rejected.forEach(found::ofRejected);
    slow.forEach(found::ofSlow);
    for (Map<String, Object> sender : senders) {
      found.ofRefusals(sender);
      found.ofDead(sender);
      found.ofConflicts(sender);
      found.ofSkipped(sender);
      found.ofSilence(sender);
      found.ofClock(sender);
      found.ofRepositories(sender, repositories);
    }
    found.ofUnlinkedIncidents(unlinkedIncidents);
    services.forEach(found::ofCandidates);
    found.ofServicesOutsideTheCatalog(services);
    return found.advice.stream()
        .sorted(Comparator.comparing(Advice::isWarning))
        .map(Advice::json)
        .toList();
  }

  private void ofRejected(Map<String, Object> rejected) {
    boolean isOne = isOne(rejected.get("count"));
    if (RejectedRetry.TOO_LARGE_HISTORY.equals(rejected.get("error"))) {
      ofTooLargeHistory(rejected, isOne);
      return;
    }
    add(
        new Advice(
            false,
            "processing",
            "%s %s".formatted(rejected.get("place"), rejected.get("name")),
            null,
            null,
            "%s could not be processed and %s set aside: %s"
                .formatted(
                    isOne ? "1 record" : "%,d records".formatted(count(rejected, "count")),
                    isOne ? "is" : "are",
                    rejected.get("reason")),
            "%s It is kept as %s in the topic dorado.rejected. %s"
                .formatted(
                    rejected.get("generation") == null
                        ? "Ingest does not list it; facts lack nothing."
                        : "Facts lack what it says; everything else counts.",
                    rejected.get("id"),
                    remedy(rejected))));
  }

  private void ofTooLargeHistory(Map<String, Object> rejected, boolean isOne) {
    add(
        new Advice(
            false,
            "processing",
            "step %s".formatted(rejected.get("name")),
            null,
            null,
            "%s %s set aside: %s"
                .formatted(
                    rejected.get("key"),
                    isOne ? "is" : "and %s are".formatted(others(count(rejected, "count") - 1)),
                    rejected.get("reason")),
            "Until then its facts stay as they were before; everything else counts. A key is a repository, service or incident: give the process the memory that its history needs."));
  }

  private static String others(long count) {
    return count == 1 ? "1 other key" : "%,d other keys".formatted(count);
  }

  private void ofSlow(Map<String, Object> slow) {
    add(
        new Advice(
            true,
            "processing",
            "step %s".formatted(slow.get("step")),
            null,
            null,
            "The derivation of %s %s, at %s"
                .formatted(slow.get("key"), slow.get("reason"), slow.get("last_at")),
            "Facts are right, but late. It was derived in parts, and other keys had their turn in between. After a start, a backfill or a reprocessing this is expected for a long history; if live events cause it again, report it with this line."));
  }

  private static String remedy(Map<String, Object> rejected) {
    if (rejected.get("obstacle") == null) {
      return "Fix the cause, then run ./dorado dead-letters retry --rejected %s; dead-letters list --rejected names all."
          .formatted(rejected.get("id"));
    }
    return "It cannot be retried: %s.%s If it is not worth that, run ./dorado dead-letters dismiss --rejected %s --reason WHY."
        .formatted(
            rejected.get("obstacle"),
            rejected.get("generation") == null
                ? ""
                : " With a version that can process it, './dorado reprocess' computes the facts anew.",
            rejected.get("id"));
  }

  private void ofRefusals(Map<String, Object> sender) {
    Instant last = (Instant) sender.get("last_delivery_at");
    for (Map<String, Object> reason : list(sender, "refused_reasons")) {
      Instant at = (Instant) reason.get("last_at");
      boolean mended = last != null && at != null && last.isAfter(at.plus(Duration.ofMinutes(1)));
      if (!mended) {
        add(
            false,
            "senders",
            sender,
            null,
            "%s refused (%s), the last in the minute of %s"
                .formatted(deliveries(reason.get("count")), reason.get("reason"), at),
            detail(reason));
      }
    }
  }

  private static String detail(Map<String, Object> reason) {
    String detail = String.valueOf(reason.get("detail"));
    return detail.isBlank() || detail.equals("null")
        ? "Correct the sender's settings, then deliver it again."
        : detail;
  }

  private void ofDead(Map<String, Object> sender) {
    for (Map<String, Object> reason : list(sender, "dead_reasons")) {
      add(
          false,
          "dead letters",
          sender,
          null,
          "%s could not be translated: %s"
              .formatted(deliveries(reason.get("count")), reason.get("reason")),
          "They are kept. ./dorado dead-letters list names them; fix the cause, then run ./dorado"
              + " dead-letters retry.");
    }
  }

  private void ofConflicts(Map<String, Object> sender) {
    @SuppressWarnings("unchecked")
    var conflicts = (Map<String, Object>) sender.get("conflicts");
    if (count(conflicts, "count") > 0) {
      Map<String, Object> newest = list(conflicts, "items").get(0);
      boolean isOne = isOne(conflicts.get("count"));
      add(
          false,
          "ids",
          sender,
          null,
          "%s %s used for more than one thing and %s as one each, such as %s '%s'"
              .formatted(
                  isOne ? "1 id" : "%,d ids".formatted(count(conflicts, "count")),
                  isOne ? "is" : "are",
                  isOne ? "counts" : "count",
                  newest.get("kind"),
                  newest.get("id")),
          "Make ids unique: put the repository and environment before them. The values that lost are"
              + " under the sender's conflicts (rule E6).");
    }
  }

  private void ofSkipped(Map<String, Object> sender) {
    for (Map<String, Object> reason : list(sender, "skipped_reasons")) {
      add(
          true,
          "senders",
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
          "senders",
          sender,
          null,
          "Nothing has arrived for %s, since %s"
              .formatted(ReadableDuration.of(Duration.between(last, now)), last),
          "See the log of deliveries in the webhook's settings: it may be disabled, or its last"
              + " deliveries failed.");
    }
  }

  private void ofClock(Map<String, Object> sender) {
    if (sender.get("skew_seconds") instanceof Number skew && skew.doubleValue() > TOLERANCE) {
      add(
          true,
          "clocks",
          sender,
          null,
          "Its times are up to %s ahead of this machine's".formatted(length(skew)),
          "Synchronise both clocks (NTP): spans whose ends cross by more than 5 min are unknown"
              + " (rule E2).");
    }
    if (sender.get("lag_seconds") instanceof Number lag
        && lag.doubleValue() > TOLERANCE
        && lag.doubleValue() < IMPORTED) {
      add(
          true,
          "senders",
          sender,
          null,
          "Half of its deliveries arrive more than %s after the event".formatted(length(lag)),
          "Check whether its deliveries are queued or retried. After a backfill this is expected.");
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
                "deployments",
                sender,
                repository,
                "Pushes arrive, but no deployments",
                "Let the hook send deployments too, or name in the catalog what counts as one (rule"
                    + " E4).");
          }
          if (count(row, "accepted") == 0 && count(row, "ignored") > 0) {
            add(
                true,
                "senders",
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
                "Select pushes, pull requests, reviews, deployments and workflow runs in the hook's"
                    + " settings.");
          }
        });
  }

  private void ofUnknownCommits(Map<String, Object> sender, String repository, Unlinked.Of of) {
    add(
        of.pushed(),
        "deployments",
        sender,
        repository,
        "%d of its deployments %s of a commit that no push contains"
            .formatted(of.deployments(), of.deployments() == 1 ? "is" : "are"),
        of.pushed()
            ? "Pushes arrive, but not of these commits: ./dorado backfill git imports what was pushed"
                + " before the hook was set up; a version needs an artifact that names its commit"
                + " (rule S8)."
            : "No push of it has ever arrived: let the hook send pushes. What these deployments"
                + " shipped is known as soon as they arrive.");
  }

  private void ofUnlinkedIncidents(long incidents) {
    if (incidents > 0) {
      add(
          new Advice(
              true,
              "incidents",
              "Incidents",
              null,
              null,
              "%d %s linked to no deployment"
                  .formatted(incidents, incidents == 1 ? "incident is" : "incidents are"),
              "Name the deployment, commit or version in the incident (rule F2), check that its"
                  + " service is one that deploys, or link it by POST /api/v1/corrections."));
    }
  }

  private void ofCandidates(Map<String, Object> service) {
    for (Map<String, Object> candidate : list(service, "candidates")) {
      long missing = count(candidate, "missing");
      if (missing > 0) {
        String source =
            candidate.get("source")
                + (candidate.get("name") == null ? "" : ":" + candidate.get("name"));
        Object chosen = candidate.get("chosen_source");
        add(
            new Advice(
                true,
                "deployments",
                service.get("id").toString(),
                null,
                null,
                "%s would give %d %s to %s that %s does not"
                    .formatted(
                        source,
                        missing,
                        missing == 1 ? "deployment" : "deployments",
                        candidate.get("environment"),
                        chosen == null ? "the chosen source" : chosen),
                "If they are deployments, annotate the service: dorado.dev/deployment-source: "
                    + source));
      }
    }
  }

  /** Nothing is missing if there is no catalog at all: then each repository is a service. */
  private void ofServicesOutsideTheCatalog(List<Map<String, Object>> services) {
    List<String> outside =
        services.stream()
            .filter(service -> !Boolean.TRUE.equals(service.get("in_catalog")))
            .map(service -> service.get("id").toString())
            .toList();
    if (!outside.isEmpty() && outside.size() < services.size()) {
      add(
          new Advice(
              true,
              "catalog",
              "Catalog",
              null,
              null,
              "%d %s not in the catalog: %s%s"
                  .formatted(
                      outside.size(),
                      outside.size() == 1 ? "service is" : "services are",
                      String.join(", ", outside.stream().limit(MOST_NAMES).toList()),
                      outside.size() > MOST_NAMES ? ", …" : ""),
              "They are counted, but for no team. Describe them in a catalog-info.yaml, then run"
                  + " ./dorado catalog apply catalog-info.yaml."));
    }
  }

  private void add(
      boolean isWarning,
      String area,
      Map<String, Object> of,
      String repository,
      String problem,
      String remedy) {
    String sender = (String) of.get("sender");
    String name = NO_SENDER.equals(sender) ? "An unknown sender" : sender;
    String subject = repository == null ? name : name + " · " + repository;
    add(new Advice(isWarning, area, subject, sender, repository, problem, remedy));
  }

  private void add(Advice more) {
    advice.add(more);
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

  /**
   * Something that is wrong, or may be.
   *
   * @param area processing, senders, dead letters, clocks, deployments, incidents or catalog
   * @param subject what it is about, for people
   * @param sender the sender that it is about, or null
   * @param repository the repository that it is about, or null
   */
  private record Advice(
      boolean isWarning,
      String area,
      String subject,
      String sender,
      String repository,
      String problem,
      String remedy) {

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("level", isWarning ? "warning" : "error");
      json.put("area", area);
      json.put("subject", subject);
      json.put("sender", sender);
      json.put("repository", repository);
      json.put("problem", problem);
      json.put("remedy", remedy);
      return json;
    }
  }
}
