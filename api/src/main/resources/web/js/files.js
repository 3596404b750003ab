// Files to keep: CSV from the API, with the token of this tab.

import { download } from "./api.js";
import { el } from "./dom.js";
import { sentence } from "./format.js";

/** A link to a CSV file at an address of the API; `label` says what of. */
export function csvLink(path, name, label) {
  return el("a", { href: path, download: name, "data-key": `csv-${name}`, "aria-label": `CSV of ${label}`, on: { click: (event) => save(event, path, name) } }, "CSV");
}

/** Saves what is at `href` under a name. */
export function offerFile(href, name) {
  const link = el("a", { href, download: name });
  link.click();
  if (href.startsWith("blob:")) URL.revokeObjectURL(href);
}

/** A link can't carry a token, so the page asks itself. */
async function save(event, path, name) {
  event.preventDefault();
  const { parentNode: place } = event.target;
  place.querySelector("[role=alert]")?.remove();
  try {
    offerFile(URL.createObjectURL(await download(path)), name);
  } catch (problem) {
    place.append(el("span", { role: "alert" }, ` ${sentence(problem.detail ?? problem.message)}`));
  }
}
