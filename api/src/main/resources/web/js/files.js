// Links to the files of a view: CSV from the API, PNG of a plot.

import { download } from "./api.js";
import { el } from "./dom.js";
import { sentence } from "./format.js";
import { image } from "./plots.js";

/**
 * A link to a CSV of the API. A link can't carry a token, so the page asks itself.
 *
 * @param path address of the API
 * @param file name of the file, without its ending
 * @param what what is in it, for those who do not see where the link is
 */
export function csvLink(path, file, what) {
  return el("a", { href: path, download: `${file}.csv`, "aria-label": `CSV of ${what}`, on: { click: (event) => save(event, path, `${file}.csv`) } }, "CSV");
}

/** A button that saves the plot in the element with this id as a picture. */
export function imageButton(id, file, what) {
  const saveImage = () => {
    const data = image(id);
    if (data) offerFile(data, `${file}.png`);
  };
  return el("button", { type: "button", class: "link", "aria-label": `PNG of ${what}`, on: { click: saveImage } }, "PNG");
}

async function save(event, path, file) {
  event.preventDefault();
  const { parentNode: place } = event.target;
  place.querySelector("[role=alert]")?.remove();
  try {
    offerFile(URL.createObjectURL(await download(path)), file);
  } catch (problem) {
    place.append(el("span", { role: "alert" }, ` ${sentence(problem.detail ?? problem.message)}`));
  }
}

function offerFile(href, name) {
  el("a", { href, download: name }).click();
  if (href.startsWith("blob:")) URL.revokeObjectURL(href);
}
