package dev.dorado.rules.attribute;

import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.derive.Count;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import dev.dorado.schemas.ReadableDuration;
import dev.dorado.steps.RoutedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Rules W1 and W2: which deployments are rework, and which changes are reactive. */
final class Rework {

  private final Ledgers ledgers;
  private final Shipping shipping;
  private final Verdicts verdicts;
  private final Supplier<RuleSettings> settings;

  /** Deployments that are probably rework. */
  private final Count<String> probable;

  /** Incidents in production by what texts call them, then their order. */
  private final Table<Key, Incident> byName;

  /**
   * Whether a deployment is rework.
   *
   * @param reason why it is, for people; null if it is not
   * @param evidence ids of what makes it rework
   * @param rejected what would have made it rework, and why it does not, for people
   */
  record Reason(String reason, List<String> evidence, List<String> rejected) {}

  /** Why a change is reactive, for people, and the ids of what says so. */
  record Reactive(String reason, List<String> evidence) {}

  /**
   * @param incidents incidents in production, in their order
   */
  Rework(
      Derivation derivation,
      Table<Key, Incident> incidents,
      Ledgers ledgers,
      Shipping shipping,
      Verdicts verdicts,
      Supplier<RuleSettings> settings) {
    this.ledgers = ledgers;
    this.shipping = shipping;
    this.verdicts = verdicts;
    this.settings = settings;
    probable = derivation.count();
    byName = derivation.table();
    derivation.each(
        "probable rework (W1)",
        incidents,
        (key, incident) -> probable(incident),
        (key, deployment, rows) -> {
          if (deployment != null) {
            rows.count(probable, deployment);
          }
        },
        probable);
    derivation.each(
        "names of an incident", incidents, (key, incident) -> incident, this::add, byName);
  }

  /** Whether a deployment is rework (W1). */
  Reason of(Deployment deployment) {
    List<String> rejected = new ArrayList<>();
    var verdict = verdicts.onDeployment(deployment.id());
    if (verdict.planned() != null) {
      String said = verdict.said().get("planned");
      if (!verdict.planned()) {
        return new Reason(said, List.of(deployment.id()), List.of());
      }
      Reason otherwise = ofItself(deployment, rejected);
      if (otherwise.reason() != null) {
        rejected.add("%s, but %s".formatted(otherwise.reason(), said));
      }
      return new Reason(null, List.of(), rejected);
    }
    return ofItself(deployment, rejected);
  }

  private Reason ofItself(Deployment deployment, List<String> rejected) {
    for (var member : deployment.members()) {
      if (Boolean.TRUE.equals(member.attempt().getRework())) {
        return because("the sender says so", member.id(), rejected);
      }
    }
    if (deployment.is(Kind.ROLLBACK)) {
      return because("rollback", deployment.id(), rejected);
    }
    RoutedChange hotfix = null;
    for (var entry : shipping.notable(deployment)) {
      RoutedChange change = entry.getValue();
      if (shipping.isEffectiveRevert(change, deployment.environmentClass())) {
        return because("ships the revert " + change.getId(), change.getId(), rejected);
      }
      if (change.getRevert()) {
        rejected.add(
            "%s is a revert, but what it reverts was shipped together with it (F4)"
                .formatted(change.getId()));
      }
      hotfix = hotfix == null && change.getHotfix() != null ? change : hotfix;
    }
    if (hotfix != null) {
      String reason = "ships the hotfix %s (%s)".formatted(hotfix.getId(), hotfix.getHotfix());
      return because(reason, hotfix.getId(), rejected);
    }
    for (var member : deployment.members()) {
      String incident = member.attempt().getIncident();
      if (incident != null) {
        return because("names incident " + incident, incident, rejected);
      }
    }
    if (isProbable(deployment) && settings.get().probableReworkCounts()) {
      return because(
          "the last that started during an incident that ended soon after",
          deployment.id(),
          rejected);
    }
    return new Reason(null, List.of(), List.copyOf(rejected));
  }

  private static Reason because(String reason, String evidence, List<String> rejected) {
    return new Reason(reason, List.of(evidence), List.copyOf(rejected));
  }

  /** Whether a deployment is probably rework, by the incident that it started in (W1). */
  boolean isProbable(Deployment deployment) {
    return deployment.isInProduction()
        && verdicts.onDeployment(deployment.id()).planned() == null
        && probable.of(deployment.id()) > 0;
  }

  /** Why a change is reactive where it was or is to be shipped (W2); null if not, or unknown. */
  Reactive reactive(RoutedChange change, String environmentClass, boolean inProduction) {
    if (shipping.isEffectiveRevert(change, environmentClass)) {
      return change.getReverts().isEmpty()
          ? new Reactive("revert", List.of())
          : new Reactive(
              "revert of " + String.join(", ", change.getReverts()), change.getReverts());
    }
    if (change.getHotfix() != null) {
      return new Reactive(change.getHotfix(), List.of());
    }
    Incident named = inProduction ? namedBy(change) : null;
    if (named != null) {
      return new Reactive("names incident " + named.id(), List.of(named.id()));
    }
    return change.getFix() == null ? null : fixOfRecentFiles(change, environmentClass);
  }

  /** The first incident that a change names: by #number only in its own repository. */
  private Incident namedBy(RoutedChange change) {
    Incident first = null;
    for (String mention : change.getMentions()) {
      boolean local = mention.startsWith("#");
      for (var entry : Table.under(byName, Key.of(mention))) {
        Incident incident = entry.getValue();
        boolean here = !local || change.getRepository().equals(incident.event().getRepository());
        if (here && (first == null || incident.order().compareTo(first.order()) < 0)) {
          first = incident;
        }
      }
    }
    return first;
  }

  private Reactive fixOfRecentFiles(RoutedChange change, String environmentClass) {
    Deployment by = shipping.deploymentOf(change.getId(), environmentClass);
    if (by == null || change.getFiles() == null) {
      return null;
    }
    for (String file : change.getFiles()) {
      Deployment earlier = shipping.lastWithFile(change.getRepository(), file, by);
      if (earlier != null) {
        Duration age = Duration.between(earlier.finish(), by.finish());
        if (age.compareTo(settings.get().reworkWindow()) <= 0) {
          return new Reactive(
              "%s, of %s, which %s shipped %s before"
                  .formatted(change.getFix(), file, earlier.id(), ReadableDuration.of(age)),
              List.of(earlier.id()));
        }
      }
    }
    return null;
  }

  /** The last deployment that started while the incident was open, if that ended soon after. */
  private String probable(Incident incident) {
    Instant end = incident.end();
    if (end == null) {
      return null;
    }
    Deployment last = null;
    for (var entry : ledgers.byStart().from(Key.of(incident.start()))) {
      Deployment deployment = entry.getValue();
      if (deployment.start().isAfter(end)) {
        break;
      }
      boolean later = last == null || last.order().compareTo(deployment.order()) < 0;
      if (later && !deployment.is(Kind.REDEPLOY)) {
        last = deployment;
      }
    }
    boolean soon =
        last != null && !end.isAfter(last.finish().plus(settings.get().probableReworkWindow()));
    return soon ? last.id() : null;
  }

  private void add(Key key, Incident incident, Rows rows) {
    incident.event().getNames().forEach(name -> rows.add(byName, Key.of(name).with(key), incident));
  }
}
