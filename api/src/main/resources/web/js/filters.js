// The filters: what may be chosen comes from the API, what is chosen stands in the address.

import { Combobox } from "./combobox.js";
import { byId, el } from "./dom.js";
import { addDays, isoDay } from "./format.js";

const FIELDS = ["period", "from", "to", "golden_path", "environment", "interval", "benchmark"];
const boxes = {}; // team and service, of which there may be thousands

/** Lets `choose` know of every choice. */
export function startFilters(choose) {
  const form = byId("filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["team", "service"]) boxes[name] = new Combobox(form.elements[name], name, (id) => choose({ [name]: id, deployment: "" }));
  form.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (!FIELDS.includes(name)) return;
    const change = { [name]: value, deployment: "" };
    if (name === "period" && value === "custom" && !form.elements.from.value) {
      const today = isoDay();
      Object.assign(change, { from: addDays(today, -30), to: today });
    }
    if (name === "period" && value !== "custom") Object.assign(change, { from: "", to: "" });
    choose(change);
  });
  const more = byId("filters-more");
  more.addEventListener("click", () => {
    const open = form.classList.toggle("open");
    more.setAttribute("aria-expanded", String(open));
  });
}

/** Shows what is chosen. */
export function showFilters(state) {
  const { elements } = byId("filters");
  for (const [name, box] of Object.entries(boxes)) box.show(state[name]);
  for (const name of FIELDS) {
    const field = elements[name];
    if (field.tagName === "SELECT") offer(field, state[name]);
    // A date that is only half typed is not yet a value, and must not be wiped by a refresh.
    if (document.activeElement !== field && !field.validity.badInput) field.value = state[name];
  }
  byId("custom-period").hidden = state.period !== "custom";
}

/** Offers the services, teams and environments that are known; a service of another team stays, if it is chosen. */
export function offerKnown({ services, teams, environments }, state) {
  const { elements } = byId("filters");
  const ofTeam = services.filter((service) => !state.team || service.team === state.team || service.id === state.service);
  boxes.service.offer(ofTeam.map(({ id, title, team }) => ({ id, title, group: state.team ? null : team })));
  boxes.team.offer(teams.filter((team) => team.id).map(({ id }) => ({ id })));
  const classes = new Set(["production", ...environments.map((environment) => environment.id)]);
  const names = environments.flatMap((environment) => environment.names).filter((name) => !classes.has(name));
  options(elements.environment, [...classes, ...new Set(names)].map((name) => [name, name]), state.environment);
}

function options(select, pairs, chosen) {
  const wanted = JSON.stringify(pairs);
  if (select.dataset.offered !== wanted) {
    select.dataset.offered = wanted;
    select.replaceChildren(...pairs.map(([value, text]) => el("option", { value }, text)));
  }
  offer(select, chosen);
  select.value = chosen;
}

/** A value from the address that is not (yet) known is offered all the same: the view says what it shows. */
function offer(select, value) {
  if (![...select.options].some((option) => option.value === value)) select.append(el("option", { value }, value));
}
