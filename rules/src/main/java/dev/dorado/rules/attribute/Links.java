package dev.dorado.rules.attribute;

import dev.dorado.rules.Rule;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Days;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Table;
import dev.dorado.rules.route.Environments;
import dev.dorado.schemas.ReadableDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which deployment an incident in production belongs to: what a correction says, then what it names
 * (F2), then what a rollback (F3) or revert (F4) that came while it was open accuses, then
 * proximity (F6).
 */
final class Links {

  /** As many candidates of one kind are told to people as rejected, no more. */
  private static final int TOLD = 3;

  private final Ledgers ledgers;
  private final Shipping shipping;
  private final Accusations accusations;
  private final NamedCauses named;
  private final Verdicts verdicts;
  private final Supplier<RuleSettings> settings;
  private final Derived<Key, Incident, Linked> links;

  /** By deployment, then the incident's order. */
  private final Table<Key, Linked> linked;

  /**
   * Why an incident belongs to a deployment, or to none.
   *
   * @param deployment id of the deployment, or null
   * @param rule F2, F3, F4 or F6; null if no rule links it
   * @param method how the rule was applied, for people
   * @param confidence high, medium or low
   * @param evidence ids of what links it
   * @param rejected candidates that were rejected, and by which rule, for people
   */
  record Link(
      String deployment,
      Rule rule,
      String method,
      String confidence,
      List<String> evidence,
      List<String> rejected) {}

  /** An incident with its link. */
  record Linked(Incident incident, Link link) {}

  /**
   * @param incidents incidents in production, in their order
   */
  Links(
      Derivation derivation,
      Table<Key, Incident> incidents,
      Ledgers ledgers,
      Shipping shipping,
      Accusations accusations,
      NamedCauses named,
      Verdicts verdicts,
      Supplier<RuleSettings> settings) {
    this.ledgers = ledgers;
    this.shipping = shipping;
    this.accusations = accusations;
    this.named = named;
    this.verdicts = verdicts;
    this.settings = settings;
    linked = derivation.table();
    links =
        derivation.each(
            "link of an incident (F2, F3, F4, F6)",
            incidents,
            (key, incident) -> new Linked(incident, new Asking(incident).link()),
            (key, of, rows) -> {
              if (of.link().deployment() != null) {
                rows.add(linked, Key.of(of.link().deployment()).with(key), of);
              }
            },
            linked);
  }

  /** The link of an incident in production. */
  Link of(Incident incident) {
    return links.get(incident.order()).link();
  }

  /** The incidents that are linked to a deployment, in their order. */
  List<Linked> to(Deployment deployment) {
    List<Linked> all = new ArrayList<>();
    Table.under(linked, Key.of(deployment.id())).forEach(entry -> all.add(entry.getValue()));
    return all;
  }

  /** The rules, asked for one incident. */
  private final class Asking {

    private final Incident incident;
    private final Verdicts.OnIncident verdict;
    private final List<String> rejected = new ArrayList<>();

    Asking(Incident incident) {
      this.incident = incident;
      this.verdict = verdicts.onIncident(incident.id());
    }

    Link link() {
      String linked = verdict.linked();
      if (linked != null) {
        String said = verdict.said().get(linked);
        Deployment deployment = ledgers.byId().get(linked);
        if (deployment != null && deployment.isInProduction()) {
          return to(deployment, Rule.F2, said, "high", List.of());
        }
        rejected.add(
            "%s, but %s is %s (F2)"
                .formatted(said, linked, deployment == null ? "excluded" : "not in production"));
      }
      Link link = byName();
      if (link == null && incident.isStartUnknown()) {
        rejected.add("when its impact started is unknown, so that F3, F4 and F6 can't be asked");
        return none();
      }
      for (Rule rule : List.of(Rule.F3, Rule.F4)) {
        link = link == null ? byAccusation(rule) : link;
      }
      if (link == null && incident.event().getNoDeployment() != null) {
        rejected.add(
            "it says that its cause is no deployment (%s), so that F6 is not asked"
                .formatted(incident.event().getNoDeployment()));
        return none();
      }
      link = link == null ? byProximity() : link;
      return link == null ? none() : link;
    }

