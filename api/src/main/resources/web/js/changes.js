// Changes: what was shipped, how long it took, and whether it reacts to something broken.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { duration, known, UNKNOWN } from "./format.js";
import { badge, commit, moment, outward, rule, serviceLink, stagesBar } from "./parts.js";
import { storyLine } from "./story.js";

export const changes = {
  path: "changes",
  label: "Changes",
  noun: "change",
  choices: {
    "": { label: "All" },
    reactive: { label: "Reactive only", keep: (row) => row.reactive },
    waiting: { label: "Not shipped yet", parameters: { shipped: "false" } },
    stale: { label: "Stale", parameters: { stale: "true", from: "" } },
  },
  key: (row) => `${row.service} ${row.environment} ${row.id}`,
  columns: [
    { label: "Shipped", toggle: true, cell: (row) => (row.deployed_at ? moment(row.deployed_at) : notShipped(row)) },
    { label: "Change", cell: name, wide: true },
    { label: "Service", cell: (row) => serviceLink(row.service) },
    { label: "Lead time", number: true, cell: (row) => (known(row.lead_time) ? duration(row.lead_time) : badge("none", "unknown", leadTimeUnknown(row))) },
    { label: "Stages", cell: (row) => stagesBar(row.stages) ?? el("span", { class: "faint" }, UNKNOWN), wide: true },
    { label: "Reactive", cell: reactive, wide: true },
  ],
  empty: {
    "": "No change was shipped in this period.",
    reactive: "No change of this period is reactive.",
    waiting: "Every change that was merged in this period is shipped.",
    stale: "No change waits to be shipped since long ago.",
  },
  load,
  story,
};

function notShipped(row) {
  if (row.shipping_rule === "S5") return badge("none", "unknown", "It was shipped before the first known deployment, at an unknown time (S5).");
  return row.stale ? badge("warn", "stale", "It has waited to be shipped for a long time (E9). That decides no number.") : el("span", { class: "faint" }, "not yet");
}

/** A change in one line, for the story of what shipped it. */
export function changeLine(row) {
  return [
    el("span", { class: "line-main" }, name(row), row.reactive && [" ", badge("warn", "reactive")], row.bot && [" ", badge("none", "bot")]),
    el("span", { class: "line-side" }, stagesBar(row.stages), el("b", {}, known(row.lead_time) ? duration(row.lead_time) : "lead time unknown")),
  ];
}

function name(row) {
  const label = row.pull_request ? `#${row.pull_request}` : null;
  return el("span", { class: "break" }, outward(row.url, label ?? commit(row.sha)), " ", row.title ?? "");
}

function reactive(row) {
  if (!row.reactive) return el("span", { class: "faint" }, "No");
  return [badge("warn", "Reactive"), " ", rule(row.reactive_rule), row.reactive_reason && el("span", { class: "method" }, row.reactive_reason)];
}

function leadTimeUnknown(row) {
  if (!row.deployed_at) return row.shipping_rule === "S5" ? "It was shipped before the first known deployment (S5)." : "It is not shipped yet.";
  return row.started_at ? "Its times contradict each other (E2)." : "When it began is unknown.";
}

/** Its story in the service and environment of `row`. */
async function load(row) {
  const { items } = await ask(`changes/${encodeURIComponent(row.id)}`, { service: row.service });
  return items.find((item) => item.environment === row.environment) ?? items[0];
}

function story(row, open) {
  const times = [
    ["Started", row.started_at, row.start_method && `(${row.start_method})`],
    ["Opened", row.opened_at],
    ["Ready for review", row.ready_at],
    ["First review", row.first_review_at],
    ["Merged", row.merged_at],
    ["In production", row.deployed_at],
  ];
  return el(
    "div",
    { class: "story-body told" },
    el(
      "header",
      {},
      el("h4", { class: "break" }, row.title ?? row.id),
      el("p", { class: "facts" }, outward(row.url, el("code", { class: "break" }, row.id)), el("code", { class: "break" }, row.sha), row.branch && el("span", {}, `to ${row.branch}`), row.bot && badge("none", "bot: not in the lead time (E5)")),
    ),
    el(
      "section",
      { class: "chapter" },
      el("h5", {}, "How long did it take?"),
      el("p", {}, known(row.lead_time) ? el("b", {}, duration(row.lead_time)) : leadTimeUnknown(row)),
      stagesBar(row.stages, { legend: true }),
      el("dl", { class: "times" }, times.filter(([, instant]) => known(instant)).map(([label, instant, note]) => [el("dt", {}, label), el("dd", {}, moment(instant), note && el("span", { class: "muted" }, ` ${note}`))])),
    ),
    row.story &&
      storyLine(
        row.story.filter((step) => step.step !== "lead-time"),
        {
          start: { title: "When did it begin?" },
          shipping: { title: "What shipped it?", verdict: row.deployed_at ? "good" : "none" },
          reactive: { title: "Is it reactive?", verdict: row.reactive ? "warn" : "none", label: row.reactive && badge("warn", "Reactive") },
        },
        (id) => id === row.deployment_id && el("button", { type: "button", class: "link break", on: { click: () => open(id, row.service) } }, id),
      ),
    row.marks.length > 0 && el("section", { class: "chapter" }, el("h5", {}, "Also known"), el("ul", {}, row.marks.map((mark) => el("li", {}, mark)))),
  );
}
