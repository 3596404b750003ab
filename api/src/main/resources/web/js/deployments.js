// Deployments: a row for each, and the story of one: what it shipped, whether it failed, and which rules say so.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { count, duration, known, sentence, UNKNOWN } from "./format.js";
import { changeLine } from "./changes.js";
import { incidentLine } from "./incidents.js";
import { badge, commit, moment, outward, rule, ruleSentence } from "./parts.js";

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
    failed: { label: "Failed only", keep: (row) => row.failed },
    recovered: { label: "Recovered in the period", parameters: { by: "recovered_at" }, keep: (row) => row.failed },
    rework: { label: "Rework only", keep: (row) => row.rework },
    attempts: { label: "Failed attempts", parameters: { status: "failed" } },
  },
  key: (row) => `${row.service} ${row.id}`,
  columns: [
    { label: "Finished", toggle: true, cell: (row) => moment(row.finished_at) },
    { label: "Service", cell: (row) => el("span", { class: "strong" }, row.service) },
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
    attempts: "No attempt to deploy failed in this period.",
  },
  load: (row) => ask(`deployments/${encodeURIComponent(row.id)}`, { service: row.service }),
  story,
};

function kind(row) {
  const [sign, label] = KINDS[row.kind] ?? KINDS.unknown;
  return el(
    "span",
    { class: `kind ${row.kind}` },
    el("span", { "aria-hidden": "true", class: "sign" }, sign),
    label,
    !row.counted && row.status === "succeeded" && el("span", { class: "muted" }, " · not counted"),
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
  if (row.rework_probable) return badge("none", "probable", "The last deployment that started while an incident was open. Not in the headline (W1).");
  return none("No");
}

function none(text = UNKNOWN) {
  return el("span", { class: "faint" }, text);
}

function between(from, to) {
  return duration((new Date(to) - new Date(from)) / 1000);
}

function story(row, open) {
  const shipped = row.changes_shipped ?? [];
  const linked = row.incidents_linked ?? [];
  return el(
    "div",
    { class: "story-body" },
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
    chapter(
      `Why is it ${article(row.kind)} deployment?`,
      el("p", {}, sentence(row.kind_reason) || "Nothing was recorded."),
      ruleSentence(row.counted ? "K1" : row.status === "failed" ? "S10" : "K2"),
      row.previous && el("p", {}, "Compared with ", reference(row.previous, row.service, open), "."),
    ),
    chapter(
      "What did it ship?",
      el("p", {}, known(row.changes) ? count(row.changes, "change") + ". " : "Unknown, which is not zero. ", sentence(row.shipping_reason)),
      shipped.length > 0 && el("ul", { class: "lines" }, shipped.map((change) => el("li", {}, changeLine(change)))),
    ),
    chapter(
      "Did it fail?",
      row.failed
        ? [
            el("p", {}, badge("bad", "Failed"), " ", sentence(row.failure_method), row.failure_confidence && el("span", { class: "muted" }, ` ${sentence(`${row.failure_confidence} confidence`)}`)),
            ruleSentence(row.failure_rule),
          ]
        : el("p", {}, "No rule says so: no incident, rollback, revert or hotfix is linked to it."),
      list("Because of", row.failure_evidence),
      list("Looked at and rejected", row.failure_rejected),
    ),
    (linked.length > 0 || row.incidents.length > 0) &&
      chapter(
        "Incidents",
        el("ul", { class: "lines" }, linked.length > 0 ? linked.map((incident) => el("li", {}, incidentLine(incident))) : row.incidents.map((id) => el("li", {}, el("code", {}, id)))),
      ),
    row.failed &&
      chapter(
        "When did it recover?",
        row.recovered_at
          ? el("p", {}, "Impact from ", moment(row.impact_started_at), " to ", moment(row.recovered_at), known(row.impact_started_at) && [": ", el("b", {}, between(row.impact_started_at, row.recovered_at))], row.recovery_method && `, ended by ${row.recovery_method}`, ".")
          : el("p", {}, badge("bad", "Still open"), " since ", moment(row.impact_started_at ?? row.finished_at), "."),
        ruleSentence(row.recovery_rule),
      ),
    chapter(
      "Is it rework?",
      row.rework
        ? [el("p", {}, badge("warn", "Rework"), " ", sentence(row.rework_reason)), ruleSentence(row.rework_rule)]
        : el("p", {}, row.rework_probable ? "Probably: it is the last that started while an incident was open. It is beside the headline, not in it." : "No: it was not made because of a failure in production."),
    ),
    row.marks.length > 0 && chapter("Also known", el("ul", {}, row.marks.map((mark) => el("li", {}, mark)))),
  );
}

function article(kind) {
  return kind === "unknown" ? "an unknown kind of" : `a ${kind}`;
}

function chapter(title, ...content) {
  return el("section", { class: "chapter" }, el("h5", {}, title), content);
}

function list(title, entries) {
  return entries?.length > 0 && [el("p", { class: "muted" }, `${title}:`), el("ul", {}, entries.map((entry) => el("li", { class: "break" }, entry)))];
}

function reference(previous, service, open) {
  return el(
    "button",
    { type: "button", class: "link", on: { click: () => open(previous.id, service) } },
    `${KINDS[previous.kind]?.[1].toLowerCase() ?? "deployment"} ${previous.sha?.slice(0, 8) ?? previous.version ?? previous.id}`,
  );
}
