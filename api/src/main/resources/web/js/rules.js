// What the numbered rules say, in a sentence each, for the rows that they decided.

import { duration, known } from "./format.js";

/** The windows of the rules in seconds, as the API has them; a service's catalog entry may state others. */
let windows = {};

/** Takes the windows from an answer of /summary. */
export function setWindows(rules) {
  windows = rules;
}

const RULES = {
  F2: ["Explicit", "The incident names the deployment, commit, version or pull request, or the sender or a correction marks it."],
  F3: ["Rollback", "A rollback went back behind it: the first forward deployment after the state that was rolled back to is the one that failed."],
  F4: ["Revert", "A later deployment shipped the revert of a change that this one had shipped."],
  F5: ["Hotfix", "A later deployment shipped a hotfix while no other failure was open: the latest forward deployment before it failed."],
  F6: ["Proximity", "An incident with no other link began while it was being deployed, or within the proximity window{proximity_window} after it, with no later deployment between."],
  E5: ["Bots", "Bots' changes count in deployments and failures, not in the lead time; their reviews are no reviews."],
  E7: ["Incidents", "What incident tools and labelled issues report. Impact start defaults to detection, detection to creation; reopened within the reopen window{reopen_window}, it is the same incident."],
  F1: ["Fails once", "Each rule is asked in turn: explicit, rollback, revert, proximity, hotfix. The first that answers decides; here none does."],
  R1: ["Recovery", "The impact lasts from the earliest incident until the last connected one is resolved; without incidents, from the deployment's finish to the first remedy."],
  R3: ["Still open", "What has not recovered has an age, not a recovery time: it is never zero and never in the median."],
  W1: ["Deployment rework", "Rework is a rollback, a deployment that ships a revert or a hotfix or names an incident, and what its sender or a correction calls unplanned."],
  W2: ["Reactive change", "A change is reactive if it is a revert or a hotfix, names an incident, or fixes files that were shipped within the rework window{rework_window} before."],
  L1: ["Lead time", "From the earliest authored commit that is known to be in it to the finish of the deployment that shipped it."],
  S3: ["Compared on a branch", "A commit of the default branch is compared there; another branch ships its own commits, and the default branch's up to the newest that both know."],
  S8: ["Head", "What is deployed is known by its commit, tag, ref, or version; until a push tells of it, what it ships is unknown, not zero."],
  S4: ["Shipped once", "A change is shipped by the first deployment whose head is at or after it, and never again."],
  S5: ["Before the baseline", "It was there before the first known deployment: shipped at an unknown time, without a lead time."],
  S10: ["Failed attempt", "An attempt that failed is no deployment, unless an incident is linked to it: then it reached users."],
  K1: ["Kind", "Compared with the deployment before it of the same repository, in the same service and environment."],
  K2: ["Counted", "Forward, rollback and unknown deployments count; a redeploy of the same version ships nothing and is in no rate."],
};

/** The name of a rule: "F6 Proximity". */
export function ruleName(number) {
  return RULES[number] ? `${number} ${RULES[number][0]}` : number;
}

/** What a rule says; null for one that this page does not know. */
export function ruleText(number) {
  return RULES[number]?.[1].replace(/\{(\w+)\}/g, (_, name) => (known(windows[name]) ? ` (${hours(windows[name])})` : "")) ?? null;
}

/** Up to two days in hours, as the settings are mostly written. */
function hours(seconds) {
  return seconds % 3600 === 0 && seconds <= 172_800 ? `${seconds / 3600} h` : duration(seconds);
}
