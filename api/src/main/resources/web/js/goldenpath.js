// What the golden path changed, and how far adoption has come. The API judges; here it is only shown.

import { address } from "./api.js";
import { byId, el, put, redraw, svg } from "./dom.js";
import { csvLink, imageButton } from "./files.js";
import { count, date, duration, figure, known, number, percent, sentence, UNKNOWN } from "./format.js";
import { metric } from "./metrics.js";
import { table } from "./parts.js";
import { axisText, hidePlot, plot, valueAxis, whiskers } from "./plots.js";

const SIGNIFICANT = 0.05;
const EARLY_DAYS = 84;
const MINUS = "−";

let drawn = "";

/**
 * Draws the view.
 *
 * @param answer answer of /golden-path
 * @param question parameters that it was asked with
 * @param outcome which outcome the event study shows; "" for the main one
 * @param choose called with changes of the choices
 */
export function drawGoldenPath(answer, question, outcome, choose) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const state = JSON.stringify([answer, question, outcome, dark]);
  if (state === drawn) return;
  drawn = state;
  offerPaths(answer.paths, question.path);
  byId("path-waits").hidden = true;
  byId("path-none").hidden = answer.paths.length > 0;
  byId("path-answer").hidden = answer.paths.length === 0;
  if (answer.paths.length === 0) return;
  const main = answer.effects.find((effect) => effect.primary) ?? answer.effects[0];
  const chosen = answer.effects.find((effect) => effect.outcome === outcome) ?? main;
  drawVerdict(answer, main);
  redraw(byId("path-effects"), [main, ...answer.effects.filter((effect) => effect !== main)].map(effectCard));
  drawEvents(answer, chosen, choose);
  drawAdoption(answer);
  drawFirsts(answer.first_deployment, answer.onboarding_claim);
  drawBalance(answer.balance);
  drawExcluded(answer.excluded);
  drawDownloads(question);
}

function offerPaths(paths, chosen) {
  const select = byId("path-choice").elements.path;
  const offered = ["", ...new Set([...paths, ...(chosen ? [chosen] : [])])];
  select.replaceChildren(...offered.map((path) => el("option", { value: path }, path || (paths.length > 1 ? "Any of several" : "The only one"))));
  select.value = chosen;
  select.closest("label").hidden = paths.length < 2 && !chosen;
}

function drawVerdict(answer, main) {
  const path = answer.path ? `Path ${answer.path}` : "Any golden path";
  const unit = answer.cluster === "team" ? "each team is one observation" : "each service is one observation";
  put(byId("path-text"), `${path} · ${date(answer.from)} to ${date(answer.to)} · blocks of ${answer.block_days} days · ${unit}`);
  redraw(
    byId("path-verdict"),
    el("p", { class: `path-verdict ${main.status}${isDoubtful(main) ? " doubtful" : ""}` }, main.verdict),
    el("p", { class: "note" }, "Adopters are compared with services that had not adopted the path, over the same weeks. Teams chose when to adopt, so the estimate includes anything else that changed at the same time."),
  );
}

/** Whether the trend of adopters differed before adoption, so the estimate is not an effect. */
function isDoubtful(effect) {
  return known(effect.pre_trend.p_value) && effect.pre_trend.p_value < SIGNIFICANT;
}

function effectCard(effect) {
  const has = known(effect.estimate);
  const { label } = metric(effect.outcome);
  return el(
    "article",
    { class: `practice effect ${effect.status}${isDoubtful(effect) ? " doubtful" : ""}`, "data-outcome": effect.outcome },
    el("div", { class: "effect-head" }, el("h3", {}, label), el("span", { class: `badge ${effect.status === "estimated" ? "good" : effect.status === "exploratory" ? "warn" : "none"}` }, effect.status)),
    has
      ? [
          el("p", { class: "value" }, el("b", {}, signed(effect, effect.estimate)), " ", el("span", { class: "unit" }, effect.unit === "ratio" ? "" : "points")),
          interval(effect),
          el("p", { class: "sure" }, `95 % interval: ${change(effect, effect.low)} to ${change(effect, effect.high)}`),
          facts(effect),
        ]
      : el("p", { class: "value none" }, "No estimate"),
    effect.primary && el("p", { class: "sure" }, "Primary outcome, named in the settings beforehand."),
    isDoubtful(effect) && el("p", { class: "doubt" }, `Greyed out: the trend of adopters already differed before adoption (${pEquals(effect.pre_trend.p_value)}).`),
    has ? !effect.primary && el("p", { class: "note" }, effect.verdict) : el("p", { class: "why" }, sentence(effect.reason)),
    has && details(effect),
  );
}

