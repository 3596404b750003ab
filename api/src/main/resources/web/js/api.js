// Questions to the API. An answer is data, or a thrown Problem that says for people what is wrong.

const TOKEN = "dorado.token";

/** What went wrong with a question: an RFC 9457 problem, or no (usable) answer at all (`status` is 0). */
export class Problem extends Error {
  constructor(status, title, detail, members = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.members = members;
  }
}

/** Asks `/api/v1/{path}`; parameters that are empty are left out. */
export async function ask(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== ""),
  );
  const address = `api/v1/${path}${query.size ? "?" + query : ""}`;
  const token = sessionStorage.getItem(TOKEN);
  let response;
  try {
    response = await fetch(address, {
      headers: { Accept: "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      cache: "no-store",
      signal,
    });
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new Problem(
      0,
      "Dorado does not answer",
      navigator.onLine
        ? `${location.origin} could not be reached: is Dorado still running?`
        : "This device is offline.",
    );
  }
  const text = await response.text();
  const body = parsed(text);
  if (response.ok && body !== undefined) return body;
  if (response.ok) {
    throw new Problem(0, "Not an answer of Dorado", `${address} answered with something that is not JSON: is a proxy in between?`);
  }
  throw new Problem(
    response.status,
    body?.title ?? `Error ${response.status}`,
    body?.detail ?? `${address} answered ${response.status} ${response.statusText}`.trim(),
    body ?? {},
  );
}

/** Keeps a bearer token until this tab is closed. */
export function keepToken(token) {
  if (token) sessionStorage.setItem(TOKEN, token);
  else sessionStorage.removeItem(TOKEN);
}

export function hasToken() {
  return sessionStorage.getItem(TOKEN) !== null;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
