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
  const { period, from, to, team, service, repository, golden_path, environment } = DEFAULTS;
  return { ...state, period, from, to, team, service, repository, golden_path, environment };
}

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The API's parameters for the period; both days of a custom period are in it. */
export function period(state, today = isoDay()) {
  if (state.period === "custom") {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(state.to);
    return { from: state.from, to: isDay ? addDays(state.to, 1) : state.to, tz: zone };
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
