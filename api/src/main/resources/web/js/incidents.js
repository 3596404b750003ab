// Incidents: what they are linked to, and those that no rule links to a deployment.

import { el } from "./dom.js";
import { duration, sentence, UNKNOWN } from "./format.js";
import { badge, moment, outward, rule, ruleSentence } from "./parts.js";

export const incidents = {
  path: "incidents",
  label: "Incidents",
  noun: "incident",
  choices: {
    "": { label: "All" },
    unlinked: { label: "Linked to no deployment", keep: (row) => !row.deployment_id },
  },
  key: (row) => `${row.service} ${row.id}`,
  columns: [
    { label: "Started", toggle: true, cell: (row) => moment(row.started_at ?? row.detected_at) },
    { label: "Incident", cell: name, wide: true },
    { label: "Service", cell: (row) => row.service },
    { label: "Severity", cell: (row) => row.severity ?? el("span", { class: "faint" }, UNKNOWN) },
    { label: "Lasted", number: true, cell: lasted },
    { label: "Linked to", cell: linked, wide: true },
  ],
  empty: {
    "": "No incident started in this period.",
    unlinked: "Every incident of this period is linked to a deployment.",
  },
  load: async (row) => row,
  story,
};

/** An incident in one line, for the story of the deployment that it is linked to. */
export function incidentLine(row) {
  return [
    el("span", { class: "line-main" }, name(row), row.severity && el("span", { class: "muted" }, ` · ${row.severity}`)),
    el("span", { class: "line-side" }, moment(row.started_at), " · ", lasted(row), " ", rule(row.link_rule)),
  ];
}

function name(row) {
  return el("span", { class: "break" }, outward(row.url, row.title ?? row.id), row.title && el("span", { class: "muted" }, ` ${row.id}`));
}

function lasted(row) {
  if (!row.resolved_at) return badge("bad", "open");
  const start = row.started_at ?? row.detected_at;
  return start ? duration((new Date(row.resolved_at) - new Date(start)) / 1000) : UNKNOWN;
}

function linked(row) {
  if (!row.deployment_id) return badge("warn", "no deployment");
  return [rule(row.link_rule), row.link_method && el("span", { class: "method" }, row.link_method)];
}

function story(row, open) {
  const times = [
    ["Impact", row.started_at],
    ["Detected", row.detected_at],
    ["Acknowledged", row.acknowledged_at],
    ["Resolved", row.resolved_at],
  ];
  return el(
    "div",
    { class: "story-body" },
    el("header", {}, el("h4", { class: "break" }, row.title ?? row.id), el("p", { class: "facts" }, outward(row.url, el("code", { class: "break" }, row.id)))),
    el(
      "section",
      { class: "chapter" },
      el("h5", {}, "When?"),
      el("dl", { class: "times" }, times.map(([label, instant]) => [el("dt", {}, label), el("dd", {}, moment(instant))])),
    ),
    el(
      "section",
      { class: "chapter" },
      el("h5", {}, "Which deployment caused it?"),
      row.deployment_id
        ? [
            el("p", {}, el("button", { type: "button", class: "link break", on: { click: () => open(row.deployment_id, row.service) } }, row.deployment_id)),
            el("p", {}, sentence(row.link_method), row.link_confidence && el("span", { class: "muted" }, ` ${sentence(`${row.link_confidence} confidence`)}`)),
            ruleSentence(row.link_rule),
          ]
        : el("p", {}, "None that a rule could name: it is in no change fail rate. Name the deployment, commit or version in the incident to link it (F2)."),
      row.link_rejected.length > 0 && [el("p", { class: "muted" }, "Looked at and rejected:"), el("ul", {}, row.link_rejected.map((reason) => el("li", { class: "break" }, reason)))],
    ),
    row.marks.length > 0 && el("section", { class: "chapter" }, el("h5", {}, "Also known"), el("ul", {}, row.marks.map((mark) => el("li", {}, mark)))),
  );
}
