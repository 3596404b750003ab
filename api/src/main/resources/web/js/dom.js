// Elements from data. Text enters the page as text nodes only: nothing that a webhook carried is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

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

/** Draws `container` anew without taking the focus, or what was opened, from the reader: both are found again by `data-key`. */
export function redraw(container, ...children) {
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const opened = [...container.querySelectorAll("details[open][data-key]")].map((details) => details.dataset.key);
  put(container, ...children);
  for (const key of opened) find(container, key)?.setAttribute("open", "");
  if (focused) find(container, focused)?.focus({ preventScroll: true });
}

function find(container, key) {
  return container.querySelector(`[data-key="${CSS.escape(key)}"]`);
}
