// The story of a row: its steps in the order of time, each with its rule, its evidence and what was rejected.

import { el } from "./dom.js";
import { moment, ruleSentence } from "./parts.js";

const SURE = { high: 3, medium: 2, low: 1 };
const WHOLE_SHA = /^[0-9a-f]{40}$/;
const DURATION = /(\d) (wk|d|h|min|s)\b/g;
const TIME = /(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/g;

/**
 * The steps as a line through time.
 *
 * @param steps `story` of an answer
 * @param chapters for the name of a step: `title`, `verdict` (good, bad, warn, person or none), `more` (nodes below its
 *     text), `known` (ids that `more` shows already), `label` (a badge before its text); all of them may be left out.
 *     Or a function of the step that gives these
 * @param link called with an id of the evidence; gives a node that leads there, or nothing
 */
export function storyLine(steps, chapters, link = () => null) {
  return el(
    "ol",
    { class: "story-line" },
    steps.map((step) => {
      const found = chapters[step.step] ?? {};
      const chapter = typeof found === "function" ? found(step) : found;
      const shown = new Set(chapter.known ?? []);
      const evidence = step.evidence.filter((id) => !shown.has(id));
      return el(
        "li",
        { class: `step ${chapter.verdict ?? "none"}`, "data-step": step.step },
        el("p", { class: "step-at" }, step.at && moment(step.at)),
        el(
          "div",
          { class: "step-body" },
          el("h5", {}, chapter.title ?? step.step),
          el("p", { class: "step-text" }, chapter.label && [chapter.label, " "], prose(step.text)),
          chapter.more,
          (step.rule || step.confidence) && el("div", { class: "step-rule" }, ruleSentence(step.rule), sureness(step.confidence)),
          evidence.length > 0 && grounds("Evidence", evidence, link),
          step.rejected.length > 0 && passedOver(step),
        ),
      );
    }),
  );
}

/** A text with its times in the viewer's zone, and its durations set as they are everywhere on the page. */
function prose(told) {
  const text = told.replace(DURATION, "$1\u202f$2");
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TIME)) {
    parts.push(text.slice(end, match.index), moment(`${match[1]}T${match[2]}:00Z`));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

function sureness(confidence) {
  if (!confidence) return null;
  return el(
    "p",
    { class: "sureness" },
    el("span", { class: "bars", "aria-hidden": "true" }, [1, 2, 3].map((bar) => el("span", { class: bar <= (SURE[confidence] ?? 0) ? "on" : null }))),
    `${confidence} confidence`,
  );
}

function grounds(title, ids, link) {
  return el("p", { class: "grounds" }, el("span", { class: "muted" }, title), ids.map((id) => [" ", link(id) || el("code", { class: "ground break", title: id }, WHOLE_SHA.test(id) ? id.slice(0, 8) : id)]));
}

function passedOver({ step, rejected: texts }) {
  return el(
    "details",
    { class: "passed-over", "data-key": `rejected-${step}`, open: texts.length <= 4 },
    el("summary", {}, `Considered and rejected (${texts.length})`),
    el("ul", {}, texts.map((text) => el("li", { class: "break" }, text))),
  );
}
