// Elements from data. Text enters the page as text nodes only: nothing that a webhook carried is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap(); // container or part → what it was drawn from

/**
 * An element. Attributes that are null, undefined or false are left out; `on` holds listeners, `class` and `data-…`
 * are attributes like any other. Children are nodes, texts, numbers, or nested lists of them; null is left out.
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Replaces what is inside `node`. */
export function put(node, ...children) {
  drawn.delete(node);
  node.replaceChildren(...flat(children));
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...flat(children));
  return node;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/**
 * Draws `container` anew if it would look different, and leaves it alone otherwise: a press of the mouse that began
 * before a refresh still ends on the same button. Focus and what was unfolded are found again by `data-key`.
 */
export function redraw(container, ...children) {
  const fresh = el("div", {}, children);
  if (drawn.get(container) === fresh.innerHTML && container.firstChild) return;
  drawn.set(container, fresh.innerHTML);
  const refold = folds(container);
  const refocus = focus(container);
  container.replaceChildren(...fresh.childNodes);
  refold(container);
  refocus();
}

/**
 * Draws the children of `container`, each known by its key. A child that would look the same stays the same node, so
 * that focus, selection, scroll position and everything typed in it stay as well.
 *
 * @param parts of each child: `key`, `state` (a text that is equal if it looks the same), `make` (gives the node), and
 *     `isHeld` (of the old node: whether it must stay for now, although its state is different; may be left out)
 */
export function patch(container, parts) {
  const wanted = new Set(parts.map((part) => part.key));
  const refocus = focus(container);
  const there = new Map();
  for (const node of [...container.children]) {
    const { key } = drawn.get(node);
    if (wanted.has(key)) there.set(key, node);
    else node.remove();
  }
  let place = container.firstChild;
  for (const { key, state, make, isHeld = () => false } of parts) {
    const old = there.get(key);
    let node = old;
    if (!old || (drawn.get(old).state !== state && !isHeld(old))) {
      node = make();
      drawn.set(node, { key, state });
    }
    if (node !== old && old) {
      if (place === old) place = node;
      const refold = folds(old);
      old.replaceWith(node);
      refold(node);
    }
    if (node === place) place = place.nextSibling;
    else container.insertBefore(node, place);
  }
  refocus();
}

/** Remembers what is folded and unfolded in `old`; the function that it returns folds what replaces it likewise. */
function folds(old) {
  const all = [...old.querySelectorAll("details[data-key]")].map((details) => [details.dataset.key, details.open]);
  return (node) =>
    all.forEach(([key, isOpen]) => {
      const details = find(node, key);
      if (details && details.open !== isOpen) details.open = isOpen;
    });
}

/** Remembers what has the focus in `container`; the function that it returns focuses what replaced it. */
function focus(container) {
  const active = container.contains(document.activeElement) ? document.activeElement : null;
  return () => {
    if (active?.dataset.key && document.activeElement !== active) find(container, active.dataset.key)?.focus({ preventScroll: true });
  };
}

function find(container, key) {
  return container.querySelector(`[data-key="${CSS.escape(key)}"]`);
}
