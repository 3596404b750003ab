// The chart of one metric over time, and the same as a table for those who cannot see it.

import { byId, el, put } from "./dom.js";
import { bucket, count, known } from "./format.js";
import { metric } from "./metrics.js";

let chart = null;
let drawn = "";

/**
 * Draws the chart.
 *
 * @param series answer of /series: buckets in order, null where there is no data
 * @param name the metric
 * @param interval day, week or month
 */
export function drawChart(series, name, interval) {
  const definition = metric(name);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const state = JSON.stringify([series, name, interval, dark]);
  if (state === drawn) return;
  drawn = state;
  byId("chart-title").textContent = `${definition.label} by ${interval}`;
  byId("chart-text").textContent = definition.definition;
  const largest = Math.max(...series.map((row) => row[name]).filter(known), 0);
  const axis = { text: definition.text, ...definition.axis(largest, interval) };
  drawTable(series, name, definition, interval, axis);
  const present = series.some((row) => known(row[name]));
  byId("chart").hidden = !present;
  put(byId("chart-empty"), present ? null : [el("b", {}, "No data in this period. "), definition.noData, " ", definition.remedy]);
  byId("chart-empty").hidden = present;
  byId("chart-legend").hidden = !present;
  if (!present) return;
  if (!window.echarts) {
    put(byId("chart-empty"), "The chart's library could not be loaded; the numbers are in the table below.");
    byId("chart-empty").hidden = false;
    byId("chart").hidden = true;
    return;
  }
  if (!chart) {
    chart = window.echarts.init(byId("chart"));
    new ResizeObserver(() => chart.resize()).observe(byId("chart"));
  }
  chart.setOption(options(series, name, definition, interval, axis, largest), { notMerge: true });
  byId("chart").setAttribute("aria-label", `${definition.label} by ${interval}; the numbers are in the table below the chart`);
}

function options(series, name, definition, interval, axis, largest) {
  const color = palette();
  const scaled = (row) => (known(row[name]) ? row[name] * axis.scale : null);
  const text = { color: color.muted, fontSize: 12 };
  return {
    animation: false, // it is drawn anew as deliveries come: nothing should move by itself
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 12, top: 34, bottom: 10, containLabel: true },
    xAxis: {
      type: "category",
      data: series.map((row) => bucket(row.time, interval, false)),
      axisLine: { lineStyle: { color: color.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: [
      {
        type: "value",
        min: 0,
        name: axis.name,
        nameTextStyle: { ...text, align: "left", padding: [0, 0, 0, -20] },
        axisLabel: { ...text, formatter: axis.tick },
        splitLine: { lineStyle: { color: color.line } },
        minInterval: largest * axis.scale >= 4 ? 1 : undefined,
      },
      { type: "value", min: 0, max: 1, show: false, axisLabel: { show: false } },
    ],
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: color.hover } },
      backgroundColor: color.surface,
      borderColor: color.line,
      textStyle: { color: color.ink, fontSize: 13 },
      confine: true,
      formatter: (points) => tooltip(series[points[0].dataIndex], name, definition, interval, axis),
    },
    series: [
      {
        // What is cut by the period's edges or by now, hatched behind the value.
        type: "bar",
        yAxisIndex: 1,
        silent: true,
        barWidth: "100%",
        barGap: "-100%",
        itemStyle: { color: hatch(color.hatch) },
        data: series.map((row) => (row.incomplete ? 1 : null)),
      },
      definition.bars
        ? {
            type: "bar",
            barMaxWidth: 28,
            barWidth: "62%",
            z: 3,
            itemStyle: { color: color.accent, borderRadius: [3, 3, 0, 0] },
            data: series.map((row) => ({ value: scaled(row), itemStyle: row.incomplete ? { color: color.accentSoft } : {} })),
          }
        : {
            type: "line",
            connectNulls: false,
            showAllSymbol: true,
            symbol: "circle",
            symbolSize: 7,
            z: 3,
            lineStyle: { color: color.accent, width: 2 },
            itemStyle: { color: color.accent },
            data: series.map((row) => ({
              value: scaled(row),
              itemStyle: row.incomplete ? { color: color.surface, borderColor: color.accent, borderWidth: 2 } : {},
            })),
          },
    ],
  };
}

/** A node, not a string: a tooltip is parsed as HTML otherwise. */
function tooltip(row, name, definition, interval, axis) {
  const value = row[name];
  return el(
    "div",
    { class: "chart-tip" },
    el("b", {}, bucketName(row, interval)),
    el("div", {}, known(value) ? axis.text(value) : "no data"),
    el("div", { class: "muted" }, `n = ${definition.counted(row[`${name}_n`])}`),
    row.incomplete && el("div", { class: "muted" }, "incomplete: cut by the period or by now"),
  );
}

function bucketName(row, interval) {
  return (interval === "week" ? "Week of " : "") + bucket(row.time, interval);
}

function drawTable(series, name, definition, interval, axis) {
  put(
    byId("chart-table"),
    el("caption", { class: "visually-hidden" }, `${definition.label} by ${interval}`),
    el("thead", {}, el("tr", {}, ["From", definition.label, "n", "Deployments", "Changes"].map((head) => el("th", { scope: "col" }, head)))),
    el(
      "tbody",
      {},
      series.map((row) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, bucketName(row, interval), row.incomplete && el("span", { class: "muted" }, " incomplete")),
          el("td", { class: known(row[name]) ? null : "unknown" }, known(row[name]) ? axis.text(row[name]) : "no data"),
          el("td", {}, known(row[`${name}_n`]) ? String(row[`${name}_n`]) : "–"),
          el("td", {}, String(row.deployments ?? "–")),
          el("td", {}, String(row.changes ?? "–")),
        ),
      ),
    ),
  );
  byId("chart-count").textContent = count(series.length, interval);
}

/** The page's colours, light or dark. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"),
    muted: of("--ink-2"),
    line: of("--line"),
    surface: of("--surface"),
    accent: of("--accent"),
    accentSoft: of("--accent-soft"),
    hatch: of("--hatch"),
    hover: of("--hover"),
    lines: ["--accent", "--gold", "--stage-review", "--ink-2"].map(of),
  };
}

function hatch(color) {
  const size = 8;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = color;
  pen.lineWidth = 1.2;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return { image: canvas, repeat: "repeat" };
}
