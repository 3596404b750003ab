// The practices that go with good numbers: trunk, reviews, tests and rollouts, and how quickly who and what is new gets to production.

import { byId, el, redraw } from "./dom.js";
import { count, duration, durationParts, frequency, frequencyNumber, frequencyScale, known, number, percent, percentNumber, UNKNOWN } from "./format.js";
import { whisker } from "./tiles.js";

const seconds = { parts: durationParts, text: (value) => duration(value) };
const ratio = { parts: (value) => [[percentNumber(value), "%"]], text: (value) => percent(value) };
const changes = { parts: (value) => [[number(value, value % 1 ? 1 : 0), value === 1 ? "change" : "changes"]], text: (value) => number(value, value % 1 ? 1 : 0) };

const perDay = { parts: (value) => [[frequencyNumber(value), frequencyScale(value).unit]], text: (value) => frequency(value) };

const waiting = (data) => known(data.censored) && data.censored > 0 && `${number(data.censored)} not there yet, counted as such`;
const left = (data) => known(data.left_out) && data.left_out > 0 && `${number(data.left_out)} left out`;
const others = (data) => known(data.other) && data.other > 0 && `${count(data.other, "run")} cancelled or skipped, left out`;
const p75 = (kind) => (data) => known(data.p75) && `three quarters within ${kind.text(data.p75)}`;

/** By name: how a practice is said, and what it means. */
const GROUPS = {
  "Continuous integration": {
    ci_duration_default_branch: { label: "CI duration, default branch", kind: seconds, noun: ["run"], beside: [p75(seconds)], none: "No CI run on the default branch ended in this period.", means: "Median duration of the CI runs on the default branch that succeeded or failed (P2)." },
    ci_success_default_branch: { label: "CI success, default branch", kind: ratio, noun: ["run"], beside: [others], none: "No CI run on the default branch ended in this period.", means: "Share of the runs on the default branch that succeeded, of those that succeeded or failed (P2)." },
    ci_duration_pull_requests: { label: "CI duration, pull requests", kind: seconds, noun: ["run"], beside: [p75(seconds)], none: "No CI run on a pull request ended in this period.", means: "Median duration of the CI runs on pull requests that succeeded or failed (P2)." },
    ci_success_pull_requests: { label: "CI success, pull requests", kind: ratio, noun: ["run"], beside: [others], none: "No CI run on a pull request ended in this period.", means: "Share of the runs on pull requests that succeeded, of those that succeeded or failed (P2)." },
    ci_under_10_minutes: { label: "Runs under 10 minutes", kind: ratio, noun: ["run"], beside: [], none: "No CI run ended in this period.", means: "Of the runs on the default branch and on pull requests that succeeded or failed (P2). Whoever waits longer begins something else." },
    deployed_on_failed_ci: { label: "Deployed in spite of failed CI", kind: ratio, noun: ["deployment"], beside: [], none: "No deployment in this period whose commit had a CI run on the default branch.", means: "Deployments before which the last run of a workflow on their commit had failed, of those whose commit had runs on the default branch. It is 0 where failing tests block a deployment (P2)." },
  },
  "Trunk and batches": {
    branch_age: { label: "Age of a branch", kind: seconds, noun: ["pull request"], beside: [p75(seconds)], none: "No pull request whose commits are known was merged in this period.", means: "Median from a pull request's first commit to its merge; bots' are left out (P2)." },
    merges_per_day: { label: "Merges a day", kind: perDay, noun: ["change"], beside: [], none: "No change was merged in this period.", means: "Changes merged to the branch that is deployed, by calendar day; bots' are left out (P2)." },
    batch_size: { label: "Size of a batch", kind: changes, noun: ["deployment"], beside: [p75(changes)], none: "No forward deployment of a known commit in this period.", means: "Median number of changes that a forward deployment ships (P2). Small batches fail less and recover sooner." },
  },
  "Reviews and rollouts": {
    review_pickup: { label: "Wait for the first review", kind: seconds, noun: ["pull request"], beside: [p75(seconds)], none: "No pull request that was reviewed was merged in this period.", means: "Median from the opening of a pull request, or the end of its draft, to the first review by another person (L2, P2)." },
    review_time: { label: "Review time", kind: seconds, noun: ["pull request"], beside: [p75(seconds)], none: "No pull request that was reviewed was merged in this period.", means: "Median from the first review of a pull request to its merge; bots' are left out (L2, P2)." },
    progressive_delivery: { label: "Progressive delivery", kind: ratio, noun: ["rollout"], beside: [(data) => known(data.canaries) && `${count(data.canaries, "canary", "canaries")}, ${count(data.flags, "flag")} turned on`], none: "Nobody has stated yet how traffic is shifted: Argo Rollouts, Flagger and LaunchDarkly do, and so can your scripts.", means: "Deployments that were shifted step by step (canary, A/B) and flags that were turned on, of all deployments and flags turned on. A deployment of which nothing is stated counts as all at once (P2)." },
  },
  "Getting started": {
    contributor_first_deployment: { label: "A new contributor's first deployment", kind: seconds, noun: ["contributor"], beside: [waiting, left], none: "No new contributors, or too few to stay anonymous.", means: "Median from the first commit to the first deployment that shipped a change of theirs (Kaplan–Meier, P1). Who was seen in a repository's first 90 days is left out. It is never said of one person." },
    service_first_deployment: { label: "A new service's first deployment", kind: seconds, noun: ["service"], beside: [waiting, left], none: "No service began in this period.", means: "Median from a service's first commit to its first deployment (Kaplan–Meier, P1)." },
  },
};

