// Small multiples: many small plots of one kind, in one picture, on the same scales.

import { byId } from "./dom.js";
import { axisText, hidePlot, plot } from "./plots.js";

const TITLE = 22;
const GAP = 14;
const BETWEEN = 14;
const AXIS = 18;
const laidOut = new Map(); // id of a place → how it is drawn, and for which width

/**
 * Draws small plots into the element with this id. Each has parts below each other, which share its time axis.
 *
 * @param id id of an element
 * @param label what it shows, for those who do not see it
 * @param times names of the places on the time axis
 * @param cells of each plot: `title` and `parts`, each with `height` in pixels and `series`, called with the colours and
 *     the largest value; `max` of a part fixes its scale, `format` writes a value of its axis
 * @param widest how wide a plot may be, in pixels
 */
export function multiples(id, label, times, cells, widest) {
  if (cells.length === 0) {
    laidOut.delete(id);
    hidePlot(id);
    return;
  }
  const place = byId(id);
  place.hidden = false;
  const known = laidOut.has(id);
  laidOut.set(id, { label, times, cells, widest, width: 0 });
  layOut(id);
  if (!known && !place.dataset.observed) {
    place.dataset.observed = "true";
    new ResizeObserver(() => layOut(id)).observe(place);
  }
}

function layOut(id) {
  const drawing = laidOut.get(id);
  const place = byId(id);
  const width = place.clientWidth;
  if (!drawing || width === 0 || width === drawing.width) return;
  drawing.width = width;
  const { label, times, cells, widest } = drawing;
  const columns = Math.max(1, Math.ceil(width / widest));
  const cellWidth = width / columns;
  const heights = cells[0].parts.map((part) => part.height);
  const cellHeight = TITLE + heights.reduce((sum, height) => sum + height + BETWEEN, 0) + AXIS + GAP;
  place.style.height = `${Math.ceil(cells.length / columns) * cellHeight}px`;
  plot(id, label, (color) => {
    const options = { title: [], grid: [], xAxis: [], yAxis: [], series: [], legend: { show: false }, tooltip: { show: false } };
    cells.forEach((cell, index) => {
      const left = (index % columns) * cellWidth;
      let top = Math.floor(index / columns) * cellHeight;
      options.title.push({ text: cell.title, left, top, textStyle: { color: color.ink, fontSize: 13, fontWeight: 600, width: cellWidth - 20, overflow: "truncate" } });
      top += TITLE;
      cell.parts.forEach((part, at) => {
        const isLast = at === cell.parts.length - 1;
        const axis = options.grid.length;
        options.grid.push({ left: left + 46, top, width: Math.max(20, cellWidth - 46 - 24), height: part.height });
        options.xAxis.push({
          type: "category",
          gridIndex: axis,
          data: times,
          axisTick: { show: false },
          axisLine: { lineStyle: { color: color.line } },
          axisLabel: { show: isLast, ...axisText(color), fontSize: 11, hideOverlap: true },
        });
        options.yAxis.push({
          type: "value",
          gridIndex: axis,
          min: 0,
          max: part.max,
          interval: part.max,
          axisLabel: { ...axisText(color), fontSize: 11, formatter: part.format },
          splitLine: { lineStyle: { color: color.line } },
          axisLine: { show: false },
        });
        options.series.push(...part.series(color).map((series) => ({ ...series, xAxisIndex: axis, yAxisIndex: axis })));
        top += part.height + BETWEEN;
      });
    });
    return options;
  });
}

/** The end of a scale from 0 that holds `values`: a round number; of seconds a whole number of the unit that they are written in. */
export function roundEnd(values, isInSeconds = false) {
  const largest = Math.max(0, ...values);
  if (largest === 0) return 1;
  const unit = isInSeconds ? [86400, 3600, 60, 1].find((seconds) => largest >= seconds) ?? 1 : 1;
  const size = 10 ** Math.floor(Math.log10(largest / unit));
  const steps = isInSeconds ? [1, 2, 3, 5, 10] : [1, 2, 2.5, 5, 10];
  return unit * steps.map((step) => step * size).find((end) => end >= (largest / unit) * (1 - 1e-9));
}

/** A line with its points; null is a gap. */
export function line(color, data, more = {}) {
  return {
    type: "line",
    silent: true,
    connectNulls: false,
    showAllSymbol: true,
    symbol: "circle",
    symbolSize: 5,
    lineStyle: { color, width: 2 },
    itemStyle: { color },
    data,
    ...more,
  };
}

/** Bars from zero. */
export function bars(color, data) {
  return { type: "bar", silent: true, barWidth: "60%", barMaxWidth: 18, itemStyle: { color, borderRadius: [2, 2, 0, 0] }, data };
}
