// One service: who owns it, where its lead time goes, its latest incidents, and what the catalog has said of it.

import { byId, el, redraw } from "./dom.js";
import { count, date, duration, known, sentence } from "./format.js";
import { incidentLine } from "./incidents.js";
import { moment, outward, problemBox, stagesBar, viewLink } from "./parts.js";

/** How many incidents are listed. */
export const LATEST_INCIDENTS = 5;

const EPOCH = "1970-01-01";

/** Asks to choose a service. */
export function drawNoService() {
  byId("service-title").textContent = "Service";
  const find = () => byId("filters").elements.service.click();
  redraw(
    byId("service-head"),
    el(
      "div",
      { class: "empty" },
      el("p", {}, "No service is chosen. Type a part of its name, or the name of its team."),
      el("p", { class: "actions" }, el("button", { type: "button", "data-key": "find-service", on: { click: () => { byId("filters").classList.add("open"); byId("filters").elements.service.focus(); find(); } } }, "Find a service")),
    ),
  );
}

/** Shows which service is awaited. */
export function drawAwaitedService(id) {
  byId("service-title").textContent = id;
  for (const part of ["head", "stages", "incidents", "catalog"]) redraw(byId(`service-${part}`), el("p", { class: "skeleton wide" }));
}

/** Says that nobody knows the service. */
export function drawUnknownService(id) {
  byId("service-title").textContent = id;
  redraw(byId("service-head"), problemBox({ title: `The service '${id}' is unknown`, detail: "Neither the catalog nor a delivery names it. Check its name, or choose another service" }));
}

/**
 * Draws the service.
 *
 * @param service answer of /services/{id}
 * @param incidents its latest incidents of the period
 * @param leadTime its lead time in /summary, or null while it is awaited
 */
export function drawService(service, incidents, leadTime) {
  byId("service-title").textContent = service.id;
  redraw(byId("service-head"), head(service));
  redraw(byId("service-stages"), stages(leadTime));
  redraw(byId("service-incidents"), latest(service, incidents));
  redraw(byId("service-catalog"), history(service));
}

function head(service) {
  const { id, title, description, team, system, tier, lifecycle, repository } = service;
  const { last_deployment_at: last, last_deployment_id: deployment } = service;
  const about = [title?.toLowerCase() !== id.toLowerCase() && title, description].filter(Boolean);
  const facts = [
    ["Team", team && viewLink("numbers", { team, service: "" }, team)],
    ["System", system],
    ["Tier", tier],
    ["Lifecycle", lifecycle],
    ["Repository", repository && outward(`https://${repository}`, repository)],
    ["Golden path", goldenPath(service)],
    ["Deployments in the period", count(service.deployments, "deployment")],
    ["Last deployment", last && viewLink("service", { service: id, rows: "deployments", deployment: `${encodeURIComponent(id)} ${deployment}` }, moment(last))],
  ];
  return [
    about.length > 0 && el("p", { class: "lead break" }, about.map(sentence).join(" ")),
    el("dl", { class: "service-facts" }, facts.filter(([, value]) => value).map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", { class: "break" }, value)))),
    !service.in_catalog && el("p", { class: "callout" }, "The catalog has no entry for this service, so it has no owner. Add one with ./dorado catalog apply."),
  ];
}

function goldenPath({ golden_path: path, golden_path_since: since }) {
  return path && (since ? `${path} since ${date(since)}` : path);
}

function stages(leadTime) {
  if (!leadTime) return el("p", { class: "skeleton wide" });
  const bar = stagesBar(leadTime.stages, { legend: true });
  if (!bar) return el("p", { class: "empty" }, "No change with known stages was shipped in this period. Stages need the repository's pull requests and reviews.");
  return [
    bar,
    el("p", { class: "note" }, `Median of each stage, of ${count(leadTime.n, "change")} with a lead time. A change need not have every stage, so the stages need not add up to the median lead time${known(leadTime.value) ? ` of ${duration(leadTime.value)}` : ""}.`),
  ];
}

function latest(service, incidents) {
  if (incidents.length === 0) return el("p", { class: "empty" }, "No incident of this service started in this period.");
  return [
    el(
      "ul",
      { class: "lines" },
      incidents.map((incident) =>
        el(
          "li",
          {},
          incidentLine(incident),
          incident.deployment_id
            ? viewLink("service", { service: service.id, rows: "deployments", deployment: `${encodeURIComponent(service.id)} ${incident.deployment_id}` }, "The deployment that caused it")
            : el("span", { class: "muted" }, "Linked to no deployment"),
        ),
      ),
    ),
    el("p", { class: "rows-foot" }, viewLink("service", { service: service.id, rows: "incidents" }, "All incidents of the period, with their stories")),
  ];
}

const COLUMNS = [
  ["Team", ({ team }) => team],
  ["Tier", ({ tier }) => tier],
  ["System", ({ system }) => system],
  ["Repository", ({ repository }) => repository],
  ["Golden path", goldenPath],
];

/** What the catalog said, the newest first; what an entry changed stands out. */
function history({ catalog }) {
  if (catalog.length === 0) return el("p", { class: "empty" }, "The catalog has never had an entry for this service.");
  return el(
    "table",
    { class: "rows catalog-history", role: "table" },
    el("caption", { class: "visually-hidden" }, "Entries of the catalog, the newest first"),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ["From", ...COLUMNS.map(([label]) => label)].map((label) => el("th", { scope: "col", role: "columnheader" }, label)))),
    el(
      "tbody",
      { role: "rowgroup" },
      catalog.map((entry, i) => entryRow(entry, catalog[i - 1])).reverse(),
    ),
  );
}

function entryRow(entry, before) {
  const from = entry.valid_from.startsWith(EPOCH) ? "The beginning" : moment(entry.valid_from);
  if (entry.removed) return el("tr", { role: "row", class: "row" }, el("td", { role: "cell" }, el("div", {}, from)), el("td", { role: "cell", class: "wide", colspan: COLUMNS.length }, el("div", {}, el("b", {}, "Removed from the catalog"))));
  return el(
    "tr",
    { role: "row", class: "row" },
    el("td", { role: "cell", "data-label": "From" }, el("div", {}, from)),
    COLUMNS.map(([label, value]) => {
      const text = value(entry);
      const isChanged = before && !before.removed && value(before) !== text;
      const shown = text ?? (isChanged ? "none" : el("span", { class: "faint" }, "–"));
      return el("td", { role: "cell", "data-label": label }, el("div", { class: "break" }, isChanged ? el("b", {}, shown, el("span", { class: "visually-hidden" }, " (changed)")) : shown));
    }),
  );
}
