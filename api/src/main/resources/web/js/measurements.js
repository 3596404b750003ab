// What was measured beside events, over time, with adoption of the golden path beside it.

import { address } from "./api.js";
import { byId, put } from "./dom.js";
import { csvLink, imageButton } from "./files.js";
import { bucket, duration, figure, known, number, percent, UNKNOWN } from "./format.js";
import { line, multiples, roundEnd } from "./multiples.js";
import { table } from "./parts.js";

let drawn = "";

/**
 * Draws the measurements.
 *
 * @param answer answer of /measurements by month
 * @param question parameters that it was asked with
 */
export function drawMeasurements(answer, question) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const state = JSON.stringify([answer, question, dark]);
  if (state === drawn) return;
  drawn = state;
  const series = new Map();
  for (const row of answer.series) {
    const key = JSON.stringify([row.name, row.unit]);
    series.set(key, [...(series.get(key) ?? []), row]);
  }
  const all = [...series.values()];
  byId("measures-none").hidden = all.length > 0;
  byId("measures-some").hidden = all.length === 0;
  if (all.length === 0) {
    multiples("measures-plot", "", [], [], 1);
    put(byId("measures-downloads"));
    return;
  }
  const times = answer.adoption.map((row) => row.time);
  multiples(
    "measures-plot",
    "Measurements by month, and the share of services on a golden path",
    times.map((time) => bucket(time, "month")),
    all.map((rows) => {
      const end = roundEnd(rows.map(valueOf).filter(known), rows[0].unit === "seconds");
      return {
        title: `${nameOf(rows[0])}${isSurvey(rows) ? ", mean of answers" : ", median"}`,
        parts: [
          { height: 96, max: end, format: (value) => (value === 0 ? "0" : text(rows[0].unit, value, false)), series: (color) => [line(color.accent, rows.slice(0, times.length).map(valueOf), { connectNulls: true })] },
          { height: 40, max: 1, format: (value) => `${number(100 * value)} %`, series: (color) => [line(color.lines[1], answer.adoption.map((row) => row.share), { symbol: "none", areaStyle: { color: color.lines[1], opacity: 0.18 } })] },
        ],
      };
    }),
    520,
  );
  put(
    byId("measures-table"),
    table(
      "Measurements by month",
      ["Month", "Measurement", "Median", "Mean", "n", "Answers", "On a golden path"],
      answer.series.filter((row) => row.n > 0).map((row) => [bucket(row.time, "month"), nameOf(row), text(row.unit, row.median), text(row.unit, row.mean), number(row.n), known(row.answers) ? number(row.answers) : UNKNOWN, percent(answer.adoption.find((adopted) => adopted.time === row.time)?.share)]),
    ),
  );
  const csv = (part, what) => csvLink(address("measurements", { ...question, format: "csv", part }), `measurements-${part}`, what);
  put(byId("measures-downloads"), csv("series", "measurements"), " ", imageButton("measures-plot", "measurements", "measurements"));
}

function isSurvey(rows) {
  return rows.some((row) => known(row.answers));
}

/** Of a survey the mean of the answers, else the median of what was measured. */
function valueOf(row) {
  return known(row.answers) ? row.mean : row.median;
}

function nameOf({ name, unit }) {
  const words = name.replace(/[_.-]/g, " ");
  const isSaid = unit === "seconds" || words.includes(unit);
  return words[0].toUpperCase() + words.slice(1) + (isSaid ? "" : ` (${unit})`);
}

/** A value in its unit; seconds are written as a duration. */
function text(unit, value, long = true) {
  if (!known(value)) return UNKNOWN;
  if (unit === "seconds") return duration(value);
  return figure(value, value % 1 ? 1 : 0) + (long ? ` ${unit}` : "");
}
