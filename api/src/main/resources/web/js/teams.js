// Teams, or the services of one: a table of each by metric, what got worse first.

import { address } from "./api.js";
import { byId, el, put, redraw } from "./dom.js";
import { csvLink } from "./files.js";
import { count, known, number, periodText, sentence } from "./format.js";
import { METRICS } from "./metrics.js";
import { viewLink } from "./parts.js";
import { sparkLine, tierBadge, trendLine } from "./tiles.js";

const PAGE = 50;
const COLUMNS = Object.entries(METRICS).filter(([, definition]) => !definition.small);
const MORE_IS_BETTER = new Set(["deployment_frequency"]);

let shown = PAGE;
let drawn = "";

/**
 * Draws the view.
 *
 * @param summary answer of /summary by `dimension`
 * @param series answer of /series by `dimension`, or null if there would be too many points
 * @param dimension team or service
 * @param question parameters that /summary was asked with
 * @param sort "" for what got worse first, "name", or a metric for its worst values first; with "-" before it, reversed
 * @param sortBy called with another sort
 */
export function drawTeams({ summary, series, dimension, question }, sort, sortBy) {
  const state = JSON.stringify([summary, series, dimension, question, sort, shown]);
  if (state === drawn) return;
  drawn = state;
  const of = question.team ? ` of ${question.team}` : "";
  byId("teams-title").textContent = dimension === "team" ? "Teams" : `Services${of}`;
  put(byId("teams-period"), periodText(summary), " · ", csvLink(address("summary", { ...question, format: "csv" }), `${dimension}s`, `${dimension}s`));
  const rows = sorted(summary.groups.map((group) => row(group, dimension)), sort);
  if (rows.length === 0) {
    redraw(byId("teams-body"), el("p", { class: "empty" }, dimension === "team" ? "No team owns a service in this period. Owners come from the catalog." : "No service is known for this choice."));
    return;
  }
  const courses = grouped(series ?? [], dimension);
  redraw(
    byId("teams-body"),
    el("p", { class: "teams-verdict" }, verdict(rows, dimension)),
    el("p", { class: "note" }, chance(rows)),
    series === null && el("p", { class: "note" }, `Without lines over time: too many ${dimension}s for this period. Choose a shorter one.`),
    sortChoice(sort, dimension, sortBy),
    el("div", { class: "scroll-wide", tabindex: "0", role: "region", "aria-labelledby": "teams-title", "data-key": "teams-scroll" }, table(rows.slice(0, shown), courses, dimension, sort, sortBy)),
    rows.length > shown &&
      el(
        "p",
        { class: "rows-foot" },
        el("button", { type: "button", "data-key": "teams-more", on: { click: () => { shown += PAGE; sortBy(sort); } } }, "Show more"),
        el("span", { class: "muted" }, `${number(shown)} of ${count(rows.length, dimension)} shown`),
      ),
  );
}

/** Shows as few rows as at first. */
export function foldTeams() {
  shown = PAGE;
}

function grouped(series, dimension) {
  const groups = new Map();
  for (const point of series) {
    if (!groups.has(point[dimension])) groups.set(point[dimension], []);
    groups.get(point[dimension]).push(point);
  }
  return groups;
}

/** A row with what it is sorted by. */
function row({ group, metrics }, dimension) {
  const worse = COLUMNS.filter(([name]) => metrics[name].change.verdict === "worse");
  return {
    id: group[dimension],
    name: group[dimension] ?? `No ${dimension}`,
    metrics,
    worse: worse.length,
    better: COLUMNS.filter(([name]) => metrics[name].change.verdict === "better").length,
    size: Math.max(0, ...worse.map(([name]) => relativeSize(metrics[name]))),
    hasData: COLUMNS.some(([name]) => known(metrics[name].value) && metrics[name].n > 0),
  };
}

/** How large a change is, as a share of the larger of both values: comparable between metrics, 1 where one was 0. */
function relativeSize({ value, previous, change }) {
  return Math.abs(change.difference) / Math.max(Math.abs(value), Math.abs(previous), Number.MIN_VALUE);
}

function sorted(rows, sort) {
  const byName = (a, b) => a.name.localeCompare(b.name, "en");
  const reverse = sort.startsWith("-") ? -1 : 1;
  const column = sort.replace(/^-/, "");
  if (column === "name") return rows.sort((a, b) => reverse * byName(a, b));
  if (METRICS[column]) {
    const worstFirst = (MORE_IS_BETTER.has(column) ? 1 : -1) * reverse;
    const unknownLast = (row) => (known(row.metrics[column].value) ? 0 : 1);
    return rows.sort((a, b) => unknownLast(a) - unknownLast(b) || worstFirst * ((a.metrics[column].value ?? 0) - (b.metrics[column].value ?? 0)) || byName(a, b));
  }
  const rank = (row) => (row.worse > 0 ? 0 : row.hasData ? 1 : 2);
  return rows.sort((a, b) => rank(a) - rank(b) || b.size - a.size || b.worse - a.worse || byName(a, b));
}