function facts(effect) {
  const p = effect.primary ? ["p", effect.p_value] : ["p, adjusted", effect.p_holm];
  return el(
    "dl",
    { class: "facts" },
    pair(p[0], pText(p[1])),
    pair("Adopters", known(effect.n_adopting) ? number(effect.n_adopting) : UNKNOWN),
    pair("Compared with", known(effect.n_comparison) ? number(effect.n_comparison) : UNKNOWN),
    pair("Detectable effect", known(effect.minimum_detectable) ? size(effect, effect.minimum_detectable) : UNKNOWN),
  );
}

function pair(term, value) {
  return el("div", {}, el("dt", {}, term), el("dd", {}, value));
}

function details(effect) {
  const { levels, never_adopters_only: never, missing } = effect;
  const level = (value) => levelText(effect.outcome, value);
  return el(
    "details",
    { class: "about", "data-key": `effect-${effect.outcome}` },
    el("summary", {}, "Levels and checks"),
    el("p", {}, `Adopters: ${level(levels.adopting_before)} before adoption, ${level(levels.adopting_after)} after. Comparison services over the same blocks: ${level(levels.comparison_before)} and ${level(levels.comparison_after)}.`),
    known(effect.pooled) && el("p", {}, `Estimate weighted by deployments or changes: ${change(effect, effect.pooled)}.`),
    known(never.estimate) && el("p", {}, `Compared only with services that never adopt: ${change(effect, never.estimate)} (${change(effect, never.low)} to ${change(effect, never.high)}).`),
    el("p", {}, `Missing blocks: ${percent(missing.adopting)} of adopters, ${percent(missing.comparison)} of comparison services.`),
    el(
      "p",
      {},
      known(effect.pre_trend.p_value)
        ? `Trend before adoption: ${pEquals(effect.pre_trend.p_value)} for a difference. A difference below ${size(effect, effect.pre_trend.detectable_slope)} per block would probably have gone unnoticed.`
        : "The trend before adoption could not be tested.",
    ),
    effect.cohorts.length > 0 &&
      table(
        `Effect on the ${metric(effect.outcome).label.toLowerCase()} by date of adoption`,
        ["Block from", "Adopters", "Effect"],
        effect.cohorts.map((cohort) => [date(cohort.time), number(cohort.n), known(cohort.estimate) ? change(effect, cohort.estimate) : UNKNOWN]),
      ),
  );
}

/** The interval on a line with its zero. */
function interval(effect) {
  const { low, high, estimate } = effect;
  if (!known(low) || !known(high)) return null;
  const from = Math.min(low, 0);
  const to = Math.max(high, 0);
  const at = (value) => `${(4 + ((value - from) / (to - from || 1)) * 92).toFixed(2)}%`;
  return svg(
    "svg",
    { class: "whisker", height: 18, width: "100%", role: "img", "aria-label": `95 % interval from ${change(effect, low)} to ${change(effect, high)}` },
    svg("line", { x1: "2%", x2: "98%", y1: 9, y2: 9, class: "track" }),
    svg("line", { x1: at(0), x2: at(0), y1: 0, y2: 18, class: "zero" }),
    svg("line", { x1: at(low), x2: at(high), y1: 9, y2: 9, class: "range" }),
    [low, high].map((bound) => svg("line", { x1: at(bound), x2: at(bound), y1: 5, y2: 13, class: "range" })),
    svg("circle", { cx: at(estimate), cy: 9, r: 4, class: "point" }),
  );
}

