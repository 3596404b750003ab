// What is looked at, kept in the address, so that a view can be linked and Back goes back.

import { addDays, isoDay } from "./format.js";

const DEFAULTS = {
  view: "numbers",
  period: "90",
  from: "",
  to: "",
  team: "",
  service: "",
  repository: "",
  golden_path: "",
  environment: "production",
  interval: "",
  benchmark: "2023",
  metric: "deployment_frequency",
  rows: "",
  only: "",
  deployment: "",
  sort: "",
  since: "",
  catalog: "",
  path: "",
  weeks: "104",
  cluster: "",
  outcome: "",
  months: "12",
  practice: "branch_age",
  rate: "change_fail_rate",
};

/** The choices that the address holds; what it does not say has its default. */
export function read(search = location.search) {
  const query = new URLSearchParams(search);
  const state = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) {
    if (query.has(name)) state[name] = query.get(name);
  }
  return state;
}

/** Puts choices into the address; `replace` writes no new entry into the history. */
export function write(state, { replace = false } = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value !== DEFAULTS[name]) query.set(name, value);
  }
  const address = location.pathname + (query.size ? "?" + query : "") + location.hash;
  history[replace ? "replaceState" : "pushState"](null, "", address);
}

/** The state without what narrows it. */
export function widened(state) {
  const { period, from, to, since, team, service, repository, golden_path, environment, path, weeks, cluster } = DEFAULTS;
  return { ...state, period, from, to, since, team, service, repository, golden_path, environment, path, weeks, cluster };
}

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** First day of the calendar week, month, quarter or year that is `steps` away from the one of `today`. */
const FIRST_DAY = {
  week: ([year, month, date], steps) => {
    const weekday = (new Date(year, month - 1, date).getDay() + 6) % 7; // Monday is 0
    return new Date(year, month - 1, date - weekday + 7 * steps);
  },
  month: ([year, month], steps) => new Date(year, month - 1 + steps, 1),
  quarter: ([year, month], steps) => new Date(year, 3 * (Math.floor((month - 1) / 3) + steps), 1),
  year: ([year], steps) => new Date(year + steps, 0, 1),
};

/**
 * The API's parameters for the period; both days of a custom period are in it. A calendar period is given whole, also
 * if it is not over, so that the API compares it with the one before.
 */
export function period(state, today = isoDay()) {
  if (state.period === "custom") {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(state.to);
    return { from: state.from, to: isDay ? addDays(state.to, 1) : state.to, tz: zone };
  }
  const [, which, unit] = /^(this|last)-(week|month|quarter|year)$/.exec(state.period) ?? [];
  if (unit) {
    const steps = which === "this" ? 0 : -1;
    const day = today.split("-").map(Number);
    return { from: isoDay(FIRST_DAY[unit](day, steps)), to: isoDay(FIRST_DAY[unit](day, steps + 1)), tz: zone };
  }
  const days = Number(state.period);
  return { from: Number.isInteger(days) ? addDays(today, -days) : state.period, tz: zone };
}

/** The API's common parameters for these choices. */
export function parameters(state) {
  return {
    ...period(state),
    team: state.team,
    service: state.service,
    repository: state.repository,
    golden_path: state.golden_path,
    environment: state.environment,
  };
}

/**
 * The parameters of /golden-path. Its blocks are counted back from the end, which is the last midnight in UTC: so the
 * answer stays the same for a day, and no change of the clocks costs a block.
 */
export function pathParameters(state, now = new Date()) {
  const to = now.toISOString().slice(0, 10);
  const weeks = Number(state.weeks);
  const from = Number.isInteger(weeks) && weeks > 0 ? new Date(Date.parse(to) - weeks * 7 * 86_400_000).toISOString().slice(0, 10) : state.weeks;
  return { path: state.path, from, to, cluster: state.cluster };
}

/** The parameters of what is shown by month: so many whole months up to the first day of this one. */
export function monthParameters(state, today = isoDay()) {
  const day = today.split("-").map(Number);
  const months = Number(state.months);
  const back = Number.isInteger(months) && months > 0 && months <= 60 ? months : Number(DEFAULTS.months);
  const { from: begin, to: end, ...common } = parameters(state);
  return { ...common, from: isoDay(FIRST_DAY.month(day, -back)), to: isoDay(FIRST_DAY.month(day, 0)) };
}
