// What was revised of the facts behind the numbers since they were published.

import { address } from "./api.js";
import { byId, el, redraw } from "./dom.js";
import { count, date, duration, isoDay, known, time, UNKNOWN } from "./format.js";
import { csvLink } from "./files.js";
import { METRICS } from "./metrics.js";
import { badge, moment, serviceLink, table, viewLink } from "./parts.js";

/** How many are listed; the file has all of a page of the API. */
export const LATEST_REVISIONS = 50;
const MOST_OF_A_FILE = 1000;

const REVISIONS = { added: "counts now", removed: "no longer counts", changed: "changed" };
const CAUSES = {
  correction: "A person corrected it",
  reprocessing: "All facts were computed again, by other rules or settings",
  events: "Events that came later",
};
const FIELDS = {
  finished_at: "finished",
  deployed_at: "deployed",
  environment: "environment",
  status: "outcome",
  counted: "counts",
  excluded: "excluded",
  failed: "failed",
  impact_started_at: "impact began",
  recovered_at: "recovered",
  rework: "rework",
  rework_probable: "probably rework",
  bot: "by a bot",
  reactive: "reactive",
  lead_time: "lead time",
  coding: "coding",
  pickup: "pickup",
  review: "review",
  deploy: "deploy",
};

/**
 * Whether numbers of the period may have been published: it is over, or a date was chosen.
 *
 * @param end the end that was asked for; none if the period goes on up to now
 */
export function mayBeRevised(summary, end, since) {
  return since !== "" || (Boolean(end) && new Date(summary.to) <= new Date());
}

/**
 * Draws what was revised.
 *
 * @param answer answer of /revisions
 * @param question its parameters
 * @param choose called with the day that was chosen instead
 */
export function drawRevisions(answer, question, choose) {
  byId("revisions-title").textContent = title(answer);
  redraw(byId("revisions-body"), [choice(answer, choose), limits(answer), list(answer), file(answer, question)]);
}

/** Says that the answer is awaited. */
export function drawAwaitedRevisions() {
  byId("revisions-title").textContent = "Looking for what was revised since …";
  redraw(byId("revisions-body"), el("p", { class: "skeleton wide" }));
}

function title({ total, since }) {
  return total === 0 ? `No fact behind these numbers was revised since ${time(since)}` : `${count(total, "fact")} behind these numbers ${total === 1 ? "was" : "were"} revised since ${time(since)}`;
}

function choice({ since }, choose) {
  const day = el("input", { type: "date", name: "since", "data-key": "revisions-since", value: isoDay(new Date(since)), max: isoDay() });
  day.addEventListener("change", () => choose({ since: day.value }));
  return el("p", { class: "revisions-choice" }, el("label", {}, "The numbers were published on ", day), el("span", { class: "muted small" }, "If you choose nothing, the end of the period."));
}

function limits({ since, recorded_from: from, recorded_until: until }) {
  if (!known(from)) return el("p", { class: "note" }, "Nothing is recorded yet. ClickHouse looks for revisions every hour.");
  return el(
    "p",
    { class: "note" },
    new Date(from) > new Date(since) ? `Revisions are recorded since ${time(from)}; what was revised before is unknown. ` : "",
    known(until) ? `ClickHouse looks for revisions every hour; it did so last at ${time(until)}.` : "ClickHouse looks for revisions every hour.",
  );
}

function list({ items, total }) {
  if (items.length === 0) return null;
  return [
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "What was revised" },
      table(
        "What was revised, the latest first",
        ["What", "Service", "What is different", "Why", "Numbers"],
        items.map((item) => [what(item), [serviceLink(item.service), el("span", { class: "muted small" }, " ", date(item.time))], differences(item), why(item), item.metrics.map((name) => METRICS[name]?.label ?? name).join(", ")]),
      ),
    ),
    total > items.length && el("p", { class: "note" }, `The latest ${items.length} of ${count(total, "fact")}.`),
  ];
}

function what({ kind, id, service, revision }) {
  const name = kind === "deployment" && revision !== "removed" ? viewLink("service", { service, rows: "deployments", deployment: `${encodeURIComponent(service)} ${id}` }, id) : el("code", {}, id);
  return [kind === "deployment" ? "Deployment " : "Change ", name];
}

function differences({ revision, differences: all }) {
  if (revision !== "changed") return badge(revision === "added" ? "warn" : "none", REVISIONS[revision]);
  return el(
    "ul",
    { class: "revised-fields" },
    all.map(({ field, before, after }) => el("li", {}, `${FIELDS[field] ?? field}: `, el("span", { class: "muted" }, value(field, before)), " → ", el("b", {}, value(field, after)))),
  );
}

function value(field, it) {
  if (it === null) return field === "recovered_at" ? "not yet" : UNKNOWN;
  if (it === true) return "yes";
  if (it === false) return "no";
  if (typeof it === "number") return duration(it);
  return field.endsWith("_at") ? time(it) : it;
}

function why({ cause, seen_at: seen }) {
  return [`${CAUSES[cause] ?? cause}. `, el("span", { class: "muted small" }, "Seen ", moment(seen))];
}

function file({ total, since, next }, question) {
  if (total === 0) return null;
  const path = address("revisions", { ...question, since, limit: MOST_OF_A_FILE, format: "csv" });
  return el("p", { class: "downloads" }, csvLink(path, `dorado-revisions-${isoDay(new Date(since))}`, "what was revised"), next && total > MOST_OF_A_FILE && el("span", { class: "muted small" }, ` the latest ${MOST_OF_A_FILE}`));
}