function drawEvents(answer, effect, choose) {
  const blockDays = effect.unit === "points" ? 3 * answer.block_days : answer.block_days;
  const rows = effect.event_study;
  const doubtful = isDoubtful(effect);
  const label = metric(effect.outcome).label;
  redraw(
    byId("path-outcomes"),
    answer.effects.map(({ outcome }) =>
      el("button", { type: "button", class: "chip", "data-key": `event-${outcome}`, "aria-pressed": String(outcome === effect.outcome), on: { click: () => choose({ outcome }) } }, metric(outcome).label),
    ),
  );
  const early = rows.filter((row) => row.block >= 0 && row.block * blockDays < EARLY_DAYS && known(row.estimate));
  const late = rows.filter((row) => row.block >= 0 && row.block * blockDays >= EARLY_DAYS && known(row.estimate));
  put(byId("path-events-text"), `Effect on the ${label.toLowerCase()} by block of ${blockDays} days around adoption, for the same adopters in every block`);
  put(
    byId("path-events-note"),
    rows.length === 0
      ? [el("b", {}, "No event study. "), effect.status === "exploratory" ? `It needs at least 10 adopting and 10 comparison ${answer.cluster}s.` : effect.status === "refused" ? sentence(effect.reason) : "No block has enough adopters."]
      : [
          doubtful && el("b", {}, "The trend of adopters already differed before adoption: do not read this as an effect. "),
          early.length > 0 && `First ${EARLY_DAYS} days: ${early.map((row) => change(effect, row.estimate)).join(", ")}. `,
          late.length > 0 && `Later blocks: ${change(effect, Math.min(...late.map((row) => row.estimate)))} to ${change(effect, Math.max(...late.map((row) => row.estimate)))}. `,
          "Block 0 is the migration and is not part of the estimate. DORA reports that performance often dips before it improves. The bars are a 95 % band for all blocks together.",
        ],
  );
  byId("path-events-note").className = rows.length === 0 ? "empty" : "note";
  byId("path-events").classList.toggle("doubtful", doubtful);
  byId("path-events-more").hidden = rows.length === 0;
  put(
    byId("path-events-table"),
    table(
      `Effect on the ${label.toLowerCase()} by block`,
      ["Block", "Effect", "Low", "High", "Adopters"],
      rows.map((row) => [blockName(row.block), ...[row.estimate, row.low, row.high].map((value) => (known(value) ? change(effect, value) : UNKNOWN)), number(row.n)]),
    ),
  );
  if (rows.length === 0) {
    hidePlot("path-events-plot");
    return;
  }
  plot("path-events-plot", `Effect on the ${label.toLowerCase()} by block around adoption`, (color) => {
    const ink = doubtful ? color.muted : color.accent;
    const percents = (value) => (known(value) ? 100 * value : null);
    const isEarly = (row) => early.includes(row);
    return {
      grid: { left: 8, right: 16, top: 34, bottom: 30, containLabel: true },
      legend: { show: false },
      xAxis: {
        type: "category",
        data: rows.map((row) => blockName(row.block)),
        name: `blocks of ${blockDays} days since adoption`,
        nameLocation: "middle",
        nameGap: 28,
        nameTextStyle: axisText(color),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...axisText(color), hideOverlap: true },
      },
      yAxis: valueAxis(color, { name: effect.unit === "ratio" ? "%" : "points", nameTextStyle: { ...axisText(color), align: "left" }, axisLabel: { formatter: (value) => plusMinus(value, value % 1 ? 1 : 0) } }),
      tooltip: { ...tooltip(color), formatter: (points) => eventTip(effect, rows[points[0].dataIndex]) },
      series: [
        whiskers(ink, rows.flatMap((row, index) => (known(row.low) && known(row.high) ? [[index, percents(row.low), percents(row.high)]] : []))),
        {
          type: "line",
          z: 3,
          symbol: "circle",
          showAllSymbol: true,
          symbolSize: 8,
          lineStyle: { color: ink, width: 1.5 },
          itemStyle: { color: ink },
          data: rows.map((row) => ({ value: percents(row.estimate), itemStyle: isEarly(row) ? { color: color.surface, borderColor: ink, borderWidth: 2 } : {} })),
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: color.muted, type: "solid", width: 1 }, data: [{ yAxis: 0 }] },
          markArea:
            early.length > 0
              ? { silent: true, itemStyle: { color: color.hover }, label: { color: color.muted, fontSize: 12, position: "insideTop" }, data: [[{ name: early.length > 1 ? "first 12 weeks" : "", xAxis: blockName(early[0].block) }, { xAxis: blockName(early[early.length - 1].block) }]] }
              : undefined,
        },
      ],
    };
  });
}

