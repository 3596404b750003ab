// The tiles: each metric's number, its tier, its trend, how sure it is, and its course.

import { byId, el, redraw, svg } from "./dom.js";
import { capital, known, periodText, sentence } from "./format.js";
import { METRICS, factsBeside, noTier, sureness, tierRange, trend, VERDICTS } from "./metrics.js";

const TIERS = { elite: 4, high: 3, medium: 2, low: 1 };
let drawn = "";

/**
 * Draws the tiles.
 *
 * @param summary answer of /summary, or null while it is awaited
 * @param series answer of /series, maybe empty
 * @param chosen name of the metric that the chart shows
 * @param choose called with the name of a metric
 */
export function drawTiles(summary, series, chosen, choose) {
  if (summary) byId("period-text").textContent = periodText(summary);
  const metrics = summary?.groups[0]?.metrics ?? {};
  const state = JSON.stringify([summary === null, metrics, series, chosen]);
  if (state === drawn) return;
  drawn = state;
  const groups = { Throughput: [], Instability: [] };
  let strip = null;
  for (const [name, definition] of Object.entries(METRICS)) {
    const context = { name, definition, data: metrics[name] ?? null, series, chosen, choose, waiting: summary === null };
    if (definition.small) strip = smallTile(context);
    else groups[definition.group].push(tile(context));
  }
  redraw(
    byId("tiles"),
    Object.entries(groups).map(([label, tiles]) =>
      el("div", { class: "tile-group", role: "group", "aria-label": label }, el("p", { class: "eyebrow" }, label), el("div", { class: "tile-row" }, tiles)),
    ),
    strip,
  );
  byId("tiles").setAttribute("aria-busy", String(summary === null));
}

function tile({ name, definition, data, series, chosen, choose, waiting }) {
  const heading = headingOf(name, definition, chosen, choose);
  const frame = (state, ...content) =>
    el("article", { class: `tile ${state}${name === chosen ? " chosen" : ""}`, "data-metric": name }, heading, ...content);
  if (waiting) return frame("waiting", el("p", { class: "skeleton wide" }), el("p", { class: "skeleton" }));
  if (!known(data?.value)) {
    return frame(
      "no-data",
      el("p", { class: "value none" }, "No data"),
      el("p", { class: "why" }, definition.noData, definition.remedy && ` ${definition.remedy}`),
      extras(definition, data),
      about(name, definition, data),
    );
  }
  return frame(
    "filled",
    el("div", { class: "value-line" }, value(definition, data.value), tierBadge(data)),
    tierReason(data),
    trendLine(definition, data),
    el("div", { class: "course" }, sparkLine(series, name, definition), whisker(definition, data)),
    sure(definition, data),
    extras(definition, data),
    about(name, definition, data),
  );
}

/** The name of a metric, which shows its rows when it is pressed. */
function headingOf(name, definition, chosen, choose) {
  return el(
    "h3",
    {},
    el(
      "button",
      {
        type: "button",
        class: "tile-pick",
        "data-key": `pick-${name}`,
        "aria-pressed": String(name === chosen),
        on: { click: () => choose(name) },
      },
      definition.label,
    ),
  );
}

function smallTile({ name, definition, data, chosen, choose, waiting }) {
  const has = known(data?.value);
  return el(
    "article",
    { class: `strip${name === chosen ? " chosen" : ""}${has || waiting ? "" : " no-data"}`, "data-metric": name },
    headingOf(name, definition, chosen, choose),
    waiting ? el("span", { class: "skeleton" }) : has ? value(definition, data.value) : el("p", { class: "value none" }, "No data"),
    has ? trendLine(definition, data) : el("p", { class: "why" }, waiting ? "" : definition.noData),
    has && sure(definition, data),
  );
}

function value(definition, number) {
  return el(
    "p",
    { class: "value" },
    definition.parts(number).map(([figure, unit]) => [el("b", {}, figure), el("span", { class: "unit" }, unit), " "]),
  );
}

/** The tiers that a number may be in. */
export function tierBadge(data, { short = false } = {}) {
  const range = tierRange(data);
  if (!range) return null;
  if (!range.text) return el("span", { class: "tier none", title: range.why }, short ? "Too few" : "Too few for a tier");
  const bars = svg(
    "svg",
    { viewBox: "0 0 15 12", width: 15, height: 12, "aria-hidden": "true" },
    [1, 2, 3, 4].map((bar) =>
      svg("rect", { x: (bar - 1) * 4, y: 12 - bar * 3, width: 3, height: bar * 3, class: bar <= TIERS[data.tier] ? "on" : "off" }),
    ),
  );
  return el("span", { class: `tier ${data.tier}` }, bars, el("b", {}, range.text), !short && el("span", { class: "year" }, range.source));
}

function tierReason(data) {
  const reason = noTier(data);
  return reason && el("p", { class: "tier-reason" }, reason);
}

