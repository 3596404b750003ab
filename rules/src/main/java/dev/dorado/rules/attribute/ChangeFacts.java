package dev.dorado.rules.attribute;

import dev.dorado.facts.ChangeFact;
import dev.dorado.rules.Rule;
import dev.dorado.rules.RuleSettings;
import dev.dorado.rules.route.Environments;
import dev.dorado.rules.step.Output;
import dev.dorado.rules.step.Target;
import dev.dorado.steps.RoutedChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What the rules say of a change, as a fact for each class of environments. */
final class ChangeFacts {

  /** As many commits are told as evidence, no more. */
  private static final int TOLD = 10;

  private final String service;
  private final Shipping shipping;
  private final Rework rework;
  private final Supplier<RuleSettings> settings;

  ChangeFacts(String service, Shipping shipping, Rework rework, Supplier<RuleSettings> settings) {
    this.service = service;
    this.shipping = shipping;
    this.rework = rework;
    this.settings = settings;
  }

  /** Where it was shipped, and production, where it is to be shipped. */
  List<Output> of(RoutedChange change) {
    var shipped = shipping.of(change.getId());
    var classes = new TreeSet<>(shipped.keySet());
    if (!change.getOffDefault()) {
      classes.add(Environments.PRODUCTION);
    }
    return classes.stream().map(in -> fact(change, in, shipped.get(in))).toList();
  }

  private Output fact(RoutedChange change, String environment, Shipping.Shipped shipped) {
    boolean atBaseline = shipped != null && shipped.baseline();
    Deployment by = shipped == null || atBaseline ? null : shipped.deployment();
    Instant deployed = by == null ? null : by.finish();
    LeadTime leadTime = LeadTime.of(change, deployed, settings.get().clockTolerance());
    boolean inProduction = environment.equals(Environments.PRODUCTION);
    Rework.Reactive reactive = rework.reactive(change, environment, inProduction);
    var fact =
        ChangeFact.newBuilder()
            .setService(service)
            .setId(change.getId())
            .setEnvironment(environment)
            .setRetracted(false)
            .setRepository(change.getRepository())
            .setSha(change.getSha())
            .setPullRequest(change.getPullRequest())
            .setTitle(change.getTitle())
            .setBranch(change.getBranch())
            .setUrl(change.getUrl())
            .setBot(change.getBot())
            .setContributor(change.getContributor())
            .setStartedAt(leadTime.start())
            .setStartMethod(leadTime.method())
            .setOpenedAt(change.getOpenedAt())
            .setFirstReviewAt(change.getFirstReviewAt())
            .setReadyAt(change.getReadyAt())
            .setMergedAt(change.getMergedAt())
            .setDeployedAt(deployed)
            .setDeploymentId(by == null ? null : by.id())
            .setShippingRule(by != null ? Rule.S4.name() : atBaseline ? Rule.S5.name() : null)
            .setShippingMethod(method(shipped))
            .setShippingConfidence(shipped == null ? null : confidence(shipped))
            .setLeadTime(leadTime.total())
            .setCoding(leadTime.coding())
            .setPickup(leadTime.pickup())
            .setReview(leadTime.review())
            .setDeploy(leadTime.deploy())
            .setReactive(reactive != null)
            .setReactiveRule(reactive == null ? null : Rule.W2.name())
            .setReactiveReason(reactive == null ? null : reactive.reason())
            .setEvidence(evidence(change, shipped, reactive))
            .setRejected(rejected(change, environment))
            .setMarks(marks(change, leadTime, atBaseline))
            .build();
    String key = service + "|" + environment + "|" + change.getId();
    return new Output(Target.CHANGE_FACTS, key, key, fact);
  }

  private static String method(Shipping.Shipped shipped) {
    if (shipped == null) {
      return "no deployment is known whose head is at or after it";
    }
    String branch = shipped.branch().substring(shipped.branch().indexOf(':') + 1);
    return shipped.baseline()
        ? "it came by backfill only, and %s, the first deployment with a known head, had it on %s"
            .formatted(shipped.by().id(), branch)
        : "%s is the first whose head is at or after it on %s".formatted(shipped.by().id(), branch);
  }

  private static String confidence(Shipping.Shipped shipped) {
    return shipped.by().attempt().getMarks().isEmpty() ? "high" : "medium";
  }

  private static List<String> evidence(
      RoutedChange change, Shipping.Shipped shipped, Rework.Reactive reactive) {
    List<String> evidence = new ArrayList<>();
    if (shipped != null) {
      evidence.add(shipped.by().id());
    }
    change.getCommits().stream().limit(TOLD).forEach(evidence::add);
    if (reactive != null) {
      evidence.addAll(reactive.evidence());
    }
    return evidence.stream().distinct().toList();
  }

  private List<String> rejected(RoutedChange change, String environment) {
    List<String> rejected = new ArrayList<>();
    if (change.getRevert() && !shipping.isEffectiveRevert(change, environment)) {
      rejected.add("a revert, but what it reverts was shipped together with it (F4)");
    }
    return rejected;
  }

  private static List<String> marks(RoutedChange change, LeadTime leadTime, boolean atBaseline) {
    List<String> marks = new ArrayList<>(change.getMarks());
    marks.addAll(leadTime.marks());
    if (atBaseline) {
      marks.add("shipped before the first deployment that is known, at an unknown time (S5)");
    }
    if (change.getFix() != null && change.getFiles() == null) {
      marks.add("a fix, but its files are unknown: not counted as reactive (W2)");
    }
    return marks;
  }
}