function drawAdoption(answer) {
  const rows = answer.adoption;
  const last = rows[rows.length - 1];
  const share = (part, whole) => (whole > 0 ? part / whole : null);
  const kept = (row) => share(row.services_on_path, row.services_on_path + row.left);
  byId("path-adoption").hidden = rows.length === 0;
  if (rows.length === 0) return;
  const ever = last.services_on_path + last.left;
  put(
    byId("path-adoption-text"),
    `${number(last.services_on_path)} of ${count(last.services, "service")} and ${number(last.teams_on_path)} of ${count(last.teams, "team")} are on the path`,
    known(last.deployments_share) && `, with ${percent(last.deployments_share)} of deployments`,
    ".",
    ever > 0 && ` Of ${count(ever, "service")} that ever adopted it, ${number(last.services_on_path)} still use it (${percent(kept(last))}).`,
  );
  put(
    byId("path-adoption-table"),
    table(
      "Adoption by block",
      ["From", "Services on the path", "Services", "Teams on the path", "Teams", "Deployments on the path", "Services that left"],
      rows.map((row) => [date(row.time), ...["services_on_path", "services", "teams_on_path", "teams"].map((name) => number(row[name])), percent(row.deployments_share), number(row.left)]),
    ),
  );
  const lines = [
    ["Services", (row) => share(row.services_on_path, row.services)],
    ["Teams", (row) => share(row.teams_on_path, row.teams)],
    ["Deployments", (row) => row.deployments_share],
    ["Adopters still on it", kept],
  ];
  plot("path-adoption-plot", "Share of services, teams and deployments on the path, and of adopters that are still on it", (color) => ({
    xAxis: {
      type: "category",
      data: rows.map((row) => date(row.time)),
      axisLine: { lineStyle: { color: color.line } },
      axisTick: { show: false },
      axisLabel: { ...axisText(color), hideOverlap: true },
    },
    yAxis: valueAxis(color, { min: 0, max: 100, axisLabel: { formatter: (value) => `${value} %` } }),
    tooltip: { ...tooltip(color), valueFormatter: (value) => (known(value) ? percent(value / 100) : "no data") },
    series: lines.map(([name, of], index) => ({
      type: "line",
      name,
      symbol: "none",
      connectNulls: false,
      lineStyle: { color: color.lines[index], width: 2, type: LINE_TYPES[index] },
      itemStyle: { color: color.lines[index] },
      data: rows.map((row) => (known(of(row)) ? 100 * of(row) : null)),
    })),
  }));
}

// Told apart without colours too.
const LINE_TYPES = ["solid", "dashed", "dotted", [8, 3, 2, 3]];

const FIRSTS = {
  services: { on: "On the path", off: "Not on it", noun: "service" },
  contributors: { after: "After adoption", before: "Before adoption", noun: "contributor" },
};

