// Which services moved a metric from the period before.

import { ask } from "./api.js";
import { byId, el, redraw } from "./dom.js";
import { count, duration, known, number } from "./format.js";
import { METRICS, trend } from "./metrics.js";
import { ruleSentence, serviceLink, table } from "./parts.js";

/** For how long an answer is good enough: the numbers of all services are much to ask for. */
export const CONTRIBUTORS_FRESH_FOR = 5 * 60_000;

const MOST = 3;
const MOST_FAILURES = 1000; // rows of one answer of the API
const STAGES = { coding: "Coding", pickup: "Pickup", review: "Review", deploy: "Deploy" };

/** What the numerator of a rate is, after "30 of 90 deployments", and as a noun. */
const PARTS = {
  change_fail_rate: ["failed", "failed deployments", "deployments"],
  deployment_rework_rate: ["were rework", "deployments that were rework", "deployments"],
  change_rework_rate: ["were reactive", "reactive changes", "changes"],
  rollout_success_rate: ["succeeded", "attempts that succeeded", "attempts"],
};

const VERDICTS = { better: "better", worse: "worse", could_be_chance: "could be chance" };

/** Says that the answer is awaited. */
export function drawAwaitedContributors() {
  redraw(byId("contributors"), el("p", { class: "skeleton wide" }));
}

/**
 * Asks for what else a metric is made of, in both periods: the stages of a lead time, the rules of failures.
 *
 * @param common parameters of /summary
 * @param summary its answer
 */
export async function askParts(name, common, summary, signal) {
  const before = { ...common, from: summary.previous.from, to: summary.previous.to };
  if (name === "change_lead_time") {
    const { groups } = await ask("summary", before, signal);
    return { stages: { now: summary.groups[0]?.metrics[name].stages, before: groups[0]?.metrics[name].stages } };
  }
  if (name === "change_fail_rate") {
    const rules = async (period) => byRule((await ask("deployments", { ...period, failed: "true", limit: MOST_FAILURES }, signal)).items);
    const [now, then] = await Promise.all([rules({ ...common, to: summary.to }), rules(before)]);
    return { rules: { now, before: then } };
  }
  return {};
}

function byRule(failures) {
  const found = new Map();
  for (const { failure_rule: rule, counted } of failures) if (counted) found.set(rule, (found.get(rule) ?? 0) + 1);
  return Object.fromEntries(found);
}

/**
 * Draws the services that moved a metric most, and its stages or rules.
 *
 * @param whole the metric in /summary, of all services
 * @param groups groups of /summary by service
 * @param name the metric
 * @param parts answer of `askParts`
 */
export function drawContributors(whole, groups, name, parts) {
  const definition = METRICS[name];
  const services = groups.map(({ group, metrics }) => ({ service: group.service, data: metrics[name] }));
  redraw(byId("contributors"), [content(whole, services, name, definition), stages(parts), rules(parts)]);
}

function stages({ stages: of }) {
  if (!of?.now || !of.before) return null;
  const rows = Object.keys(STAGES).map((name) => [STAGES[name], duration(of.now[name]), duration(of.before[name])]);
  return [el("p", { class: "strong" }, "By stage"), table("Median of each stage", ["Stage", "Median", "Before"], rows), el("p", { class: "note" }, "Medians of stages do not add up to the median lead time.")];
}

function rules({ rules: of }) {
  const names = of && [...new Set([...Object.keys(of.now), ...Object.keys(of.before)])].sort();
  if (!names || names.length === 0) return null;
  const rows = names.map((name) => [ruleSentence(name), number(of.now[name] ?? 0), number(of.before[name] ?? 0)]);
  const isCut = [of.now, of.before].some((found) => Object.values(found).reduce((sum, value) => sum + value, 0) >= MOST_FAILURES);
  return [el("p", { class: "strong" }, "By rule"), table("Failed deployments by rule", ["Rule", "Failed deployments", "Before"], rows), isCut && el("p", { class: "note" }, `The latest ${number(MOST_FAILURES)} of each period.`)];
}

function content(whole, services, name, definition) {
  const found = whole && trend(definition, whole);
  if (!found) return el("p", { class: "note" }, "There is nothing to compare. ", whole?.change.reason);
  const overall = `${definition.label}: ${found.text}. ${sureness(found.verdict)}`;
  const all = definition.isMedian ? moved(services, definition) : parts(services, name, definition, whole);
  return [
    el("p", { class: "strong" }, overall),
    all.length === 0
      ? el("p", { class: "note" }, "No service changed.")
      : el("ol", { class: "contributors" }, all.slice(0, MOST).map(({ service, text, verdict }) => el("li", { class: verdict }, service === null ? "What has no service" : serviceLink(service), " ", text, " ", verdict in VERDICTS && el("span", { class: "verdict" }, VERDICTS[verdict])))),
    all.length > 0 && el("p", { class: "note" }, explanation(all.length, services.length, name, definition)),
  ];
}

function sureness(verdict) {
  if (verdict === "better" || verdict === "worse") return "This is more than chance.";
  return verdict === "same" ? "" : "This could be chance, and so could what services added to it.";
}

/** What each service adds to a count or a rate, now minus before; all of them together are the change. */
function parts(services, name, definition, whole) {
  const total = (of) => services.reduce((sum, { data }) => sum + of(data), 0);
  const n = total((data) => data.n);
  const before = total((data) => data.previous_n);
  return services
    .map(({ service, data }) => {
      const isRate = name in PARTS;
      const part = isRate ? share(data.value, data.n, n) - share(data.previous, data.previous_n, before) : (data.value ?? 0) - (data.previous ?? 0);
      const size = definition.difference(Math.abs(part), whole.value || whole.previous).replace(/ (more|higher)\b/, "");
      const now = isRate ? `${hits(data.value, data.n)} of ${definition.counted(data.n)} ${PARTS[name][0]}, before ${hits(data.previous, data.previous_n)} of ${number(data.previous_n)}` : `${definition.counted(data.n)}, before ${number(data.previous_n)}`;
      return { service, part, verdict: data.change.verdict, text: `${part > 0 ? "raised" : "lowered"} it by ${size}: ${now}.` };
    })
    .filter(({ part }) => Math.abs(part) > 1e-12)
    .sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
}

function share(value, n, all) {
  return all > 0 ? hits(value, n) / all : 0;
}

function hits(value, n) {
  return known(value) ? Math.round(value * n) : 0;
}

/** The services whose own medians moved, first those that moved by more than chance. */
function moved(services, definition) {
  const isSure = ({ data }) => data.change.verdict === "better" || data.change.verdict === "worse";
  return services
    .filter(({ data }) => data.change.difference)
    .sort((a, b) => isSure(b) - isSure(a) || Math.abs(b.data.change.difference) - Math.abs(a.data.change.difference))
    .map(({ service, data }) => ({
      service,
      verdict: data.change.verdict,
      text: `has a median of ${definition.text(data.value)}, before ${definition.text(data.previous)}: ${definition.counted(data.n)}, before ${number(data.previous_n)}.`,
    }));
}

function explanation(changed, all, name, definition) {
  const other = changed > MOST ? ` ${count(changed - MOST, "other service")} changed, too.` : "";
  if (definition.isMedian) return `The services whose own median moved most, those first that moved by more than chance. Medians do not add up, so these are not parts of the change.${other}`;
  const part = name in PARTS ? `A service's part is its ${PARTS[name][1]} divided by all ${PARTS[name][2]}, now minus before.` : "A service's part is its own change.";
  return `${part} The parts of all ${count(all, "service")} add up to the change. The verdict is about the service's own value.${other}`;
}
