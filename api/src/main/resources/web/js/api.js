// Questions to the API. An answer is data, or a thrown Problem that says for people what is wrong.

const TOKEN = "dorado.token";
const ADMIN_TOKEN = "dorado.admin-token";

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

/** The address of `/api/v1/{path}`; parameters that are empty are left out. */
export function address(path, parameters = {}) {
  const query = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== ""),
  );
  return `api/v1/${path}${query.size ? "?" + query : ""}`;
}

/** Asks `/api/v1/{path}`; parameters that are empty are left out. */
export async function ask(path, parameters = {}, signal = undefined) {
  const token = sessionStorage.getItem(TOKEN);
  return answer(address(path, parameters), { headers: { Accept: "application/json", ...bearer(token) }, cache: "no-store", signal });
}

/** The checks of the process that serves this page: what it depends on, and what is wrong with it. Needs no token. */
export async function healthChecks(signal = undefined) {
  const response = await fetch("health/ready", { headers: { Accept: "application/json" }, cache: "no-store", signal });
  return parsed(await response.text())?.checks ?? [];
}

/** The file at an address of the API, asked for with the token of this tab. */
export async function download(path) {
  const response = await fetch(path, { headers: bearer(sessionStorage.getItem(TOKEN)), cache: "no-store" });
  if (!response.ok) throw new Problem(response.status, "The file could not be downloaded", `${path} answered ${response.status} ${response.statusText}`.trim());
  return response.blob();
}

/** Posts `body` to `/api/v1/{path}` as an administrator; the same key makes two posts one. */
export async function send(path, body, key) {
  const token = sessionStorage.getItem(ADMIN_TOKEN) ?? sessionStorage.getItem(TOKEN);
  return answer(`api/v1/${path}`, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", "Idempotency-Key": key, ...bearer(token) },
    body: JSON.stringify(body),
  });
}

/** Who is logged in, and whether people log in here at all. */
export async function session() {
  return answer(address("session"), { headers: { Accept: "application/json", ...bearer(sessionStorage.getItem(TOKEN)) }, cache: "no-store" });
}

/** Where to log in, and to be brought back to what is looked at. */
export function loginAddress() {
  return `login?${new URLSearchParams({ to: location.search })}`;
}

/** Logs out here, and goes to where the issuer of the login does the same. */
export async function logOut() {
  const { next } = await answer("logout", { method: "POST", headers: { Accept: "application/json" } });
  keepToken("");
  sessionStorage.removeItem(ADMIN_TOKEN);
  location.assign(next);
}

function bearer(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function answer(address, request) {
  let response;
  try {
    response = await fetch(address, request);
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

/** Keeps a token of an administrator until this tab is closed. */
export function keepAdminToken(token) {
  sessionStorage.setItem(ADMIN_TOKEN, token);
}

export function hasAdminToken() {
  return sessionStorage.getItem(ADMIN_TOKEN) !== null;
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
