// Plots of the golden path: what they share, and how each is drawn.

import { byId, el } from "./dom.js";
import { palette } from "./chart.js";

const drawn = new Map(); // id of a place → its chart

/**
 * Draws a plot into the element with this id, or says that the library is missing.
 *
 * @param id id of an element whose size the plot takes
 * @param label what it shows, for those who do not see it
 * @param options called with the colours; returns the options of the library
 */
export function plot(id, label, options) {
  const place = byId(id);
  place.hidden = false;
  place.setAttribute("aria-label", `${label}; the numbers are in the table below the plot`);
  if (!window.echarts) {
    place.replaceChildren(el("p", { class: "empty" }, "The chart's library could not be loaded; the numbers are in the table below."));
    return;
  }
  let chart = drawn.get(id);
  if (!chart) {
    chart = window.echarts.init(place);
    drawn.set(id, chart);
    new ResizeObserver(() => chart.resize()).observe(place);
  }
  const color = palette();
  chart.setOption({ ...frame(color), ...options(color) }, { notMerge: true });
}

/** Hides a plot that has nothing to show. */
export function hidePlot(id) {
  byId(id).hidden = true;
}

/** The plot as a PNG on the page's surface, twice as sharp as on the screen; null if it is not drawn. */
export function image(id) {
  return drawn.get(id)?.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: palette().surface }) ?? null;
}

export const axisText = (color) => ({ color: color.muted, fontSize: 12 });

/** An axis of values in the page's style. */
export function valueAxis(color, more = {}) {
  return {
    type: "value",
    axisLabel: { ...axisText(color), hideOverlap: true, ...more.axisLabel },
    splitLine: { lineStyle: { color: color.line } },
    axisLine: { show: false },
    ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== "axisLabel")),
  };
}

/** Bars from `low` to `high` at each point, as `[x, low, high]`. */
export function whiskers(color, data) {
  return {
    type: "custom",
    silent: true,
    z: 2,
    data,
    encode: { x: 0, y: [1, 2] },
    renderItem: (params, api) => {
      const [x, low] = api.coord([api.value(0), api.value(1)]);
      const [, high] = api.coord([api.value(0), api.value(2)]);
      const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: 1.5 } });
      return { type: "group", children: [line(x, low, x, high), line(x - 4, low, x + 4, low), line(x - 4, high, x + 4, high)] };
    },
  };
}

/** Pixels above a plot for its legend, which takes two lines on a phone. */
function legendSpace() {
  return innerWidth < 640 ? 68 : 44;
}

function frame(color) {
  return {
    animation: false, // it is drawn anew as deliveries come: nothing should move by itself
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 16, top: legendSpace(), bottom: 26, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 18, itemGap: 14, textStyle: axisText(color), inactiveColor: color.line },
    tooltip: {
      trigger: "axis",
      backgroundColor: color.surface,
      borderColor: color.line,
      textStyle: { color: color.ink, fontSize: 13 },
      confine: true,
    },
  };
}