function drawFirsts(firsts, claim) {
  put(byId("path-claim"), `For reference: ${claim.text}`);
  for (const [of, { noun, ...groups }] of Object.entries(FIRSTS)) {
    const curves = Object.entries(groups).map(([group, label]) => ({ label, ...firsts[of][group] }));
    const isKnown = curves.some((curve) => curve.points.length > 0);
    put(
      byId(`path-${of}-text`),
      curves.map((curve, index) => [
        index > 0 && " · ",
        el("b", {}, curve.label),
        !known(curve.n) ? `: too few ${noun}s to stay anonymous` : `: ${count(curve.n, `new ${noun}`)}, ${known(curve.median_days) ? `median ${duration(86_400 * curve.median_days)}` : curve.n === 0 ? "none to follow" : "fewer than half deployed so far"}`,
      ]),
      known(firsts[of].log_rank_p) ? `. Log-rank test: ${pEquals(firsts[of].log_rank_p)}.` : ". Too few to compare.",
    );
    byId(`path-${of}-more`).hidden = !isKnown;
    byId(`path-${of}-image`).hidden = !isKnown;
    put(
      byId(`path-${of}-table`),
      table(
        `New ${noun}s without a deployment`,
        ["Group", "Days", "Not yet deployed", "Low", "High", "Followed"],
        curves.flatMap((curve) => curve.points.map((point) => [curve.label, figure(point.days, 1), percent(point.share), percent(point.low), percent(point.high), number(point.at_risk)])),
      ),
    );
    if (!isKnown) {
      hidePlot(`path-${of}-plot`);
      continue;
    }
    plot(`path-${of}-plot`, `Share of new ${noun}s without a deployment by days since the first commit`, (color) => ({
      xAxis: valueAxis(color, { name: "days since the first commit", nameLocation: "middle", nameGap: 28, nameTextStyle: axisText(color), min: 0, splitLine: { show: false } }),
      grid: { left: 8, right: 16, top: 44, bottom: 30, containLabel: true },
      yAxis: valueAxis(color, { min: 0, max: 100, axisLabel: { formatter: (value) => `${value} %` } }),
      legend: { top: 0, left: 0, itemWidth: 18, textStyle: axisText(color), data: curves.map((curve) => curve.label) },
      tooltip: { show: false },
      series: curves.flatMap((curve, index) =>
        [
          ["share", curve.label, 2.2, 1],
          ["low", `${curve.label}, low`, 1, 0.55],
          ["high", `${curve.label}, high`, 1, 0.55],
        ].map(([bound, name, width, opacity]) => ({
          type: "line",
          step: "end",
          name,
          symbol: "none",
          silent: true,
          lineStyle: { color: color.lines[index], width, opacity, type: bound === "share" ? LINE_TYPES[index] : "dotted" },
          itemStyle: { color: color.lines[index] },
          data: curve.points.length === 0 ? [] : [[0, 100], ...curve.points.filter((point) => known(point[bound])).map((point) => [point.days, 100 * point[bound]])],
        })),
      ),
    }));
  }
}

function drawBalance(rows) {
  put(
    byId("path-balance-table"),
    table(
      "Levels before adoption",
      ["Outcome", "Adopters", "Comparison services"],
      rows.map((row) => [metric(row.outcome).label, levelText(row.outcome, row.adopting), levelText(row.outcome, row.comparison)]),
    ),
  );
}

function drawExcluded(rows) {
  const groups = byReason(rows);
  const services = new Set(rows.map((row) => row.service)).size;
  put(
    byId("path-excluded-text"),
    services === 0 ? "No service is left out." : `${count(services, "service")} left out, in whole or in part, for ${count(groups.length, "reason")}. A service may be left out for several.`,
  );
  redraw(byId("path-excluded"), groups.map(excludedGroup));
}

const DAY = /\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?/g;

/** Services by the reason they share, whatever its dates; the largest group first. */
function byReason(rows) {
  const groups = new Map();
  for (const { service, reason } of rows) {
    const shared = reason.replace(DAY, "the date below");
    groups.set(shared, [...(groups.get(shared) ?? []), { service, reason, days: (reason.match(DAY) ?? []).map((day) => day.slice(0, 10)) }]);
  }
  return [...groups].map(([shared, members]) => ({ shared, members })).sort((one, other) => other.members.length - one.members.length || one.shared.localeCompare(other.shared));
}