    private Link none() {
      return new Link(null, null, null, null, List.of(), List.copyOf(rejected));
    }

    /**
     * F2: of the deployments that it names by id, SHA, version or pull request, the latest that had
     * started by the impact, else the first; the order of the names decides nothing.
     */
    private Link byName() {
      SortedMap<Key, Deployment> named = new TreeMap<>();
      Map<String, SortedSet<String>> causesOf = new HashMap<>();
      for (String cause : new TreeSet<>(incident.event().getCausedBy())) {
        Deployment deployment = decisive(deploymentsNamed(cause));
        if (deployment == null) {
          rejected.add("it names %s, which no deployment is known for (F2)".formatted(cause));
        } else {
          named.put(deployment.order(), deployment);
          causesOf.computeIfAbsent(deployment.id(), id -> new TreeSet<>()).add(cause);
        }
      }
      while (!named.isEmpty()) {
        Deployment deployment = decisive(named.values());
        named.remove(deployment.order());
        Deployment cause = ledgers.repeated(deployment);
        if (!isBarred(cause)) {
          named.values().forEach(other -> rejectAsNotDecisive(other, deployment));
          SortedSet<String> causes = causesOf.get(deployment.id());
          String method =
              "the incident names %s as its cause".formatted(String.join(" and ", causes));
          return to(cause, Rule.F2, method, "high", List.copyOf(causes));
        }
      }
      return null;
    }

    private List<Deployment> deploymentsNamed(String cause) {
      List<Deployment> deployments = named.deployments(cause);
      return deployments.isEmpty()
          ? named.changes(cause, incident).stream()
              .map(change -> shipping.deploymentOf(change.getId(), Environments.PRODUCTION))
              .filter(Objects::nonNull)
              .toList()
          : deployments;
    }

    /** The latest that had started by the impact, else the first; null if there is none. */
    private Deployment decisive(Collection<Deployment> named) {
      Comparator<Deployment> order = Comparator.comparing(Deployment::order);
      return named.stream()
          .filter(deployment -> !deployment.start().isAfter(incident.start()))
          .max(order)
          .or(() -> named.stream().min(order))
          .orElse(null);
    }

    private void rejectAsNotDecisive(Deployment other, Deployment decisive) {
      rejected.add(
          "it names %s too, but %s is %s (F2)"
              .formatted(
                  other,
                  decisive,
                  decisive.start().isAfter(incident.start())
                      ? "the first of those that it names"
                      : "the latest of those that had started by the impact"));
    }

    /** F3, F4: a rollback or revert that came while the incident was open tells its cause. */
    private Link byAccusation(Rule rule) {
      var during = accusations.during(incident, rule);
      if (during.isEmpty()) {
        var next = accusations.nextAfter(incident, rule);
        if (next != null && incident.isOpenAt(next.by().start())) {
          rejectAsLater(next.accused(), rule);
        }
        return null;
      }
      for (var accusation : during) {
        if (!isBarred(accusation.accused())) {
          return byAccusation(accusation);
        }
      }
      return null;
    }

    private Link byAccusation(Accusations.Accusation accusation) {
      Deployment nearest = latestBefore();
      if (nearest != null && !ledgers.repeated(nearest).equals(accusation.accused())) {
        rejected.add(
            "%s was the latest before the impact, but %s decides"
                .formatted(ledgers.repeated(nearest), accusation.rule()));
      }
      return to(
          accusation.accused(),
          accusation.rule(),
          "while the incident was open, " + accusation.method(),
          "high",
          List.of(accusation.evidence()));
    }

