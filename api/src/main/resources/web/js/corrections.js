// Corrections: what a person knows better than the rules, and how a correction is undone.

import { hasAdminToken, keepAdminToken, Problem, send } from "./api.js";
import { el, put } from "./dom.js";
import { sentence } from "./format.js";

const AUTHOR = "dorado.author";

/** The corrections that a deployment can get: label and body. */
const CHOICES = [
  ["It was unplanned (rework)", { action: "mark", as: "unplanned" }],
  ["It was planned (no rework)", { action: "mark", as: "planned" }],
  ["It failed", { action: "mark", as: "failed" }],
  ["It did not fail", { action: "mark", as: "not-failed" }],
  ["An incident was caused by it", { action: "link" }],
  ["An incident was not caused by it", { action: "unlink" }],
  ["It does not count (exclude it)", { action: "exclude" }],
];

// What is typed and not yet sent, by the key of its form: it survives whatever happens to the page around it.
const drafts = new Map();

/** Whether a form about a row is open, so that the row's story must not be drawn anew. */
export function isBeingCorrected(rowKey) {
  return [...drafts.values()].some((draft) => draft.rowKey === rowKey && draft.open);
}

/**
 * A form to correct what the rules decided about a deployment.
 *
 * @param row the deployment
 * @param rowKey the row's key in the list
 * @param done called once a correction was saved
 */
export function correctionForm(row, rowKey, done) {
  const key = `correct-${row.service}-${row.id}`;
  const fields = () => {
    const list = `incidents-${encodeURIComponent(key)}`;
    const incident = el("input", { name: "incident", list, autocomplete: "off", required: true });
    const ofIncident = el("label", {}, "Incident ID ", incident);
    const choice = el("select", { name: "choice" }, CHOICES.map(([label], i) => el("option", { value: i }, label)));
    const showIncident = () => {
      const isAbout = ["link", "unlink"].includes(CHOICES[choice.value][1].action);
      ofIncident.hidden = !isAbout;
      incident.disabled = !isAbout;
    };
    choice.addEventListener("change", showIncident);
    return {
      nodes: [el("label", {}, "What is right ", choice), ofIncident, el("datalist", { id: list }, row.incidents.map((id) => el("option", { value: id })))],
      restored: showIncident,
      body: () => ({
        ...CHOICES[choice.value][1],
        service: row.service,
        deployment: row.id,
        ...(incident.disabled ? {} : { incident: incident.value.trim() }),
      }),
    };
  };
  return formInDetails({ key, rowKey, title: "Correct it", verb: "Correct", fields }, done);
}

/** A form to undo a correction; null if there is nothing to undo. */
export function revocationForm(correction, rowKey, done) {
  if (!["in force", "ineffective"].includes(correction.effect) || correction.action === "revoke") return null;
  const body = () => ({ action: "revoke", service: correction.service, correction: correction.id });
  const fields = () => ({ nodes: [], restored: () => {}, body });
  return formInDetails({ key: `revoke-${correction.id}`, rowKey, title: "Undo", verb: "Undo", fields }, done);
}

/** A form that unfolds; what was typed into one with the same key before stands in it again. */
function formInDetails({ key, rowKey, title, verb, fields }, done) {
  const details = el("details", { class: "correct", "data-key": key, open: drafts.get(key)?.open }, el("summary", {}, title));
  const saved = () => {
    details.open = false;
    done();
  };
  const begin = () => {
    // A retry after a failure must be the same correction, a form that was opened anew another one.
    const draft = drafts.get(key) ?? { rowKey, open: details.open, values: {}, idempotencyKey: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
    drafts.set(key, draft);
    details.querySelector("form")?.remove();
    details.append(form(key, draft, fields(), verb, saved));
  };
  details.addEventListener("toggle", () => {
    const draft = drafts.get(key);
    if (draft) draft.open = details.open;
    else if (details.open) begin();
  });
  if (drafts.has(key)) begin();
  return details;
}

function form(key, draft, { nodes, restored, body }, verb, saved) {
  const named = (name) => `${key}-${name}`;
  const reason = el("input", { name: "reason", "data-key": named("reason"), required: true, maxlength: "4000", autocomplete: "off", placeholder: "for those who ask later" });
  const author = el("input", { name: "author", maxlength: "200", autocomplete: "name", value: sessionStorage.getItem(AUTHOR) ?? "" });
  const token = el("input", { type: "password", autocomplete: "off" });
  const ofToken = el("label", { hidden: true }, "Admin token ", token);
  const status = el("p", { class: "said", role: "status" });
  const button = el("button", { type: "submit", class: "main-action" }, verb);
  const submit = async (event) => {
    event.preventDefault();
    if (token.value) keepAdminToken(token.value.trim());
    sessionStorage.setItem(AUTHOR, author.value.trim());
    button.disabled = true;
    try {
      await send("corrections", { ...body(), reason: reason.value.trim(), ...(author.value.trim() ? { author: author.value.trim() } : {}) }, draft.idempotencyKey);
      drafts.delete(key);
      put(status, "Saved; the result appears shortly.");
      setTimeout(saved, 1500);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      button.disabled = false;
      ofToken.hidden = problem.status !== 401 && !hasAdminToken();
      put(status, el("span", { class: "bad-text" }, hint(problem)));
    }
  };
  const remember = ({ target }) => {
    if (target.name) draft.values[target.name] = target.value;
  };
  const made = el(
    "form",
    { class: "correction-form", on: { submit, input: remember, change: remember, click: (event) => event.stopPropagation() } },
    nodes,
    el("label", {}, "Why ", reason),
    el("label", {}, "Your name ", author),
    ofToken,
    button,
    status,
  );
  for (const [name, value] of Object.entries(draft.values)) made.elements[name].value = value;
  restored();
  return made;
}

function hint(problem) {
  if (problem.status === 404 || problem.status === 405) return "This address only reads: post the correction to ingest (POST /api/v1/corrections).";
  return `${problem.title}: ${sentence(problem.detail)}`;
}