/** How a practice is called and written, by its name in the API. */
export function practiceOf(name) {
  return Object.values(GROUPS).find((group) => name in group)?.[name];
}

let drawn = "";

/**
 * Draws the practices.
 *
 * @param whole answer of /practices
 * @param parts answer of /practices by `dimension`
 * @param dimension service or team
 */
export function drawPractices(whole, parts, dimension) {
  const state = JSON.stringify([whole, parts, dimension]);
  if (state === drawn) return;
  drawn = state;
  const data = whole.groups[0]?.practices ?? {};
  redraw(
    byId("practices-cards"),
    Object.entries(GROUPS).map(([label, practices]) =>
      el(
        "div",
        { class: "tile-group", role: "group", "aria-label": label },
        el("p", { class: "eyebrow" }, label),
        el("div", { class: "practice-row" }, Object.entries(practices).map(([name, practice]) => card(name, practice, data[name]))),
      ),
    ),
  );
  redraw(byId("practices-table"), table(parts, dimension));
}

function card(name, practice, data) {
  const has = known(data?.value);
  const beside = has ? practice.beside.map((say) => say(data)).filter(Boolean) : [];
  return el(
    "article",
    { class: `practice${has ? "" : " no-data"}`, "data-practice": name },
    el("h3", {}, practice.label),
    has
      ? el("p", { class: "value" }, practice.kind.parts(data.value).map(([figure, unit]) => [el("b", {}, figure), el("span", { class: "unit" }, unit), " "]))
      : el("p", { class: "value none" }, "No data"),
    has ? whisker(practice.kind, data) : el("p", { class: "why" }, known(data?.n) && data.n > 0 ? `Fewer than half of ${count(data.n, ...practice.noun)} are there yet.` : practice.none),
    has && el("p", { class: "sure" }, sureness(practice, data)),
    beside.length > 0 && el("p", { class: "extras" }, beside.join(" · ")),
    el("details", { class: "about", "data-key": `practice-${name}` }, el("summary", {}, "What it means"), el("p", {}, practice.means)),
  );
}

function sureness({ kind, noun }, { n, low, high }) {
  const counted = count(n, ...noun);
  return known(low) && known(high) ? `${counted} · 95 %: ${kind.text(low)} – ${kind.text(high)}` : `${counted} · too few for an interval`;
}

function table(parts, dimension) {
  const practices = Object.values(GROUPS).flatMap((group) => Object.entries(group));
  const rows = parts.groups.filter(({ practices: data }) => practices.some(([name]) => known(data[name].value)));
  if (rows.length === 0) return el("p", { class: "empty" }, "Nothing is known of any of them in this period.");
  return el(
    "table",
    { class: "rows practices", role: "table" },
    el("caption", { class: "visually-hidden" }, `Practices by ${dimension}`),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, el("th", { scope: "col", role: "columnheader" }, dimension === "team" ? "Team" : "Service"), practices.map(([, practice]) => el("th", { scope: "col", role: "columnheader", class: "number" }, practice.label)))),
    el(
      "tbody",
      { role: "rowgroup" },
      rows.map(({ group, practices: data }) =>
        el(
          "tr",
          { role: "row", class: "row" },
          el("td", { role: "cell" }, el("div", {}, el("span", { class: "strong break" }, group[dimension] ?? (dimension === "team" ? "No team" : "No service")))),
          practices.map(([name, practice]) =>
            el("td", { role: "cell", class: "number", "data-label": practice.label }, el("div", {}, known(data[name].value) ? practice.kind.text(data[name].value) : el("span", { class: "faint" }, UNKNOWN))),
          ),
        ),
      ),
    ),
  );
}