/** How a metric changed; a short one leaves out what a table says once. `key` tells several of a metric apart. */
export function trendLine(definition, data, { key = definition.label, short = false } = {}) {
  const found = trend(definition, data);
  if (!found) return short ? el("p", { class: "trend" }, el("span", { tabindex: "0", "data-tip": sentence(data.change.reason) }, "Not compared")) : el("p", { class: "trend" }, data.change.reason);
  const arrows = { up: "M6 1 L11 9 L1 9 Z", down: "M6 11 L11 3 L1 3 Z", same: "M1 5 H11 V7 H1 Z" };
  return el(
    "p",
    { class: `trend ${found.verdict}`, "data-tip": found.why, tabindex: found.why ? "0" : null, "data-key": `trend-${key}` },
    svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, svg("path", { d: arrows[found.direction] })),
    el("span", {}, short ? found.text.replace(/ (than|from) before$/, "") : found.text),
    VERDICTS[found.verdict] && el("span", { class: "verdict" }, VERDICTS[found.verdict]),
  );
}

function sure(definition, data) {
  const { counted, interval } = sureness(definition, data);
  return el("p", { class: "sure" }, interval ? [`${counted} · 95 %: `, el("span", { class: "nowrap" }, interval)] : `${counted} · too few for an interval`);
}

function extras(definition, data) {
  const facts = factsBeside(definition, data);
  return facts.length > 0 && el("p", { class: "extras" }, facts.join(" · "));
}

/** The 95 % interval as a line with the value on it. */
export function whisker(definition, { value, low, high }) {
  if (!known(low) || !known(high)) return null;
  const end = Math.max(high, value) * 1.15 || 1;
  const at = (x) => `${(2 + (x / end) * 96).toFixed(2)}%`;
  return svg(
    "svg",
    { class: "whisker", height: 14, width: "100%", role: "img", "aria-label": `95 % interval from ${definition.text(low, value)} to ${definition.text(high, value)}` },
    svg("line", { x1: "2%", x2: "98%", y1: 7, y2: 7, class: "track" }),
    svg("line", { x1: at(low), x2: at(high), y1: 7, y2: 7, class: "range" }),
    svg("line", { x1: at(low), x2: at(low), y1: 3, y2: 11, class: "range" }),
    svg("line", { x1: at(high), x2: at(high), y1: 3, y2: 11, class: "range" }),
    svg("circle", { cx: at(value), cy: 7, r: 3.5, class: "point" }),
  );
}

/** The metric's course: a line that breaks where there is no data; what is incomplete is left open. */
export function sparkLine(series, name, definition) {
  const width = 120;
  const height = 34;
  const values = series.map((row) => row[name]);
  const present = values.filter(known);
  if (present.length < 2) return el("span", { class: "spark-none" });
  const largest = Math.max(...present) || 1;
  const x = (i) => 3 + (i / Math.max(1, values.length - 1)) * (width - 6);
  const y = (v) => height - 4 - (v / largest) * (height - 8);
  let path = "";
  const dots = [];
  values.forEach((v, i) => {
    if (!known(v)) return;
    const before = i > 0 && known(values[i - 1]);
    path += `${before ? "L" : "M"}${x(i).toFixed(1)} ${y(v).toFixed(1)} `;
    const alone = !before && !known(values[i + 1]);
    if (alone || i === values.length - 1) {
      // A line of no length with round ends: a circle would be stretched with the drawing.
      const dot = `M${x(i).toFixed(1)} ${y(v).toFixed(1)} h0.01`;
      dots.push(svg("path", { d: dot, class: "dot-full", "vector-effect": "non-scaling-stroke" }));
      if (series[i].incomplete) dots.push(svg("path", { d: dot, class: "dot-open", "vector-effect": "non-scaling-stroke" }));
    }
  });
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": `${definition.label} over time` },
    svg("line", { x1: 0, x2: width, y1: height - 3.5, y2: height - 3.5, class: "base" }),
    svg("path", { d: path, class: "line", "vector-effect": "non-scaling-stroke" }),
    dots,
  );
}

function about(name, definition, data) {
  const benchmark = data?.benchmark;
  return el(
    "details",
    { class: "about", "data-key": `about-${name}` },
    el("summary", {}, "What it means"),
    el("p", {}, definition.definition),
    benchmark?.bands?.length > 0 &&
      el(
        "dl",
        { class: "bands" },
        benchmark.bands.map((band) => [
          el("dt", { class: band.tier === data.tier ? "current" : null }, capital(band.tier), band.tier === data.tier && el("span", { class: "visually-hidden" }, " (this one)")),
          el("dd", {}, band.text),
        ]),
      ),
    benchmark && el("p", { class: "note" }, sentence(benchmark.source), " ", benchmark.note ? sentence(benchmark.note) : "Tiers are clusters over all metrics; here they are used one metric at a time."),
  );
}
