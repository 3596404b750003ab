// What is known of services, teams and repositories, where it comes from, and what is missing.

import { address } from "./api.js";
import { byId, el, put, redraw } from "./dom.js";
import { csvLink } from "./files.js";
import { count, date, known, number, percent } from "./format.js";
import { moment, outward, serviceLink, viewLink } from "./parts.js";

const PAGE = 50;
const MISSING = { catalog_entry: "catalog entry", owner: "owner", repository: "repository", deployment: "deployment" };

/** What may be looked for: the name in the address, its words, and which services it has. */
const CHOICES = [
  ["", "All", () => true],
  ["missing", "Something is missing", ({ missing }) => missing.length > 0],
  ["catalog_entry", "Not in the catalog", ({ missing }) => missing.includes("catalog_entry")],
  ["owner", "No owner", ({ missing }) => missing.includes("owner")],
  ["repository", "No repository", ({ missing }) => missing.includes("repository")],
  ["deployment", "Never deployed", ({ missing }) => missing.includes("deployment")],
  ["golden_path", "On a golden path", ({ golden_path: path }) => path !== null],
];

let shown = PAGE;
let asked = "";

/**
 * Draws the view.
 *
 * @param services items of /services
 * @param question their parameters
 * @param state choices of the page: team, service, and `catalog`, one of CHOICES
 * @param choose called with changes of these
 */
export function drawCatalog(services, question, state, choose) {
  const wanted = services.filter(({ id, team }) => (!state.team || team === state.team) && (!state.service || id === state.service));
  const choice = CHOICES.find(([name]) => name === state.catalog) ?? CHOICES[0];
  const rows = wanted.filter(choice[2]);
  const key = JSON.stringify([state.team, state.service, choice[0]]);
  if (key !== asked) shown = PAGE;
  asked = key;
  put(byId("catalog-downloads"), csvLink(address("services", { ...question, team: state.team, service: state.service, limit: 1000, format: "csv" }), "services", "services"));
  redraw(byId("catalog-facts"), facts(wanted));
  redraw(byId("catalog-only"), CHOICES.map(([name, label, test]) => chip(name, label, wanted.filter(test).length, choice[0], choose)));
  const more = () => {
    shown += PAGE;
    drawCatalog(services, question, state, choose);
  };
  redraw(byId("catalog-services"), rows.length === 0 ? el("p", { class: "empty" }, empty(services, wanted, choice)) : [serviceTable(rows.slice(0, shown)), foot(rows, more)]);
  redraw(byId("catalog-teams"), teams(wanted));
}

function facts(services) {
  const of = (name) => services.filter(CHOICES.find(([choice]) => choice === name)[2]).length;
  const owners = new Set(services.map(({ team }) => team).filter(known));
  const repositories = new Set(services.map(({ repository }) => repository).filter(known));
  const pairs = [
    ["Services", number(services.length)],
    ["In the catalog", share(services.length - of("catalog_entry"), services.length)],
    ["With an owner", share(services.length - of("owner"), services.length)],
    ["Teams", number(owners.size)],
    ["Repositories", number(repositories.size)],
    ["On a golden path", share(of("golden_path"), services.length)],
  ];
  return el("dl", { class: "service-facts" }, pairs.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value))));
}

function share(part, all) {
  return all === 0 ? "–" : `${number(part)} (${percent(part / all)})`;
}

function chip(name, label, found, chosen, choose) {
  return el("button", { type: "button", class: "chip", "data-key": `catalog-${name}`, "aria-pressed": String(name === chosen), on: { click: () => choose({ catalog: name }) } }, `${label} (${number(found)})`);
}

function empty(services, wanted, [name, label]) {
  if (services.length === 0) return "No service is known yet. Apply catalog files with ./dorado catalog apply, or send deliveries: a service is known as soon as one names it.";
  if (wanted.length === 0) return "No service is known for this choice of team and service.";
  return name === "missing" ? "Nothing is missing." : `None: ${label.toLowerCase()}.`;
}

const COLUMNS = [
  ["Service", ({ id, title }) => [el("span", { class: "strong break" }, serviceLink(id)), title && title.toLowerCase() !== id.toLowerCase() && el("span", { class: "muted small break" }, ` ${title}`)]],
  ["Team", ({ team }) => team && viewLink("numbers", { team, service: "" }, team)],
  ["Repository", ({ repository, repository_known_by: by }) => repository && [el("span", { class: "break" }, outward(`https://${repository}`, repository)), by === "deliveries" && el("span", { class: "muted small" }, " from deliveries")]],
  ["Golden path", ({ golden_path: path, golden_path_since: since }) => path && [path, since && el("span", { class: "muted small" }, ` since ${date(since)}`)]],
  ["Tier", ({ tier }) => tier],
  ["Last deployment", ({ last_deployment_at: last }) => last && moment(last, date(last))],
  ["Known from", ({ known_by: by }) => by.join(" and ")],
  ["Missing", ({ missing }) => missing.length > 0 && el("span", { class: "warn-text" }, missing.map((name) => MISSING[name]).join(", "))],
];

function serviceTable(rows) {
  return el(
    "table",
    { class: "rows catalog-services", role: "table" },
    el("caption", { class: "visually-hidden" }, "Services"),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, COLUMNS.map(([label]) => el("th", { scope: "col", role: "columnheader" }, label)))),
    el(
      "tbody",
      { role: "rowgroup" },
      rows.map((row) => el("tr", { role: "row", class: "row", "data-id": row.id }, COLUMNS.map(([label, value]) => el("td", { role: "cell", "data-label": label }, el("div", {}, value(row) || el("span", { class: "faint" }, "–")))))),
    ),
  );
}

function foot(rows, more) {
  return el(
    "p",
    { class: "rows-foot" },
    rows.length > shown && el("button", { type: "button", "data-key": "catalog-more", on: { click: more } }, "Show more"),
    el("span", { class: "muted" }, ` ${number(Math.min(shown, rows.length))} of ${count(rows.length, "service")} shown`),
  );
}

/** Teams by name; what has no owner comes last. */
function teams(services) {
  const byTeam = new Map();
  for (const service of services) byTeam.set(service.team, [...(byTeam.get(service.team) ?? []), service]);
  const names = [...byTeam.keys()].sort((a, b) => (a === null) - (b === null) || String(a).localeCompare(String(b), "en"));
  if (names.length === 0) return el("p", { class: "empty" }, "No team is known. Owners come from the catalog.");
  return el(
    "table",
    { class: "plain" },
    el("caption", { class: "visually-hidden" }, "Teams"),
    el("thead", {}, el("tr", {}, ["Team", "Services", "Repositories", "On a golden path", "Something missing"].map((head) => el("th", { scope: "col" }, head)))),
    el(
      "tbody",
      {},
      names.map((name) => {
        const own = byTeam.get(name);
        const repositories = new Set(own.map(({ repository }) => repository).filter(known));
        return el(
          "tr",
          {},
          el("th", { scope: "row", class: "break" }, name === null ? "No owner" : viewLink("catalog", { team: name, service: "" }, name)),
          [own.length, repositories.size, own.filter(({ golden_path: path }) => path !== null).length, own.filter(({ missing }) => missing.length > 0).length].map((value) => el("td", {}, number(value))),
        );
      }),
    ),
  );
}
