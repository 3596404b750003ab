// Deployments: a row for each, and the story of one: what it shipped, whether it failed, and which rules say so.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { duration, known, UNKNOWN } from "./format.js";
import { changeLine } from "./changes.js";
import { correctionForm, revocationForm } from "./corrections.js";
import { incidentLine } from "./incidents.js";
import { badge, commit, moment, outward, rule, serviceLink } from "./parts.js";
import { shortRepository } from "./repositories.js";
import { storyLine } from "./story.js";

const KINDS = {
  forward: ["→", "Forward"],
  rollback: ["↶", "Rollback"],
  redeploy: ["↻", "Redeploy"],
  unknown: ["?", "Unknown"],
};

export const deployments = {
  path: "deployments",
  label: "Deployments",
  noun: "deployment",
  choices: {
    "": { label: "All" },
    failed: { label: "Failed only", parameters: { failed: "true" } },
    recovered: { label: "Recovered in the period", parameters: { by: "recovered_at", failed: "true" } },
    rework: { label: "Rework only", parameters: { rework: "true" } },
    rollbacks: { label: "Rollbacks", parameters: { kind: "rollback" } },
    attempts: { label: "Failed attempts", parameters: { status: "failed" } },
  },
  key: (row) => `${row.service} ${row.id}`,
  columns: [
    { label: "Finished", toggle: true, cell: (row) => moment(row.finished_at) },
    { label: "Service", cell: service },
    { label: "Kind", cell: kind },
    { label: "Commit", cell: (row) => (row.sha ? commit(row.sha) : row.version ? el("code", {}, row.version) : commit(null)) },
    { label: "Changes", number: true, cell: (row) => (known(row.changes) ? String(row.changes) : badge("none", "unknown", row.shipping_reason)) },
    { label: "Failed", cell: failure, wide: true },
    { label: "Incidents", number: true, cell: (row) => (row.incidents.length ? String(row.incidents.length) : none()) },
    { label: "Recovered", cell: recovered },
    { label: "Rework", cell: rework, wide: true },
  ],
  empty: {
    "": "No deployment finished in this period.",
    failed: "No deployment of this period failed.",
    recovered: "No failed deployment recovered in this period.",
    rework: "No deployment of this period is rework.",
    rollbacks: "No deployment of this period is a rollback.",
    attempts: "No attempt to deploy failed in this period.",
  },
  load: (row) => ask(`deployments/${encodeURIComponent(row.id)}`, { service: row.service }),
  story,
};

/** The service; with the repository where deployments of several are listed. */
function service(row, severalRepositories) {
  return [
    el("span", { class: "strong" }, serviceLink(row.service)),
    severalRepositories.has(row.service) && row.repository && el("span", { class: "method break", title: row.repository }, shortRepository(row.repository)),
  ];
}

function kind(row) {
  const [sign, label] = KINDS[row.kind] ?? KINDS.unknown;
  return el(
    "span",
    { class: `kind ${row.kind}` },
    el("span", { "aria-hidden": "true", class: "sign" }, sign),
    label,
    !row.counted && !row.excluded && row.status === "succeeded" && el("span", { class: "muted" }, " · not counted"),
    row.excluded && [" ", badge("none", "excluded", row.excluded_reason)],
    row.status === "failed" && [" ", badge("bad", "attempt failed")],
  );
}

function failure(row) {
  if (!row.failed) return none("No");
  return [badge("bad", "Failed"), " ", rule(row.failure_rule), row.failure_method && el("span", { class: "method" }, row.failure_method)];
}

function recovered(row) {
  if (!row.failed) return none();
  if (!row.recovered_at) return badge("bad", "open");
  return el("span", {}, moment(row.recovered_at), known(row.impact_started_at) && el("span", { class: "method" }, `after ${between(row.impact_started_at, row.recovered_at)}`));
}

function rework(row) {
  if (row.rework) return [badge("warn", "Rework"), " ", rule(row.rework_rule), row.rework_reason && el("span", { class: "method" }, row.rework_reason)];
  if (row.rework_probable) return badge("none", "probable", "The last deployment that started while an incident was open; not in the headline (W1).");
  return none("No");
}

function none(text = UNKNOWN) {
  return el("span", { class: "faint" }, text);
}

function between(from, to) {
  return duration((new Date(to) - new Date(from)) / 1000);
}

function story(row, open, refresh) {
  const shipped = row.changes_shipped ?? [];
  const linked = row.incidents_linked ?? [];
  const referenced = new Map(row.previous ? [[row.previous.id, row.previous]] : []);
  return el(
    "div",
    { class: "story-body told" },
    el(
      "header",
      {},
      el("h4", {}, `${row.service} · ${row.environments.join(", ") || row.environment}`),
      el(
        "p",
        { class: "facts" },
        outward(row.url, el("code", { class: "break" }, row.id)),
        row.repository && el("span", {}, row.repository),
        row.ref && el("span", {}, `ref ${row.ref}`),
        row.version && el("span", {}, `version ${row.version}`),
        row.sha && el("code", { class: "break" }, row.sha),
        row.started_at && el("span", {}, "started ", moment(row.started_at), row.finished_at && `, took ${between(row.started_at, row.finished_at)}`),
      ),
    ),
    storyLine(row.story, chapters(row, shipped, linked, refresh), (id) => referenced.has(id) && reference(referenced.get(id), row.service, open)),
    correctionForm(row, deployments.key(row), refresh),
    row.marks.length > 0 && chapter("Also known", el("ul", {}, row.marks.map((mark) => el("li", {}, mark)))),
  );
}

function chapters(row, shipped, linked, refresh) {
  const corrections = new Map(row.corrections_made.map((correction) => [correction.id, correction]));
  return {
    shipping: {
      title: "What did it ship?",
      more: shipped.length > 0 && el("ul", { class: "lines" }, shipped.map((change) => el("li", {}, changeLine(change)))),
      known: [...shipped.map((change) => change.id), row.sha],
    },
    kind: { title: "What was it?", verdict: row.kind === "rollback" ? "warn" : "none" },
    failure: {
      title: "Did it fail?",
      verdict: row.failed ? "bad" : row.counted ? "good" : "none",
      label: row.failed && badge("bad", "Failed"),
      more: linked.length > 0 && el("ul", { class: "lines" }, linked.map((incident) => el("li", {}, incidentLine(incident)))),
    },
    recovery: {
      title: "When did it recover?",
      verdict: row.recovered_at ? "good" : "bad",
      label: row.recovered_at ? badge("good", known(row.impact_started_at) ? between(row.impact_started_at, row.recovered_at) : "Recovered") : badge("bad", "Still open"),
    },
    rework: { title: "Is it rework?", verdict: row.rework ? "warn" : "none", label: row.rework ? badge("warn", "Rework") : row.rework_probable && badge("none", "Probable") },
    corrections: (step) => ({ title: "Corrected by a person", verdict: "person", more: step.evidence.map((id) => corrections.has(id) && revocationForm(corrections.get(id), deployments.key(row), refresh)) }),
  };
}

function chapter(title, ...content) {
  return el("section", { class: "chapter" }, el("h5", {}, title), content);
}

function reference(previous, service, open) {
  return el(
    "button",
    { type: "button", class: "link", on: { click: () => open(previous.id, service) } },
    `${KINDS[previous.kind]?.[1].toLowerCase() ?? "deployment"} ${previous.sha?.slice(0, 8) ?? previous.version ?? previous.id}`,
  );
}
