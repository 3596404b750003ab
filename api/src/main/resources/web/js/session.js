// Who is logged in, and the ways in and out. Without a login of people this shows nothing.

import { loginAddress, logOut, Problem, session } from "./api.js";
import { byId, el, put } from "./dom.js";
import { sentence } from "./format.js";

/** Views about all teams, which who is restricted to some may not see. */
export const ABOUT_ALL_TEAMS = ["golden-path", "practices", "ingest"];

let teams = null;

/** Whether the reader may see the services of some teams alone. */
export function isRestricted() {
  return teams !== null;
}

/** Asks who is logged in and shows it in the head of the page and in the dialog that asks for a token. */
export async function showSession() {
  try {
    const answer = await session();
    teams = answer.teams ?? null;
    draw(answer);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // what is wrong with the API, its other answers say
  }
}

function draw({ name, role, login, logout }) {
  for (const link of document.querySelectorAll("header a[data-view]")) link.hidden = isRestricted() && ABOUT_ALL_TEAMS.includes(link.dataset.view);
  const who = byId("who");
  who.hidden = !name && !login;
  put(
    who,
    name ? el("span", { class: "muted", title: isRestricted() ? `May ${role}: ${teams.join(", ") || "no team"}` : `May ${role}` }, name) : el("a", { href: loginAddress() }, "Log in"),
    logout ? el("button", { type: "button", class: "link", on: { click: leave } }, "Log out") : null,
  );
  byId("sign-in-title").textContent = login ? "Log in" : "A token is needed";
  byId("sign-in-login").hidden = !login;
  byId("sign-in-login-link").href = loginAddress();
}

async function leave() {
  try {
    await logOut();
  } catch (problem) {
    put(byId("who"), el("span", { role: "alert", class: "bad-text" }, `You are still logged in. ${sentence(problem.message)}`));
  }
}
