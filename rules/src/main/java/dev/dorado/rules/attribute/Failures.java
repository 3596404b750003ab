package dev.dorado.rules.attribute;

import dev.dorado.rules.Rule;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.attribute.Failure.Reason;
import dev.dorado.rules.attribute.Failure.Remedy;
import dev.dorado.rules.derive.Days;
import dev.dorado.rules.derive.Derivation;
import dev.dorado.rules.derive.Derived;
import dev.dorado.rules.derive.Key;
import dev.dorado.rules.derive.Rows;
import dev.dorado.rules.derive.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Rule F1: a deployment in production fails once; the rules are asked in the order F2, F3, F4, F6,
 * F5, and the first that answers decides.
 */
final class Failures {

  private final Ledgers ledgers;
  private final Links links;
  private final Accusations accusations;
  private final Outages outages;
  private final Hotfixes hotfixes;
  private final Verdicts verdicts;
  private final Supplier<RuleSettings> settings;

  /** Marks by deployment and the marked attempt, which may repeat it. */
  private final Table<Key, Reason> marks;

  /** Failures around a time, without what hotfixes say and end. */
  private final Table<Key, Failure> around;

  private final Derived<String, Deployment, Failure> withoutHotfixes;
  private final Derived<String, Deployment, Failure> failures;

  Failures(
      Derivation derivation,
      Ledgers ledgers,
      Shipping shipping,
      Links links,
      Accusations accusations,
      Outages outages,
      Verdicts verdicts,
      Supplier<RuleSettings> settings) {
    this.ledgers = ledgers;
    this.links = links;
    this.accusations = accusations;
    this.outages = outages;
    this.verdicts = verdicts;
    this.settings = settings;
    marks = derivation.table();
    around = derivation.table();
    derivation.each("marks (F2)", ledgers.byId(), (id, of) -> marks(of), Failures.this::add, marks);
    withoutHotfixes =
        derivation.each(
            "failure (F1)", ledgers.byId(), (id, of) -> failure(of), this::addAround, around);
    hotfixes = new Hotfixes(derivation, ledgers, shipping, this);
    failures =
        derivation.each("failure with hotfixes", ledgers.byId(), (id, of) -> withHotfixes(of));
  }

  /** The failure of a deployment or attempt, or null. */
  Failure of(Deployment deployment) {
    return failures.get(deployment.id());
  }

  /** The same before the hotfixes are asked (F5); they are asked last. */
  Failure beforeHotfixes(String deployment) {
    return withoutHotfixes.get(deployment);
  }

  /** Failures whose impact may have been there at a time, before the hotfixes are asked. */
  Table<Key, Failure> around() {
    return around;
  }

  /** Whether a correction says that a deployment did not fail. */
  boolean isAcquitted(String deployment) {
    return Boolean.FALSE.equals(verdicts.onDeployment(deployment).failed());
  }

  private record Mark(String deployment, String member, Reason reason) {}

  /** What the sender marked; of an attempt that failed, a mark says nothing more (S10). */
  private List<Mark> marks(Deployment deployment) {
    List<Mark> found = new ArrayList<>();
    if (!deployment.isInProduction() || !deployment.succeeded()) {
      return found;
    }
    String target = ledgers.repeated(deployment).id();
    for (var member : deployment.members()) {
      if (Boolean.TRUE.equals(member.attempt().getFailed())) {
        String method = Objects.requireNonNullElse(member.attempt().getFailedBy(), "marked");
        found.add(new Mark(target, member.id(), new Reason(Rule.F2, method, "high", member.id())));
      }
    }
    return found;
  }

  private void add(String id, List<Mark> found, Rows rows) {
    found.forEach(mark -> rows.add(marks, Key.of(mark.deployment(), mark.member()), mark.reason()));
  }

  /** Why a deployment would have failed that a correction says did not, for people. */
  List<String> overruled(Deployment deployment) {
    return reasons(deployment, links.to(deployment), new ArrayList<>()).stream()
        .map(reason -> "%s (%s)".formatted(reason.method(), reason.rule()))
        .toList();
  }

  private Failure failure(Deployment deployment) {
    if (!deployment.isInProduction() || isAcquitted(deployment.id())) {
      return null;
    }
    List<Links.Linked> linked = links.to(deployment);
    List<Remedy> remedies = new ArrayList<>();
    List<Reason> reasons = reasons(deployment, linked, remedies);
    if (reasons.isEmpty()) {
      return null;
    }
    if (reasons.get(0).rule() == Rule.F2 && linked.isEmpty()) {
      Deployment next = ledgers.firstAfter(deployment, later -> later.is(Kind.FORWARD));
      if (next != null) {
        remedies.add(new Remedy(next, "next deployment"));
      }
    }
    List<Incident> incidents = linked.stream().map(Links.Linked::incident).toList();
    Recovery recovery =
        incidents.isEmpty()
            ? Recovery.byRemedy(deployment, remedies)
            : Recovery.byIncidents(incidents, outages, settings.get().clockTolerance());
    return Failure.of(deployment, reasons, linked, remedies, recovery);
  }

  /**
   * Why a deployment failed, in the order in which the rules are asked.
   *
   * @param remedies gets the rollbacks and reverts that are among the reasons
   */
  private List<Reason> reasons(
      Deployment deployment, List<Links.Linked> linked, List<Remedy> remedies) {
    List<Reason> reasons = new ArrayList<>();
    var verdict = verdicts.onDeployment(deployment.id());
    if (Boolean.TRUE.equals(verdict.failed())) {
      reasons.add(new Reason(Rule.F2, verdict.said().get("failed"), "high", deployment.id()));
    }
    Table.under(marks, Key.of(deployment.id())).forEach(mark -> reasons.add(mark.getValue()));
    addLinks(linked, Rule.F2, reasons);
    for (Rule rule : List.of(Rule.F3, Rule.F4)) {
      for (var accusation : accusations.of(deployment, rule)) {
        reasons.add(new Reason(rule, accusation.method(), "high", accusation.evidence()));
        remedies.add(new Remedy(accusation.by(), rule == Rule.F3 ? Kind.ROLLBACK : "revert"));
      }
      addLinks(linked, rule, reasons);
    }
    addLinks(linked, Rule.F6, reasons);
    return reasons;
  }

  private static void addLinks(List<Links.Linked> linked, Rule rule, List<Reason> reasons) {
    for (var of : linked) {
      if (of.link().rule() == rule) {
        String method = "incident %s: %s".formatted(of.incident().id(), of.link().method());
        reasons.add(new Reason(rule, method, of.link().confidence(), of.incident().id()));
      }
    }
  }

  private void addAround(String id, Failure failure, Rows rows) {
    if (failure != null && failure.recovery().start() != null) {
      Recovery recovery = failure.recovery();
      Days.add(rows, around, recovery.start(), recovery.end(), id, failure);
    }
  }

  private Failure withHotfixes(Deployment deployment) {
    if (!deployment.isInProduction()) {
      return null;
    }
    Failure failure = withoutHotfixes.get(deployment.id());
    if (failure == null) {
      failure = hotfixes.failureOf(deployment);
    }
    return failure == null ? null : failure.with(hotfixes.remediesOf(deployment));
  }
}
