// The rows behind a number: deployments, changes or incidents, page by page; each opens to its story.

import { ask, Problem } from "./api.js";
import { changes } from "./changes.js";
import { isBeingCorrected } from "./corrections.js";
import { deployments } from "./deployments.js";
import { byId, el, patch, put, redraw } from "./dom.js";
import { count, known, percent } from "./format.js";
import { incidents } from "./incidents.js";
import { problemBox } from "./parts.js";

const KINDS = { deployments, changes, incidents };
const PAGE = 25;
// Some choices are made here, from what the API lists: then larger pages are asked for, at most so many for one look.
const SIFTED_PAGE = 500;
const SIFTED_PAGES = 10;

export class Rows {
  /** @param choose called with changes of the state: { rows, only, deployment } */
  constructor(choose) {
    this.choose = choose;
    this.items = []; // what has been fetched, of which the first `shown` are on the page
    this.shown = PAGE;
    this.next = null;
    this.opened = new Map(); // key of a row → its story's data, a Problem, or null while it is awaited
    this.unfinished = new Set(); // keys of deployments that went out of sight while they were being corrected
    this.asked = "";
    this.summary = null;
    this.missing = null; // why the deployment that the address names is not shown
  }

  /** Shows the rows of a choice; asks again quietly if it is the same as before. */
  async show(kindName, only, parameters, deployment) {
    const kind = KINDS[kindName] ?? deployments;
    const choice = kind.choices[only] ? only : "";
    const question = JSON.stringify([kindName, choice, parameters, deployment]);
    const same = question === this.asked;
    if (!same) {
      this.asked = question;
      this.items = [];
      this.shown = PAGE;
      this.next = null;
      [...this.opened.keys()].filter(isBeingCorrected).forEach((key) => this.unfinished.add(key));
      this.opened.clear();
    }
    Object.assign(this, { kind, only: choice, parameters });
    this.#drawTabs();
    if (!same) this.#drawWaiting();
    await this.#load({ wanted: this.shown, deployment });
  }

  /** The share of incidents that no rule links, which no rate contains. */
  showUnlinked(rate) {
    this.summary = rate;
    this.#drawNote();
  }

