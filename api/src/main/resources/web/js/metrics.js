// The metrics: what they are called, what they mean, how they are written, and what to do where one has no data.

import {
  capital,
  count,
  duration,
  durationParts,
  figure,
  frequency,
  frequencyNumber,
  frequencyScale,
  known,
  number,
  percent,
  percentNumber,
  sentence,
} from "./format.js";

const PER = {
  day: { factor: 1, unit: "/day", name: "per day" },
  week: { factor: 7, unit: "/week", name: "per week" },
  month: { factor: 365.25 / 12, unit: "/month", name: "per month" },
};

const FREQUENCY = {
  parts: (value) => [[frequencyNumber(value), frequencyScale(value).unit]],
  text: (value, like = value) => frequency(value, frequencyScale(like)),
  difference(difference, like) {
    const { factor, unit } = frequencyScale(like);
    const size = figure(Math.abs(difference) * factor, 1);
    return `${size} ${difference > 0 ? "more" : "fewer"} per ${unit.slice(1)}`;
  },
  axis(largest, interval) {
    const scale = PER[interval];
    return {
      name: scale.name,
      scale: scale.factor,
      tick: (value) => number(value, value % 1 ? 1 : 0),
      text: (value) => frequency(value, scale),
    };
  },
};

const DURATION = {
  isMedian: true,
  parts: durationParts,
  text: duration,
  difference: (difference) => `${duration(Math.abs(difference))} ${difference > 0 ? "longer" : "shorter"}`,
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
  difference(difference) {
    const points = Math.abs(difference) * 100;
    return `${figure(points, points < 9.95 ? 1 : 0)} percentage points ${difference > 0 ? "higher" : "lower"}`;
  },
  axis: () => ({ name: "%", scale: 100, tick: (value) => number(value, value % 1 ? 1 : 0) }),
};

/**
 * Each metric by its name in the API. `rows` and `only` are the rows that
 * stand behind it; `extras` are further facts of the answer that a reader should have.
 */
export const METRICS = {
  deployment_frequency: {
    ...FREQUENCY,
    label: "Deployment frequency",
    group: "Throughput",
        bars: true,
    counted: (n) => count(n, "deployment"),
    definition: "Deployments to production by calendar day. A redeploy of the same version is not counted (K2, G3).",
    noData: "No service is known for this choice.",
    remedy: "Send a deployment, or widen the filters.",
    rows: "deployments",
    only: "",
    extras: (m) => [
      known(m.days_per_week) && `deployed on ${number(m.days_per_week, m.days_per_week % 1 ? 1 : 0)} ${m.days_per_week === 1 ? "day" : "days"} of a typical week`,
    ],
  },
  change_lead_time: {
    ...DURATION,
    label: "Change lead time",
    group: "Throughput",
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

/** How a metric changed from the period before, as the API judges it; null without a value in both. */
export function trend(definition, { value, previous, change }) {
  if (change.verdict === "no_data") return null;
  const { difference, verdict, low, high, reason } = change;
  if (difference === 0) return { direction: "same", verdict: "same", text: "unchanged from before", why: reason };
  const like = value || previous;
  const interval = known(low) && known(high) ? `95 % interval of the difference: ${signed(low)} to ${signed(high)}` : null;
  return {
    direction: difference > 0 ? "up" : "down",
    verdict,
    text: `${definition.difference(difference, like)} than before`,
    why: [reason, interval].filter(Boolean).map(sentence).join(" ") || null,
  };

  function signed(bound) {
    return `${bound < 0 ? "−" : "+"}${definition.text(Math.abs(bound), like)}`;
  }
}

/** What the API says of a change, in words. */
export const VERDICTS = { better: "better", worse: "worse", could_be_chance: "could be chance" };

/**
 * The tiers that the 95 % interval of a metric reaches over, "Elite to High", and whose they are. Where it excludes
 * none, there is no text but the reason why: a single success is not elite. Null without a tier.
 */
export function tierRange({ tier, tiers, benchmark }) {
  if (!tier) return null;
  if (tiers.length === 0 || tiers.length === benchmark.bands.length) {
    return { text: null, why: "By the 95 % interval it may be in any of the tiers." };
  }
  const ends = new Set([tiers[0], tiers[tiers.length - 1]]);
  return { text: [...ends].map(capital).join(" to "), source: `DORA ${benchmark.year}` };
}

/** What is missing for a tier, where there could be one; else null. */
export function noTier({ tier, tier_reason, benchmark }) {
  return !tier && benchmark?.bands.length > 0 ? `No tier: ${tier_reason}.` : null;
}

/** How many rows a metric is over, and its 95 % interval; null if there are too few for one. */
export function sureness(definition, { value, n, low, high }) {
  const hasInterval = known(low) && known(high);
  return {
    counted: definition.counted(n),
    interval: hasInterval ? `${definition.text(low, value)} – ${definition.text(high, value)}` : null,
  };
}

/** Further facts of a metric that a reader should have. */
export function factsBeside(definition, data) {
  const facts = data ? definition.extras(data).filter(Boolean) : [];
  if (data?.benchmark?.bands.length === 0 && data.benchmark.note) facts.push(`DORA ${data.benchmark.year}: ${data.benchmark.note}`);
  return facts;
}
