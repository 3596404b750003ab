// A text field that finds one of many entries: the combobox pattern of WAI-ARIA with a list below it.

import { byId, el, put } from "./dom.js";
import { count, number } from "./format.js";

const MOST_SHOWN = 50;
const PART = /[^\p{L}\p{N}]+/u;

/**
 * A field whose value is the id of an entry, or "" for all of them.
 *
 * Typing filters the list, the arrow keys move through it and Enter chooses. Escape closes the list; if the list is
 * closed, Escape chooses all. Leaving the field empty chooses all; leaving it
 * with half a name restores the last choice.
 */
export class Combobox {
  #input;
  #list;
  #note;
  #clear;
  #noun;
  #choose;
  #chosen = "";
  #entries = [];
  #offered = "";
  #matches = [];
  #active = -1;

  /**
   * @param input text field inside a `.combobox`
   * @param noun what the entries are, singular
   * @param choose called with the id that was chosen, or ""
   */
  constructor(input, noun, choose) {
    const list = `${input.name}-options`;
    this.#input = input;
    this.#noun = noun;
    this.#choose = choose;
    this.#list = el("ul", { id: list, role: "listbox", "aria-label": `${noun[0].toUpperCase()}${noun.slice(1)}s`, hidden: true });
    this.#note = el("p", { class: "visually-hidden", role: "status" });
    this.#clear = el("button", { type: "button", class: "combobox-clear", tabindex: "-1", "aria-label": `Clear ${noun}`, hidden: true, on: { click: () => this.#take("") } }, "×");
    const attributes = { role: "combobox", type: "text", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-controls": list };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.closest(".combobox").append(this.#clear, this.#list, this.#note);
    this.#listen();
  }

  /** Offers these entries: `id`, and what else finds them: `title` and `group`. */
  offer(entries) {
    const state = JSON.stringify(entries);
    if (state === this.#offered) return;
    this.#offered = state;
    this.#entries = entries.map(({ id, title, group }) => ({ id, title: title && title !== id ? title : null, group, text: [id, title, group].filter(Boolean).join(" ").toLowerCase(), parts: id.toLowerCase().split(PART) }));
    this.#input.placeholder = `All ${this.#noun}s (${number(entries.length)})`;
    if (this.#isOpen()) this.#draw(this.#matches[this.#active]?.id);
  }

  /** Shows what is chosen, also if it is no known entry; leaves a field alone in which somebody types. */
  show(id) {
    this.#chosen = id;
    if (document.activeElement !== this.#input) this.#restore();
    this.#clear.hidden = id === "";
  }

  #listen() {
    const input = this.#input;
    input.addEventListener("input", () => this.#draw(input.value === "" ? "" : this.#chosen));
    // Half a name is no choice: the form must not hear of it.
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => this.#isOpen() || this.#openAll());
    input.addEventListener("blur", () => {
      this.#close();
      if (input.value === "") this.#take("", { focus: false });
      else this.#restore();
    });
    input.addEventListener("keydown", (event) => this.#press(event));
    // The field keeps the focus while the pointer chooses.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#take(this.#matches[Number(option.dataset.index)].id);
    });
  }

  #press(event) {
    const { key, altKey } = event;
    if (event.isComposing) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (altKey && key === "ArrowUp") this.#close();
      else if (!this.#isOpen()) this.#openAll();
      else this.#activate((this.#active + (key === "ArrowDown" ? 1 : -1) + this.#matches.length) % this.#matches.length);
    } else if (key === "Enter") {
      event.preventDefault();
      if (this.#isOpen() && this.#matches[this.#active]) this.#take(this.#matches[this.#active].id);
      else if (!this.#isOpen()) this.#openAll();
    } else if (key === "Escape" && this.#isOpen()) {
      event.stopPropagation();
      this.#close();
      this.#restore();
      this.#input.select();
    } else if (key === "Escape" && this.#chosen !== "") {
      event.stopPropagation();
      this.#take("");
    }
  }

  #isOpen() {
    return !this.#list.hidden;
  }

  /** Opens the whole list, at what is chosen. */
  #openAll() {
    this.#draw(this.#chosen, "");
  }

  /** Draws what matches the text of the field; `active` is the id of the entry to stand on. */
  #draw(active = null, text = this.#query()) {
    const { found, total } = this.#find(text);
    this.#matches = text === "" ? [{ id: "" }, ...this.#chosenBeside(found), ...found] : found;
    const none = this.#offered === "" ? `Loading the ${this.#noun}s.` : text === "" ? `No ${this.#noun} is known.` : `No ${this.#noun} matches “${text}”.`;
    put(
      this.#list,
      this.#matches.map((entry, i) => this.#option(entry, i)),
      total === 0 && el("li", { class: "combobox-note", role: "presentation" }, none),
      found.length < total && el("li", { class: "combobox-note", role: "presentation" }, `${number(found.length)} of ${number(total)} shown. Type to narrow the list.`),
    );
    this.#note.textContent = total === 0 ? none : count(total, this.#noun) + (total === 1 ? " matches" : " match");
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    const at = this.#matches.findIndex(({ id }) => id === active);
    this.#activate(at >= 0 ? at : this.#matches.length > 0 ? 0 : -1);
  }

  /** What is chosen is in the whole list, also if it is far down or no known entry. */
  #chosenBeside(found) {
    if (this.#chosen === "" || found.some(({ id }) => id === this.#chosen)) return [];
    return [this.#entries.find(({ id }) => id === this.#chosen) ?? { id: this.#chosen }];
  }

  /** What was typed; the name of what is chosen, left as it is, is no wish to find it. */
  #query() {
    const text = this.#input.value.trim();
    return text === this.#chosen ? "" : text;
  }

  /** The best matches: the name itself, then names that begin with it, then parts of names, then titles and teams. */
  #find(text) {
    const query = text.toLowerCase();
    if (query === "") return { found: this.#entries.slice(0, MOST_SHOWN), total: this.#entries.length };
    const words = query.split(/\s+/);
    const ranks = [[], [], [], [], []];
    for (const entry of this.#entries) {
      if (words.every((word) => entry.text.includes(word))) ranks[rank(entry, query, words)].push(entry);
    }
    const all = ranks.flat();
    return { found: all.slice(0, MOST_SHOWN), total: all.length };
  }

  #option({ id, title, group }, index) {
    const isChosen = id === this.#chosen;
    return el(
      "li",
      { role: "option", id: `${this.#list.id}-${index}`, "data-index": index, "aria-selected": "false", class: isChosen ? "chosen" : null },
      el("span", { class: "break" }, id || `All ${this.#noun}s`),
      (title || group) && el("span", { class: "combobox-more break" }, [title, group].filter(Boolean).join(" · ")),
      isChosen && el("span", { class: "visually-hidden" }, ", chosen"),
    );
  }

  #activate(index) {
    this.#list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = byId(`${this.#list.id}-${index}`);
    if (!option) return this.#input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.#input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#list.hidden = true;
    this.#matches = [];
    this.#active = -1;
    this.#note.textContent = "";
    put(this.#list);
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #restore() {
    this.#input.value = this.#chosen;
  }

  #take(id, { focus = true } = {}) {
    const isOther = id !== this.#chosen;
    this.#chosen = id;
    this.#clear.hidden = id === "";
    this.#close();
    this.#restore();
    if (focus) this.#input.focus();
    if (isOther) this.#choose(id);
  }
}

function rank({ id, parts }, query, words) {
  const name = id.toLowerCase();
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  if (words.every((word) => parts.some((part) => part.startsWith(word)))) return 2;
  return words.every((word) => name.includes(word)) ? 3 : 4;
}
