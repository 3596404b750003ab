// The metrics: what they are called, what they mean, how they are written, and what to do where one has no data.

import {
  count,
  duration,
  durationParts,
  frequency,
  frequencyNumber,
  frequencyScale,
  known,
  number,
  percent,
  percentNumber,
} from "./format.js";

const FREQUENCY = {
  parts: (value) => [[frequencyNumber(value), frequencyScale(value).unit]],
  text: (value, like = value) => frequency(value, frequencyScale(like)),
  difference(now, before) {
    const scale = frequencyScale(now || before);
    return frequencyNumber(Math.abs(now - before), scale) + scale.unit;
  },
  words: { up: "more often", down: "less often" },
  axis(largest) {
    const scale = largest >= 0.95 ? { factor: 1, unit: "per day" } : { factor: 7, unit: "per week" };
    return { name: scale.unit, scale: scale.factor, tick: (value) => number(value, value % 1 ? 1 : 0) };
  },
};

const DURATION = {
  parts: durationParts,
  text: duration,
  difference: (now, before) => duration(Math.abs(now - before)),
  words: { up: "longer", down: "shorter" },
  axis(largest) {
    const [unit, size] =
      largest >= 3 * 86400
        ? ["days", 86400]
        : largest >= 3 * 3600
          ? ["hours", 3600]
          : largest >= 180
            ? ["minutes", 60]
            : ["seconds", 1];
    return { name: unit, scale: 1 / size, tick: (value) => number(value, value % 1 ? 1 : 0) };
  },
};

const RATIO = {
  parts: (value) => [[percentNumber(value), "%"]],
  text: percent,
  difference(now, before) {
    const points = Math.abs(now - before) * 100;
    return `${number(points, points < 9.95 ? 1 : 0)} points`;
  },
  words: { up: "higher", down: "lower" },
  axis: () => ({ name: "%", scale: 100, tick: (value) => number(value, value % 1 ? 1 : 0) }),
};

/**
 * Each metric by its name in the API. `better` is the direction that is good; `rows` and `only` are the rows that
 * stand behind it; `extras` are further facts of the answer that a reader should have.
 */
export const METRICS = {
  deployment_frequency: {
    ...FREQUENCY,
    label: "Deployment frequency",
    group: "Throughput",
    better: "up",
    bars: true,
    counted: (n) => count(n, "deployment"),
    definition: "Deployments to production by calendar day. A redeploy of the same commit is not counted (K2, G3).",
    noData: "No service is known for this choice.",
    remedy: "Send a deployment, or widen the filters.",
    rows: "deployments",
    only: "",
    extras: (m) => [
      known(m.days_per_week) && `deployed on ${number(m.days_per_week, m.days_per_week % 1 ? 1 : 0)} days of a typical week`,
    ],
  },
  change_lead_time: {
    ...DURATION,
    label: "Change lead time",
    group: "Throughput",
    better: "down",
    counted: (n) => count(n, "change"),
    definition:
      "Median time from a change's first commit to the end of the deployment that shipped it (L1–L3). Bots' changes are left out (E5).",
    noData: "No change with a known first commit was shipped in this period.",
    remedy: "Lead time needs pushes and pull requests from the repository's hook, besides deployments.",
    rows: "changes",
    only: "",
    extras: (m) => [
      known(m.p90) && `three of four within ${duration(m.p75)}, nine of ten within ${duration(m.p90)}`,
      m.unknown > 0 && `${count(m.unknown, "change")} without a known start left out`,
    ],
  },
  failed_deployment_recovery_time: {
    ...DURATION,
    label: "Failed deployment recovery time",
    group: "Throughput",
    better: "down",
    counted: (n) => count(n, "recovery", "recoveries"),
    definition: "Median time from the start of the impact of a failed deployment to its end (R1–R3). What is still open is not in it.",
    noData: "No failed deployment recovered in this period.",
    remedy: "If something did fail: incidents, rollbacks and hotfixes say when it began and ended.",
    rows: "deployments",
    only: "recovered",
    extras: (m) => [
      m.open > 0 && `${count(m.open, "failure")} still open, the oldest for ${duration(m.oldest_open)}`,
      known(m.time_to_detect) && `${duration(m.time_to_detect)} from deployment to impact`,
    ],
  },
  change_fail_rate: {
    ...RATIO,
    label: "Change fail rate",
    group: "Instability",
    better: "down",
    counted: (n) => count(n, "deployment"),
    definition: "Failed deployments ÷ deployments, by the day of the deployment (F1–F7).",
    noData: "No deployment in this period, so none that could fail.",
    remedy: "Choose a longer period, or another service.",
    rows: "deployments",
    only: "failed",
    extras: (m) => [
      m.n > 0 && `${number(m.failed)} failed`,
      m.immature > 0 && `${number(m.immature)} too young to tell`,
      m.unlinked_incidents > 0 &&
        `${count(m.unlinked_incidents, "incident")} (${percent(m.unlinked_incidents_share)}) linked to no deployment`,
    ],
  },
  deployment_rework_rate: {
    ...RATIO,
    label: "Deployment rework rate",
    group: "Instability",
    better: "down",
    counted: (n) => count(n, "deployment"),
    definition: "Deployments that were unplanned and made because of a failure in production ÷ deployments (W1).",
    noData: "No deployment in this period, so no rework.",
    remedy: "Choose a longer period, or another service.",
    rows: "deployments",
    only: "rework",
    extras: (m) => [
      m.n > 0 && `${number(m.rework)} rework`,
      m.probable > 0 && `${number(m.probable)} more probable`,
    ],
  },
  change_rework_rate: {
    ...RATIO,
    label: "Change rework rate",
    group: "Instability",
    better: "down",
    counted: (n) => count(n, "change"),
    definition: "Shipped changes that react to something broken (reverts, hotfixes, fixes of what was just shipped) ÷ shipped changes (W2).",
    noData: "No change was shipped in this period.",
    remedy: "Changes come from the repository's pushes and pull requests.",
    rows: "changes",
    only: "reactive",
    extras: (m) => [m.n > 0 && `${number(m.reactive)} reactive`],
  },
  rollout_success_rate: {
    ...RATIO,
    label: "Rollout success rate",
    group: "Rollouts",
    better: "up",
    small: true,
    counted: (n) => count(n, "attempt"),
    definition: "Attempts to deploy that succeeded ÷ attempts. An attempt that failed before it reached users is no deployment (S10).",
    noData: "No attempt to deploy in this period.",
    remedy: "",
    rows: "deployments",
    only: "attempts",
    extras: (m) => [m.n > 0 && `${count(m.failed, "attempt")} failed`],
  },
};

/** The definition of a metric; of the first one if the name is none. */
export function metric(name) {
  return METRICS[name] ?? METRICS.deployment_frequency;
}

/**
 * How a value stands against the period before: null without both. A difference that the interval of the value still
 * covers, or one without an interval, is not called better or worse.
 */
export function trend(definition, { value, previous, low, high }) {
  if (!known(value) || !known(previous)) return null;
  if (definition.bars && previous === 0 && value > 0) return { direction: "up", verdict: "same", text: "none in the period before" };
  const difference = definition.difference(value, previous);
  if (value === previous || /^0(\.0)?\D/.test(difference)) return { direction: "same", verdict: "same", text: "unchanged from before" };
  const direction = value > previous ? "up" : "down";
  return {
    direction,
    verdict: verdict(),
    text: `${difference} ${definition.words[direction]} than before`,
  };

  function verdict() {
    if (!known(low) || !known(high)) return "few";
    if (previous >= low && previous <= high) return "within";
    return direction === definition.better ? "better" : "worse";
  }
}