function excludedGroup({ shared, members }) {
  const isSame = members.every(({ reason }) => reason === members[0].reason);
  const text = outcomeFirst(isSame ? members[0].reason.replace(DAY, (day) => day.slice(0, 10)) : shared);
  return el(
    "details",
    { class: "excluded-group", "data-key": `excluded-${shared}` },
    el("summary", {}, el("b", {}, count(members.length, "service")), ` ${text}`),
    el("ul", { class: "scroll", tabindex: 0, "aria-label": `${count(members.length, "service")}: ${text}` }, members.map(({ service, days }) => el("li", {}, service, !isSame && days.length > 0 && el("span", { class: "muted" }, ` ${days.join(", ")}`)))),
  );
}

/** "change_lead_time: it lacks …" as "Change lead time: it lacks …". */
function outcomeFirst(reason) {
  return sentence(reason.replace(/^[a-z]+(?:_[a-z]+)+/, (name) => metric(name).label));
}

function drawDownloads(question) {
  for (const place of document.querySelectorAll("#golden-path .downloads")) {
    const { part, plot: of } = place.dataset;
    put(place, part && pathCsv(part, question), part && of && " ", of && pathImage(of));
  }
}

function pathCsv(part, question) {
  return csvLink(address("golden-path", { ...question, format: "csv", part }), `golden-path-${part}`, part.replaceAll("_", " "));
}

function pathImage(of) {
  return imageButton(of, `golden-${of.replace(/-plot$/, "")}`, of.replace(/^path-|-plot$/g, ""));
}

function tooltip(color) {
  return { trigger: "axis", backgroundColor: color.surface, borderColor: color.line, textStyle: { color: color.ink, fontSize: 13 }, confine: true };
}

/** A node, not a string: a tooltip is parsed as HTML otherwise. */
function eventTip(effect, row) {
  return el(
    "div",
    { class: "chart-tip" },
    el("b", {}, `Block ${blockName(row.block)}`),
    el("div", {}, known(row.estimate) ? change(effect, row.estimate) : "no data"),
    known(row.low) && known(row.high) && el("div", { class: "muted" }, `${change(effect, row.low)} to ${change(effect, row.high)}`),
    el("div", { class: "muted" }, count(row.n, "adopter")),
  );
}

function blockName(block) {
  return plusMinus(block, 0, "");
}

/** An effect with its sign and unit: "−30 %", "+1.5 points". */
function change(effect, value) {
  if (!known(value)) return UNKNOWN;
  return effect.unit === "ratio" ? signed(effect, value) : `${signed(effect, value)} points`;
}

function signed(effect, value) {
  return effect.unit === "ratio" ? `${plusMinus(100 * value, 0)}\u202f%` : plusMinus(100 * value, 1);
}

function size(effect, value) {
  if (!known(value)) return UNKNOWN;
  const whole = Math.abs(100 * value);
  return effect.unit === "ratio" ? `${figure(whole, whole < 9.95 ? 1 : 0)}\u202f%` : `${figure(whole, 1)} points`;
}

function plusMinus(value, decimals, plus = "+") {
  const text = number(Math.abs(value), decimals);
  const isZero = Number(text.replaceAll(",", "")) === 0;
  return (isZero ? "" : value < 0 ? MINUS : plus) + text;
}

function pText(p) {
  return known(p) ? (p < 0.001 ? "< 0.001" : number(p, 3)) : UNKNOWN;
}

function pEquals(p) {
  return p < 0.001 ? "p < 0.001" : `p = ${pText(p)}`;
}

/** A level of an outcome as the API gives it: seconds, deployments in a block, or a ratio. */
function levelText(outcome, value) {
  if (!known(value)) return UNKNOWN;
  if (outcome === "change_lead_time") return duration(value);
  return outcome === "deployment_frequency" ? `${figure(value, 1)} a block` : percent(value);
}
