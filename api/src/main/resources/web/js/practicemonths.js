// Practices by team and month beside failures and rework, and which of them go together. The API judges; here it is only
// shown.

import { address } from "./api.js";
import { byId, el, put, redraw } from "./dom.js";
import { csvLink, imageButton } from "./files.js";
import { bucket, count, known, number, UNKNOWN } from "./format.js";
import { metric } from "./metrics.js";
import { bars, line, multiples, roundEnd } from "./multiples.js";
import { table } from "./parts.js";
import { practiceOf } from "./practices.js";

const MOST_SHOWN = 12;
const RATES = ["change_fail_rate", "deployment_rework_rate", "change_rework_rate"];
const ORDER = ["goes_together", "may_be_chance", "cannot_tell", "no_variation", "too_few"];
const PALE = { may_be_chance: "may be chance", cannot_tell: "cannot tell", no_variation: "no variation", too_few: "too few" };

let drawn = "";

/**
 * Draws the months and what goes together over them.
 *
 * @param answer answer of /practices with part=months
 * @param question parameters that it was asked with
 * @param dimension what the months are of: team or service
 * @param chosen names of the `practice` and the `rate` that are shown
 * @param choose called with changes of these
 */
export function drawPracticeMonths(answer, question, dimension, chosen, choose) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const state = JSON.stringify([answer, question, dimension, chosen, dark]);
  if (state === drawn) return;
  drawn = state;
  const practices = [...new Set(answer.correlations.map((row) => row.practice))];
  const practice = practices.includes(chosen.practice) ? chosen.practice : practices[0];
  const rate = RATES.includes(chosen.rate) ? chosen.rate : RATES[0];
  drawChoice("practice-choice", practices, practice, (name) => practiceOf(name).label, (name) => choose({ practice: name }));
  drawChoice("rate-choice", RATES, rate, (name) => metric(name).label, (name) => choose({ rate: name }));
  drawMonths(answer.months, dimension, practice, rate);
  drawTogether(answer.correlations, dimension);
  const csv = (part) => csvLink(address("practices", { ...question, format: "csv", part }), `practices-${part}`, part === "months" ? "practices by month" : "what goes together");
  put(byId("months-downloads"), csv("months"), " ", imageButton("months-plot", "practices-months", "practices by month"));
  put(byId("together-downloads"), csv("correlations"));
}

function drawChoice(id, names, chosen, label, choose) {
  redraw(
    byId(id),
    names.map((name) => el("button", { type: "button", class: "chip", "data-key": `${id}-${name}`, "aria-pressed": String(name === chosen), on: { click: () => choose(name) } }, label(name))),
  );
}

function drawMonths(months, dimension, practice, rate) {
  const { kind, label } = practiceOf(practice);
  const rateLabel = metric(rate).label;
  const times = [...new Set(months.map((row) => row.time))];
  const groups = new Map();
  for (const row of months) {
    if (known(row[dimension])) groups.set(row[dimension], [...(groups.get(row[dimension]) ?? []), row]);
  }
  const named = [...groups].map(([name, rows]) => ({ name, rows, deployments: rows.reduce((sum, row) => sum + row.deployments, 0) }));
  const all = named.filter(({ rows }) => rows.some((row) => known(row[practice])));
  const shown = [...all].sort((one, other) => other.deployments - one.deployments).slice(0, MOST_SHOWN).sort((one, other) => (one.name < other.name ? -1 : 1));
  const values = (name) => shown.flatMap(({ rows }) => rows.map((row) => row[name]).filter(known));
  const ends = { practice: roundEnd(values(practice), isInSeconds(kind)), rate: Math.min(1, roundEnd(values(rate))) };
  byId("months-text").textContent =
    shown.length === 0
      ? ""
      : `Above: ${label.toLowerCase()}. Below: ${rateLabel.toLowerCase()}. All on the same scales${all.length > shown.length ? `; the ${shown.length} of ${count(all.length, dimension)} with the most deployments` : ""}${all.length < named.length ? `; no data of it: ${count(named.length - all.length, dimension)}` : ""}. A gap is no data.`;
  byId("months-none").hidden = shown.length > 0;
  byId("months-more").hidden = all.length === 0;
  multiples(
    "months-plot",
    `${label} and ${rateLabel.toLowerCase()} by ${dimension} and month`,
    times.map((time) => bucket(time, "month")),
    shown.map(({ name, rows }) => ({
      title: name,
      parts: [
        { height: 64, max: ends.practice, format: (value) => (value === 0 ? "0" : kind.text(value)), series: (color) => [line(color.accent, rows.map((row) => row[practice]))] },
        { height: 40, max: ends.rate, format: (value) => `${number(100 * value)} %`, series: (color) => [bars(color.lines[1], rows.map((row) => row[rate]))] },
      ],
    })),
    330,
  );
  put(
    byId("months-table"),
    table(
      `${label} and ${rateLabel.toLowerCase()} by ${dimension} and month`,
      ["Month", dimension === "team" ? "Team" : "Service", label, "n", rateLabel, "n"],
      months
        .filter((row) => all.some(({ name }) => name === row[dimension]))
        .map((row) => [bucket(row.time, "month"), row[dimension], text(kind, row[practice]), number(row[`${practice}_n`]), text(metric(rate), row[rate]), number(row[`${rate}_n`])]),
    ),
  );
}

function isInSeconds(kind) {
  return kind.parts(1)[0][1] === "s";
}

function text(kind, value) {
  return known(value) ? kind.text(value) : UNKNOWN;
}

function drawTogether(correlations, dimension) {
  const sorted = [...correlations].sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status) || Math.abs(other.correlation ?? 0) - Math.abs(one.correlation ?? 0) || other.n - one.n);
  const told = sorted.filter((row) => row.status === "goes_together" || row.status === "may_be_chance");
  const rest = sorted.filter((row) => !told.includes(row));
  byId("together-text").textContent = `Rank correlations over whole ${dimension}-months. What goes together need not be the cause: both may have a third one.`;
  redraw(
    byId("together-list"),
    told.length === 0
      ? el("p", { class: "empty" }, rest.some((row) => row.status === "cannot_tell") ? "No pair goes together more than chance would do." : rest[0]?.text ?? "There are no months to compare.")
      : el("ul", { class: "together" }, told.map((row) => el("li", { class: row.status }, el("span", {}, row.text), row.status === "may_be_chance" && el("span", { class: "badge none" }, PALE.may_be_chance)))),
  );
  byId("together-more").hidden = correlations.length === 0;
  put(
    byId("together-table"),
    table(
      "Rank correlations of practices with failures and rework",
      ["Practice", "With", "Rank correlation", "95 %", "n", "In words"],
      sorted.map((row) => [practiceOf(row.practice).label, metric(row.outcome).label, rho(row.correlation), known(row.low) ? `${rho(row.low)} to ${rho(row.high)}` : UNKNOWN, number(row.n), row.text]),
    ),
  );
}

function rho(value) {
  if (!known(value)) return UNKNOWN;
  const rounded = Math.round(100 * value) / 100;
  return (rounded < 0 ? "−" : "") + number(Math.abs(rounded), 2);
}
