package dev.dorado.rules;

/**
 * The rules by which events become metrics. A fact names the rule that decided it by {@link #name},
 * so these names never change. docs/metrics.md states each rule in full; {@code RuleTest} holds
 * this list against it.
 */
public enum Rule {
  E1("Events with one id are one event"),
  E2("Times are the sender's"),
  E3("Environments have a class"),
  E4("What counts as a deployment"),
  E5("Bots"),
  E6("Several reports of one thing"),
  E7("What is an incident"),
  E8("When a catalog entry applies"),
  E9("Nothing expires"),

  S1("Positions of commits"),
  S2("Imported commits"),
  S3("The branch of a deployed commit"),
  S4("The deployment that shipped a change"),
  S5("The baseline"),
  S6("Commits of a pull request"),
  S7("Paths of a service"),
  S8("The head of a deployment"),
  S9("Rollouts to several environments"),
  S10("Failed attempts"),

  K1("The kind of a deployment"),
  K2("Which kinds count"),

  L1("Where lead time begins"),
  L2("Stages of lead time"),
  L3("The lead time of a period"),

  F1("A deployment fails once"),
  F2("Failure: named explicitly"),
  F3("Failure: rolled back"),
  F4("Failure: reverted"),
  F5("Failure: hotfix"),
  F6("Failure: proximity of an incident"),
  F7("Change fail rate"),

  R1("When impact begins and ends"),
  R2("The recovery time of a period"),
  R3("Open failures"),

  W1("Deployment rework"),
  W2("Reactive changes"),
  W3("A hotfix that fails"),

  P1("Contributors stay anonymous"),
  P2("CI and other practices"),
  P3("Golden path"),
  P4("Measurements"),

  G1("Buckets of time"),
  G2("Intervals of confidence"),
  G3("Deployment frequency"),
  G4("Teams and organisations"),
  G5("Change against the period before");

  private final String title;

  Rule(String title) {
    this.title = title;
  }

  /** What the rule is about, in a few words. */
  public String title() {
    return title;
  }

  /** The name of {@code rule}, as facts carry it; null if no rule decided. */
  public static String nameOf(Rule rule) {
    return rule == null ? null : rule.name();
  }

  /** Where docs/metrics.md states it. */
  public String link() {
    return "docs/metrics.md#" + name().toLowerCase(java.util.Locale.ROOT);
  }
}