function verdict(rows, dimension) {
  const worse = rows.filter((row) => row.worse > 0).length;
  const better = rows.filter((row) => row.better > 0).length;
  if (worse + better === 0) return `No ${dimension} changed by more than chance in any metric.`;
  const of = (changed) => (changed === 0 ? `no ${dimension}` : count(changed, dimension));
  const text = `${of(worse)} got worse and ${of(better)} got better in at least one metric, by more than chance.`;
  return text[0].toUpperCase() + text.slice(1);
}

/** Many comparisons have false verdicts among them. */
function chance(rows) {
  const comparisons = rows.flatMap((row) => COLUMNS.filter(([name]) => row.metrics[name].change.verdict !== "no_data")).length;
  return `${count(comparisons, "comparison")}: even if nothing had changed, about one in 40 would be called worse.`;
}

const WORST = "What got worse";

/** Also where the columns have no heads, on a phone. */
function sortChoice(sort, dimension, sortBy) {
  const options = [["", `${WORST}, the largest change first`], ["name", dimension === "team" ? "Team" : "Service"], ...COLUMNS.map(([name, { label }]) => [name, `${label}, the worst first`])];
  if (sort && !options.some(([value]) => value === sort)) options.push([sort, `${options.find(([value]) => `-${value}` === sort)?.[1].replace(", the worst first", "") ?? sort}, reversed`]);
  const select = el("select", { "data-key": "teams-sort", on: { change: (event) => sortBy(event.target.value) } }, options.map(([value, text]) => el("option", { value, selected: value === sort }, text)));
  return el("p", { class: "filters teams-sort" }, el("label", { class: "primary" }, "Sorted by ", select));
}

function table(rows, courses, dimension, sort, sortBy) {
  return el(
    "table",
    { class: "rows teams", role: "table" },
    el("caption", { class: "visually-hidden" }, `Metrics by ${dimension}`),
    el(
      "thead",
      { role: "rowgroup" },
      el("tr", { role: "row" }, head("name", dimension === "team" ? "Team" : "Service", sort, sortBy), COLUMNS.map(([name, { label }]) => head(name, label, sort, sortBy))),
    ),
    el("tbody", { role: "rowgroup" }, rows.map((row) => line(row, courses.get(row.id) ?? [], dimension))),
  );
}

/** A head that sorts: by the worst values first, then reversed. */
function head(column, label, sort, sortBy) {
  const isReversed = sort === `-${column}`;
  const isSorted = sort === column || isReversed;
  const isAscending = (column === "name" || MORE_IS_BETTER.has(column)) !== isReversed;
  return el(
    "th",
    { scope: "col", role: "columnheader", "aria-sort": isSorted ? (isAscending ? "ascending" : "descending") : null },
    el(
      "button",
      { type: "button", class: "sort", "data-key": `sort-${column}`, on: { click: () => sortBy(sort === column ? `-${column}` : column) } },
      label,
      el("span", { "aria-hidden": "true" }, isSorted ? (isAscending ? " ↑" : " ↓") : ""),
    ),
  );
}

function line({ id, name, metrics }, course, dimension) {
  const link = dimension === "team" ? viewLink("numbers", { team: id }, name) : viewLink("service", { service: id }, name);
  return el(
    "tr",
    { role: "row", class: "row", "data-group": id ?? "" },
    el("td", { role: "rowheader" }, el("div", { class: "strong break" }, id === null ? name : link)),
    COLUMNS.map(([metric, definition]) => el("td", { role: "cell", "data-label": definition.label, "data-metric-of": metric }, cell(`${id} ${metric}`, metric, definition, metrics[metric], course))),
  );
}

function cell(key, name, definition, data, course) {
  if (!known(data.value)) return el("div", {}, el("span", { class: "muted" }, "No data"));
  return el(
    "div",
    { class: "team-cell" },
    el("p", { class: "team-value" }, el("b", {}, definition.text(data.value)), tier(data)),
    course.length > 0 && el("span", { class: "team-course", "aria-hidden": "true" }, sparkLine(course, name, definition)),
    trendLine(definition, data, { key, short: true }),
    el("p", { class: "sure" }, definition.counted(data.n)),
  );
}

function tier(data) {
  if (data.tier) return tierBadge(data, { short: true });
  return data.benchmark?.bands.length > 0 && el("span", { class: "tier none", tabindex: "0", "data-tip": sentence(data.tier_reason) }, "No tier");
}