    /**
     * F6: the attempt in progress at the impact (of several, the one that started last), else the
     * latest that finished before it.
     */
    private Link byProximity() {
      tellLater();
      Deployment inProgress = inProgress();
      if (inProgress != null) {
        Deployment cause = ledgers.repeated(inProgress);
        String method = "it was in progress when the impact began";
        return isBarred(cause) ? null : to(cause, Rule.F6, method, "medium", List.of());
      }
      Deployment latest = latestBefore();
      if (latest == null) {
        rejected.add("no deployment had finished before it (F6)");
        return null;
      }
      Duration gap = Duration.between(latest.finish(), incident.start());
      Duration window = settings.get().proximityWindow();
      if (gap.compareTo(window) > 0) {
        rejected.add(
            "%s finished %s before the impact, longer than the window of %s (F6)"
                .formatted(latest, moreThan(gap, window), ReadableDuration.of(window)));
        return null;
      }
      if (isBarred(ledgers.repeated(latest))) {
        return null;
      }
      return to(
          ledgers.repeated(latest),
          Rule.F6,
          "the latest deployment before the impact, which began %s after its finish"
              .formatted(ReadableDuration.of(gap)),
          "medium",
          List.of());
    }

    private Deployment inProgress() {
      Instant impact = incident.start();
      String environment = known(ledgers.byEnvironment(), ledgers.failedByEnvironment());
      return Days.around(ledgers.inProgress(), impact).stream()
          .filter(d -> environment == null || d.environments().contains(environment))
          .filter(d -> !d.start().isAfter(impact) && d.finish().isAfter(impact))
          .max(Comparator.comparing(Deployment::start).thenComparing(Deployment::order))
          .orElse(null);
    }

    private Deployment latestBefore() {
      String environment = known(ledgers.byEnvironment());
      Map.Entry<Key, Deployment> latest;
      if (environment == null) {
        latest = ledgers.inOrder().lower(Key.of(incident.start()).end());
      } else {
        latest = ledgers.byEnvironment().lower(Key.of(environment, incident.start()).end());
      }
      return latest == null || (environment != null && !isIn(latest, environment))
          ? null
          : latest.getValue();
    }

    private void tellLater() {
      String environment = known(ledgers.byEnvironment());
      Key place = environment == null ? Key.of() : Key.of(environment);
      var table = environment == null ? ledgers.inOrder() : ledgers.byEnvironment();
      int asked = 0;
      for (var entry : table.from(place.with(incident.start()).end())) {
        if (!entry.getKey().startsWith(place) || asked++ == TOLD) {
          return;
        }
        if (entry.getValue().start().isAfter(incident.start())) {
          rejectAsLater(entry.getValue(), Rule.F6);
          return;
        }
      }
    }

    /** The environment that the incident names, if anything is known there; else null: any. */
    @SafeVarargs
    private String known(Table<Key, Deployment>... byEnvironment) {
      String environment = incident.event().getEnvironment();
      if (environment != null) {
        for (var table : byEnvironment) {
          if (Table.under(table, Key.of(environment)).iterator().hasNext()) {
            return environment;
          }
        }
      }
      return null;
    }

    private static boolean isIn(Map.Entry<Key, Deployment> entry, String environment) {
      return entry.getKey().startsWith(Key.of(environment));
    }

    private boolean isBarred(Deployment deployment) {
      if (!verdict.bars(deployment.id())) {
        return false;
      }
      rejected.add("%s: %s".formatted(deployment, verdict.said().get(deployment.id())));
      return true;
    }

    private void rejectAsLater(Deployment deployment, Rule rule) {
      rejected.add(
          "%s started after the impact, so it can't be the cause (%s)".formatted(deployment, rule));
    }

    private Link to(
        Deployment deployment, Rule rule, String method, String confidence, List<String> more) {
      List<String> evidence = new ArrayList<>(List.of(deployment.id()));
      more.stream().filter(id -> !evidence.contains(id)).forEach(evidence::add);
      return new Link(deployment.id(), rule, method, confidence, evidence, List.copyOf(rejected));
    }
  }

  /** A gap, whose rounded text must not be equal to that of the window that it is longer than. */
  private static String moreThan(Duration gap, Duration window) {
    String text = ReadableDuration.of(gap);
    return text.equals(ReadableDuration.of(window)) ? "just over " + text : text;
  }
}
