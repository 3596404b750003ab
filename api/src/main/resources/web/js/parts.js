// Small pieces that several sections use: times, rules, badges, tips and bars.

import { byId, el } from "./dom.js";
import { duration, known, sentence, time, UNKNOWN, utc } from "./format.js";
import { ruleName, ruleText } from "./rules.js";

/** An instant in the viewer's zone, with UTC in its tip. */
export function moment(instant, text = time(instant)) {
  if (!known(instant)) return el("span", { class: "unknown" }, UNKNOWN);
  return el("time", { datetime: instant, title: utc(instant) }, text);
}

/** The number of a rule, which tells what the rule says when it is pointed at or focused. */
export function rule(number) {
  if (!number) return null;
  const text = ruleText(number);
  return el(
    "span",
    { class: "rule", tabindex: text ? "0" : null, "data-tip": text ? `${ruleName(number)}: ${text}` : null },
    number,
  );
}

/** The rule written out. */
export function ruleSentence(number) {
  if (!number) return null;
  const text = ruleText(number);
  return el("p", { class: "rule-sentence" }, el("span", { class: "rule" }, number), " ", text ?? "");
}

export function badge(kind, text, tip = null) {
  return el("span", { class: `badge ${kind}`, tabindex: tip ? "0" : null, "data-tip": tip }, text);
}

/** A short commit id, linked if there is an address. */
export function commit(sha) {
  return sha ? el("code", { title: sha }, sha.slice(0, 8)) : el("span", { class: "unknown" }, UNKNOWN);
}

/** A link to another tool; only to web addresses, whatever a webhook has put there. */
export function outward(address, text) {
  return /^https?:\/\//i.test(address ?? "")
    ? el("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, text)
    : el("span", {}, text);
}

/** A link to a view of one team or service, which keeps the other choices; opened elsewhere it has only these. */
export function viewLink(view, choices, text) {
  return el("a", { href: `?${new URLSearchParams({ view, ...choices })}`, "data-view": view }, text);
}

/** The name of a service, which leads to it. */
export function serviceLink(service) {
  return viewLink("service", { service }, service);
}

const STAGES = [
  ["coding", "Coding", "first commit to opened"],
  ["pickup", "Pickup", "opened to first review"],
  ["review", "Review", "to merged"],
  ["deploy", "Deploy", "merged to in production"],
];

/** The stages of a lead time as a bar, each as wide as its share, with a text for those who do not see it. */
export function stagesBar(stages, { legend = false } = {}) {
  const present = STAGES.filter(([name]) => known(stages?.[name]));
  const total = present.reduce((sum, [name]) => sum + Math.max(0, stages[name]), 0);
  if (present.length === 0 || total <= 0) return null;
  const text = present.map(([name, label]) => `${label} ${duration(stages[name])}`).join(", ");
  const bar = el("span", { class: "stages", role: "img", "aria-label": text, title: text });
  for (const [name] of present) {
    const piece = el("span", { class: `stage ${name}` });
    piece.style.flexGrow = String(Math.max(0, stages[name]) / total);
    bar.append(piece);
  }
  if (!legend) return bar;
  return el(
    "div",
    { class: "stages-with-legend" },
    bar,
    el(
      "ul",
      { class: "stages-legend" },
      present.map(([name, label, span]) =>
        el("li", { title: span }, el("span", { class: `stage ${name}`, "aria-hidden": "true" }), `${label} `, el("b", {}, duration(stages[name]))),
      ),
    ),
  );
}

/** A table of texts; the first of each row names it. */
export function table(caption, heads, rows) {
  return el(
    "table",
    { class: "plain" },
    el("caption", { class: "visually-hidden" }, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map(([first, ...others]) => el("tr", {}, el("th", { scope: "row", class: "break" }, first), others.map((value) => el("td", {}, value))))),
  );
}

/** A box that says what is wrong and, where known, what to do. */
export function problemBox(problem, actions = []) {
  return el(
    "div",
    { class: "problem", role: "alert" },
    el("p", { class: "problem-title" }, problem.title),
    el("p", {}, sentence(problem.detail)),
    actions.length > 0 && el("p", { class: "actions" }, actions),
  );
}

/** A text that can be copied with a button. */
export function copyable(text, label) {
  const code = el("code", {}, text);
  const button = el("button", { type: "button", class: "quiet", "aria-label": `Copy ${label}` }, "Copy");
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(code);
      said = "Selected: press Ctrl+C";
    }
    button.textContent = said;
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  return el("span", { class: "copyable" }, code, button);
}

/** Shows the tip of whatever is pointed at or focused; Escape hides it. */
export function startTips() {
  const tip = byId("tip");
  const hide = () => (tip.hidden = true);
  const show = (event) => {
    const owner = event.target.closest?.("[data-tip]");
    if (!owner) return hide();
    tip.textContent = owner.dataset.tip;
    tip.hidden = false;
    owner.setAttribute("aria-describedby", "tip");
    const box = owner.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), document.documentElement.clientWidth - tip.offsetWidth - 8);
    const below = box.bottom + 6 + tip.offsetHeight < innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? box.bottom + 6 : box.top - 6 - tip.offsetHeight}px`;
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true, capture: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}