  async #load({ wanted, deployment = null, after = null }) {
    const question = this.asked;
    const choice = this.kind.choices[this.only];
    const limit = choice.keep ? SIFTED_PAGE : Math.min(1000, after ? PAGE : wanted);
    const items = after ? [...this.items] : [];
    this.missing = null;
    let cursor = after;
    try {
      for (let page = 0; page < SIFTED_PAGES; page++) {
        const answer = await ask(this.kind.path, { ...this.parameters, ...choice.parameters, limit, cursor });
        items.push(...answer.items.filter(choice.keep ?? (() => true)));
        cursor = answer.next;
        if (!cursor || items.length >= wanted) break;
      }
      if (deployment && this.kind === deployments) await this.#pin(items, deployment);
      if (this.kind === deployments) this.#holdCorrected(items);
      await this.#refreshStories(items);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (question === this.asked) this.#drawProblem(problem);
      return;
    }
    if (question !== this.asked) return;
    // What was held, or has moved between two pages, may have come twice.
    this.items = [...new Map(items.map((row) => [this.kind.key(row), row])).values()];
    this.next = cursor;
    this.#draw();
  }

  /** Puts the deployment that the address names first, and opens it, also if it is not among these rows. */
  async #pin(items, name) {
    const [service, id] = split(name);
    let row = items.find((item) => item.id === id && (!service || item.service === service));
    if (!row) {
      try {
        row = await deployments.load({ id, service });
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        this.missing = problem;
        return;
      }
      items.unshift(row);
    }
    const key = deployments.key(row);
    if (!this.opened.has(key)) this.opened.set(key, null);
  }

  /** A deployment that is being corrected stays open, and stays in the list when newer ones push it out. */
  #holdCorrected(items) {
    const listed = new Set(items.map((row) => deployments.key(row)));
    items.push(...this.items.filter((row) => this.opened.has(deployments.key(row)) && isBeingCorrected(deployments.key(row)) && !listed.has(deployments.key(row))));
    for (const key of items.map((row) => deployments.key(row))) {
      if (this.unfinished.delete(key) && !this.opened.has(key)) this.opened.set(key, null);
    }
  }

  async #refreshStories(items) {
    await Promise.all(
      items.filter((row) => this.opened.has(this.kind.key(row))).map((row) => this.#loadStory(row)),
    );
  }

  async #loadStory(row) {
    const key = this.kind.key(row);
    try {
      this.opened.set(key, await this.kind.load(row));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.opened.set(key, problem);
    }
  }

  /** Asks for the story of a row once more: it has been corrected. */
  async #refresh(key) {
    const row = this.items.find((item) => this.kind.key(item) === key);
    if (!row || !this.opened.has(key)) return;
    await this.#loadStory(row);
    this.#draw();
  }

  async #toggle(row) {
    const key = this.kind.key(row);
    const isDeployment = this.kind === deployments;
    if (this.opened.delete(key)) {
      if (isDeployment) this.#remember("");
      this.#draw();
      return;
    }
    this.opened.set(key, null);
    this.#draw();
    if (isDeployment) this.#remember(join(row.service, row.id));
    await this.#loadStory(row);
    this.#draw();
  }

  /** The address follows what is open, without the rows being asked for again. */
  #remember(deployment) {
    this.asked = JSON.stringify([...JSON.parse(this.asked).slice(0, 3), deployment]);
    this.choose({ deployment }, { quiet: true });
  }

  #openDeployment = (id, service) => this.choose({ rows: "deployments", only: "", deployment: join(service, id) });

  #drawTabs() {
    byId("rows-title").textContent = this.kind === deployments ? "The deployments behind it" : this.kind === changes ? "The changes behind it" : "Incidents";
    redraw(
      byId("rows-tabs"),
      Object.entries(KINDS).map(([name, kind]) =>
        el(
          "button",
          {
            type: "button",
            role: "tab",
            id: `tab-${name}`,
            "data-key": `tab-${name}`,
            "aria-selected": String(kind === this.kind),
            "aria-controls": "rows-panel",
            tabindex: kind === this.kind ? "0" : "-1",
            on: {
              click: () => this.choose({ rows: name, only: "", deployment: "" }),
              keydown: (event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (!step) return;
                const names = Object.keys(KINDS);
                const target = names[(names.indexOf(name) + step + names.length) % names.length];
                byId(`tab-${target}`).focus();
                this.choose({ rows: target, only: "", deployment: "" });
              },
            },
          },
          kind.label,
        ),
      ),
    );
    byId("rows-panel").setAttribute("aria-labelledby", `tab-${this.kind.path}`);
    redraw(
      byId("rows-only"),
      Object.entries(this.kind.choices).map(([name, choice]) =>
        el(
          "button",
          {
            type: "button",
            class: "chip",
            "data-key": `only-${name}`,
            "aria-pressed": String(name === this.only),
            on: { click: () => this.choose({ rows: this.kind.path, only: name || "all", deployment: "" }) },
          },
          choice.label,
        ),
      ),
    );
    this.#drawNote();
  }

  #drawNote() {
    const { summary } = this;
    const shown = this.kind === incidents && summary?.unlinked_incidents > 0;
    put(
      byId("rows-note"),
      shown
        ? `${count(summary.unlinked_incidents, "incident")} of ${summary.incidents}${
            known(summary.unlinked_incidents_share) ? ` (${percent(summary.unlinked_incidents_share)})` : ""
          } ${summary.unlinked_incidents === 1 ? "is" : "are"} linked to no deployment by any rule, and so in no change fail rate.`
        : null,
    );
    byId("rows-note").hidden = !shown;
  }

  #drawWaiting() {
    put(byId("rows-panel"), el("p", { class: "skeleton wide" }), el("p", { class: "skeleton wide" }), el("p", { class: "skeleton wide" }));
    byId("rows-panel").setAttribute("aria-busy", "true");
    byId("rows-more").hidden = true;
    byId("rows-count").textContent = "";
  }

  #drawProblem(problem) {
    byId("rows-panel").setAttribute("aria-busy", "false");
    // What is on the page already stays; the banner at its top says what is wrong.
    if (this.items.length === 0) put(byId("rows-panel"), problemBox(problem));
  }

  #draw() {
    const panel = byId("rows-panel");
    panel.setAttribute("aria-busy", "false");
    const visible = this.items.filter((row, i) => i < this.shown || this.#isBeingCorrected(row));
    const isMore = visible.length < this.items.length || this.next !== null;
    byId("rows-more").hidden = !isMore;
    byId("rows-more").onclick = () => this.#more();
    byId("rows-count").textContent = visible.length > 0 ? `${count(visible.length, this.kind.noun)} shown${isMore ? ", the newest first" : ""}` : "";
    const missing = this.missing && problemBox(this.missing);
    if (this.items.length === 0) {
      const searched = this.next ? " Older ones have not been looked through yet." : "";
      put(panel, missing, el("p", { class: "empty" }, this.kind.empty[this.only] + searched));
      return;
    }
    if (!panel.querySelector(`table.${this.kind.path}`)) put(panel, el("div", { class: "missing-row" }), this.#table());
    redraw(panel.querySelector(".missing-row"), missing);
    const several = severalRepositories(visible);
    patch(panel.querySelector("tbody"), visible.flatMap((row) => this.#rowAndStory(row, several)));
  }

  #isBeingCorrected(row) {
    return this.opened.has(this.kind.key(row)) && isBeingCorrected(this.kind.key(row));
  }

  async #more() {
    this.shown += PAGE;
    if (this.items.length < this.shown && this.next) {
      byId("rows-more").disabled = true;
      await this.#load({ wanted: this.shown, after: this.next });
      byId("rows-more").disabled = false;
    } else {
      this.#draw();
    }
  }

  #table() {
    const { columns } = this.kind;
    return el(
      "table",
      { role: "table", class: `rows ${this.kind.path}` },
      el("caption", { class: "visually-hidden" }, `${this.kind.label}; the first cell of a row opens its story`),
      el(
        "thead",
        { role: "rowgroup" },
        el("tr", { role: "row" }, columns.map((column) => el("th", { scope: "col", role: "columnheader", class: column.number ? "number" : null }, column.label))),
      ),
      el("tbody", { role: "rowgroup" }),
    );
  }

  /** The parts of the table that are about a row: its line and, if it is open, its story. */
  #rowAndStory(row, several) {
    const key = this.kind.key(row);
    const isOpen = this.opened.has(key);
    const id = `story-${encodeURIComponent(key)}`;
    const line = { key: `line ${key}`, state: JSON.stringify([row, isOpen, several.has(row.service)]), make: () => this.#line(row, isOpen, id, several) };
    if (!isOpen) return [line];
    const story = () => el("tr", { role: "row", class: "story", id }, el("td", { role: "cell", colspan: this.kind.columns.length }, this.#story(key)));
    return [line, { key: `story ${key}`, state: JSON.stringify(this.opened.get(key)), make: story, isHeld: (node) => this.#isBeingCorrected(row) && node.querySelector("form") !== null }];
  }

  #line(row, isOpen, storyId, several) {
    const key = this.kind.key(row);
    const toggle = () => this.#toggle(row);
    const cells = this.kind.columns.map((column) => {
      const content = column.toggle
        ? el(
            "button",
            {
              type: "button",
              class: "toggle",
              "data-key": `row-${key}`,
              "aria-expanded": String(isOpen),
              "aria-controls": isOpen ? storyId : null,
              on: { click: toggle },
            },
            el("span", { class: "chevron", "aria-hidden": "true" }),
            column.cell(row, several),
          )
        : column.cell(row, several);
      return el("td", { role: "cell", "data-label": column.label, class: [column.number && "number", column.wide && "wide"].filter(Boolean).join(" ") || null }, el("div", {}, content));
    });
    return el(
      "tr",
      {
        role: "row",
        class: `row${isOpen ? " open" : ""}`,
        "data-id": row.id,
        on: { click: (event) => !event.target.closest("a, button, [data-tip]") && !String(getSelection()) && toggle() },
      },
      cells,
    );
  }

  #story(key) {
    const data = this.opened.get(key);
    if (data === null) return el("div", { class: "story-body", "aria-busy": "true" }, el("p", { class: "skeleton wide" }), el("p", { class: "skeleton wide" }));
    return data instanceof Problem ? problemBox(data) : this.kind.story(data, this.#openDeployment, () => this.#refresh(key));
  }
}

/** The services of which rows of several repositories are listed. */
function severalRepositories(rows) {
  const repositories = new Map();
  for (const { service, repository } of rows) {
    if (repository) repositories.set(service, (repositories.get(service) ?? new Set()).add(repository));
  }
  return new Set([...repositories].filter(([, names]) => names.size > 1).map(([service]) => service));
}

function join(service, id) {
  return `${encodeURIComponent(service)} ${id}`;
}

function split(name) {
  const space = name.indexOf(" ");
  if (space < 0) return ["", name];
  return [decodeURIComponent(name.slice(0, space)), name.slice(space + 1)];
}
