// Corrections: what a person knows better than the rules, and how it is taken back.

import { hasAdminToken, keepAdminToken, Problem, send } from "./api.js";
import { el, put } from "./dom.js";
import { sentence } from "./format.js";

const AUTHOR = "dorado.author";

/** What can be said of a deployment: the body that it makes, and whether it is about an incident. */
const CHOICES = [
  ["It was unplanned (rework)", { action: "mark", as: "unplanned" }],
  ["It was planned (no rework)", { action: "mark", as: "planned" }],
  ["It failed", { action: "mark", as: "failed" }],
  ["It did not fail", { action: "mark", as: "not-failed" }],
  ["An incident was caused by it", { action: "link" }],
  ["An incident was not caused by it", { action: "unlink" }],
  ["It does not count (exclude it)", { action: "exclude" }],
];

/**
 * A form to correct what the rules say of a deployment.
 *
 * @param row the deployment
 * @param done called once a correction was taken
 */
export function correctionForm(row, done) {
  const incident = el("input", { name: "incident", list: "incidents-of-it", autocomplete: "off", required: true });
  const ofIncident = el("label", { hidden: true }, "Id of the incident ", incident, el("datalist", { id: "incidents-of-it" }, row.incidents.map((id) => el("option", { value: id }))));
  const choice = el("select", { name: "choice" }, CHOICES.map(([label], i) => el("option", { value: i }, label)));
  const showIncident = () => {
    const isAbout = ["link", "unlink"].includes(CHOICES[choice.value][1].action);
    ofIncident.hidden = !isAbout;
    incident.disabled = !isAbout;
  };
  choice.addEventListener("change", showIncident);
  showIncident();
  const body = () => ({
    ...CHOICES[choice.value][1],
    service: row.service,
    deployment: row.id,
    ...(incident.disabled ? {} : { incident: incident.value.trim() }),
  });
  return el("details", { class: "correct", "data-key": `correct-${row.service}-${row.id}` }, el("summary", {}, "Correct it"), form(body, [el("label", {}, "What is right ", choice), ofIncident], "Correct", done));
}

/** A form to take a correction back; null of one that is not in force. */
export function revocationForm(correction, done) {
  if (!["in force", "ineffective"].includes(correction.effect) || correction.action === "revoke") return null;
  const body = () => ({ action: "revoke", service: correction.service, correction: correction.id });
  return el("details", { class: "correct", "data-key": `revoke-${correction.id}` }, el("summary", {}, "Take it back"), form(body, [], "Take it back", done));
}

function form(body, fields, verb, done) {
  const reason = el("input", { name: "reason", required: true, maxlength: "4000", autocomplete: "off", placeholder: "for those who ask later" });
  const author = el("input", { name: "author", maxlength: "200", autocomplete: "name", value: sessionStorage.getItem(AUTHOR) ?? "" });
  const token = el("input", { name: "token", type: "password", autocomplete: "off" });
  const ofToken = el("label", { hidden: true }, "Admin token ", token);
  const said = el("p", { class: "said", role: "status" });
  const button = el("button", { type: "submit", class: "main-action" }, verb);
  // Posting once more after a failure is the same correction; a new one is made by opening the form anew.
  const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  const submit = async (event) => {
    event.preventDefault();
    if (token.value) keepAdminToken(token.value.trim());
    sessionStorage.setItem(AUTHOR, author.value.trim());
    button.disabled = true;
    try {
      await send("corrections", { ...body(), reason: reason.value.trim(), ...(author.value.trim() ? { author: author.value.trim() } : {}) }, key);
      put(said, "Taken. What becomes of it shows here in a moment.");
      setTimeout(done, 1500);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      button.disabled = false;
      ofToken.hidden = problem.status !== 401 && !hasAdminToken();
      put(said, el("span", { class: "bad-text" }, hint(problem)));
    }
  };
  return el("form", { class: "correction-form", on: { submit, click: (event) => event.stopPropagation() } }, fields, el("label", {}, "Why ", reason), el("label", {}, "Your name ", author), ofToken, button, said);
}

function hint(problem) {
  if (problem.status === 404 || problem.status === 405) return "This address only reads: post the correction to ingest (POST /api/v1/corrections).";
  return `${problem.title}: ${sentence(problem.detail)}`;
}
