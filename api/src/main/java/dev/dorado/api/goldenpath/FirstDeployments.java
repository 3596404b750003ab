package dev.dorado.api.goldenpath;

import dev.dorado.api.goldenpath.PathEffects.Standing;
import dev.dorado.api.metrics.PracticeTally.First;
import dev.dorado.api.statistics.KaplanMeier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long new services on the path and off it took to their first deployment, and new contributors
 * of adopting services before adoption and after it (rule P1). An association: nobody was assigned
 * to a path. Not thread-safe.
 */
public final class FirstDeployments {

  private static final double SECONDS_OF_A_DAY = Duration.ofDays(1).toSeconds();

  private final int fewestContributors;
  private final KaplanMeier servicesOn = new KaplanMeier();
  private final KaplanMeier servicesOff = new KaplanMeier();
  private final KaplanMeier contributorsBefore = new KaplanMeier();
  private final KaplanMeier contributorsAfter = new KaplanMeier();

  /**
   * Nothing yet.
   *
   * @param fewestContributors a curve of fewer contributors is not given
   */
  public FirstDeployments(int fewestContributors) {
    this.fewestContributors = fewestContributors;
  }

  /** Adds a service by how it stood to the path at its first commit. */
  public void addService(Standing standing, First first) {
    switch (standing) {
      case ON -> add(servicesOn, first);
      case BEFORE, NEVER -> add(servicesOff, first);
      case LEFT, ELSEWHERE -> {}
    }
  }

  /** Adds a contributor by how the service of the first commit stood to the path. */
  public void addContributor(Standing standing, First first) {
    switch (standing) {
      case ON -> add(contributorsAfter, first);
      case BEFORE -> add(contributorsBefore, first);
      case LEFT, ELSEWHERE, NEVER -> {}
    }
  }

  /** The member of an answer. */
  public Map<String, Object> json() {
    Map<String, Object> services = new LinkedHashMap<>();
    services.put("on", curve(Optional.of(servicesOn)));
    services.put("off", curve(Optional.of(servicesOff)));
    services.put("log_rank_p", servicesOn.logRankPValue(servicesOff).orElse(null));
    Optional<KaplanMeier> before = ofEnough(contributorsBefore);
    Optional<KaplanMeier> after = ofEnough(contributorsAfter);
    Map<String, Object> contributors = new LinkedHashMap<>();
    contributors.put("before", curve(before));
    contributors.put("after", curve(after));
    contributors.put(
        "log_rank_p", before.flatMap(one -> after.flatMap(one::logRankPValue)).orElse(null));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("services", services);
    json.put("contributors", contributors);
    return json;
  }

  /** The points of an answer as rows, each with its curve. */
  public static List<Map<String, Object>> rows(Map<?, ?> json) {
    List<Map<String, Object>> rows = new ArrayList<>();
    json.forEach(
        (of, curves) ->
            ((Map<?, ?>) curves)
                .forEach(
                    (group, curve) -> {
                      if (curve instanceof Map<?, ?> known) {
                        for (Object point : (List<?>) known.get("points")) {
                          Map<String, Object> row = new LinkedHashMap<>();
                          row.put("of", of);
                          row.put("group", group);
                          ((Map<?, ?>) point)
                              .forEach((name, value) -> row.put((String) name, value));
                          rows.add(row);
                        }
                      }
                    }));
    return rows;
  }

  private Optional<KaplanMeier> ofEnough(KaplanMeier times) {
    return times.size() < fewestContributors ? Optional.empty() : Optional.of(times);
  }

  private static void add(KaplanMeier times, First first) {
    if (first.leftOut()) {
      return;
    }
    double days = first.seconds() / SECONDS_OF_A_DAY;
    if (first.deployed()) {
      times.add(days);
    } else {
      times.addCensored(days);
    }
  }

  private static Map<String, Object> curve(Optional<KaplanMeier> times) {
    List<Map<String, Object>> points = new ArrayList<>();
    for (var point : times.map(KaplanMeier::points).orElse(List.of())) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("days", point.time());
      row.put("share", point.share());
      row.put("low", point.low());
      row.put("high", point.high());
      row.put("at_risk", point.atRisk());
      points.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("n", times.map(KaplanMeier::size).orElse(null));
    json.put("events", times.map(of -> of.size() - of.censored()).orElse(null));
    json.put("median_days", times.flatMap(KaplanMeier::median).orElse(null));
    json.put("points", points);
    return json;
  }
}
