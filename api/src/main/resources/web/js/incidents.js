// Incidents: what they are linked to, and those that no rule links to a deployment.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { duration, known, UNKNOWN } from "./format.js";
import { badge, moment, outward, rule, serviceLink } from "./parts.js";
import { storyLine } from "./story.js";

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
    { label: "Started", toggle: true, cell: started },
    { label: "Incident", cell: name, wide: true },
    { label: "Service", cell: (row) => serviceLink(row.service) },
    { label: "Severity", cell: (row) => row.severity ?? el("span", { class: "faint" }, UNKNOWN) },
    { label: "Lasted", number: true, cell: lasted },
    { label: "Linked to", cell: linked, wide: true },
  ],
  empty: {
    "": "No incident started in this period.",
    unlinked: "Every incident of this period is linked to a deployment.",
  },
  load: (row) => ask(`incidents/${encodeURIComponent(row.id)}`, { service: row.service }),
  story,
};

/** An incident in one line, for the story of the deployment that it is linked to. */
export function incidentLine(row) {
  return [
    el("span", { class: "line-main" }, name(row), row.severity && el("span", { class: "muted" }, ` · ${row.severity}`)),
    el("span", { class: "line-side" }, started(row), " · ", lasted(row), " ", rule(row.link_rule)),
  ];
}

function name(row) {
  return el("span", { class: "break" }, outward(row.url, row.title ?? row.id), row.title && el("span", { class: "muted" }, ` ${row.id}`));
}

function started(row) {
  return row.started_at ? moment(row.started_at) : el("span", { class: "unknown", title: "Only its end was heard (E7)" }, "start unknown");
}

/** How long its impact lasted; unknown, and never zero, if its start is not known or lies after its end. */
function lasted(row) {
  if (!row.resolved_at) return badge("bad", "open");
  const seconds = row.started_at ? (new Date(row.resolved_at) - new Date(row.started_at)) / 1000 : null;
  return known(seconds) && seconds >= 0 ? duration(seconds) : el("span", { class: "unknown" }, UNKNOWN);
}

function linked(row) {
  if (!row.deployment_id) return badge("warn", "no deployment");
  return [rule(row.link_rule), row.link_method && el("span", { class: "method" }, row.link_method)];
}

function story(row, open) {
  return el(
    "div",
    { class: "story-body told" },
    el("header", {}, el("h4", { class: "break" }, row.title ?? row.id), el("p", { class: "facts" }, outward(row.url, el("code", { class: "break" }, row.id)))),
    storyLine(
      row.story,
      {
        impact: { title: "When did it begin?", verdict: "bad" },
        link: {
          title: "Which deployment caused it?",
          verdict: row.deployment_id ? "bad" : "warn",
          label: !row.deployment_id && badge("warn", "No deployment"),
          more: !row.deployment_id && el("p", { class: "note" }, "Name the deployment, commit or version in the incident to link it (F2), or correct it by hand."),
        },
        resolution: { title: "When did it end?", verdict: row.resolved_at ? "good" : "bad", label: row.resolved_at ? badge("good", row.start_unknown ? "Resolved" : lasted(row)) : badge("bad", "Still open") },
        corrections: { title: "Corrected by a person", verdict: "person" },
      },
      (id) => id === row.deployment_id && el("button", { type: "button", class: "link break", on: { click: () => open(id, row.service) } }, id),
    ),
    row.deployment_id &&
      el("p", {}, el("button", { type: "button", class: "link break", on: { click: () => open(row.deployment_id, row.service) } }, "Open the deployment that it is linked to")),
    row.marks.length > 0 && el("section", { class: "chapter" }, el("h5", {}, "Also known"), el("ul", {}, row.marks.map((mark) => el("li", {}, mark)))),
  );
}
