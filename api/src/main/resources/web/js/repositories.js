// The repositories of the chosen service, where it has several: a choice that narrows the whole view.

import { byId, el, redraw } from "./dom.js";
import { count } from "./format.js";

/**
 * Draws the choice; nothing if there is none to make.
 *
 * @param groups groups of /summary by repository
 * @param chosen the repository that is chosen, or ""
 * @param choose called with a repository, or "" for all
 */
export function drawRepositories(groups, chosen, choose) {
  const known = groups
    .map(({ group, metrics }) => ({ name: group.repository, deployments: metrics.deployment_frequency?.n ?? 0 }))
    .filter(({ name, deployments }) => name && (deployments > 0 || name === chosen));
  const isChoice = known.length > 1 || (chosen !== "" && known.length > 0);
  const place = byId("repositories");
  place.hidden = !isChoice;
  redraw(
    place,
    isChoice && [
      el("span", { class: "muted" }, "Repository"),
      chip("All", "", chosen, choose),
      known.map(({ name, deployments }) => chip(shortRepository(name), name, chosen, choose, count(deployments, "deployment"))),
    ],
  );
}

/** The name of a repository without its host. */
export function shortRepository(name) {
  return name.slice(name.indexOf("/") + 1);
}

function chip(label, repository, chosen, choose, title = null) {
  return el("button", { type: "button", class: "chip", title, "data-key": `repository-${repository}`, "aria-pressed": String(repository === chosen), on: { click: () => choose(repository) } }, label);
}
