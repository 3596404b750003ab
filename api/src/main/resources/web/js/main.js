// Starts the page and keeps it fresh: choices → address → questions → drawings.

import { ask, hasToken, healthChecks, keepToken, Problem } from "./api.js";
import { drawCatalog } from "./catalog.js";
import { drawChart } from "./chart.js";
import { askParts, CONTRIBUTORS_FRESH_FOR, drawAwaitedContributors, drawContributors } from "./contributors.js";
import { byId, el, put } from "./dom.js";
import { offerKnown, showFilters, startFilters } from "./filters.js";
import { sentence } from "./format.js";
import { drawGoldenPath } from "./goldenpath.js";
import { drawIngest, drawSetup, isSilent } from "./ingest.js";
import { askAll } from "./lists.js";
import { drawMeasurements } from "./measurements.js";
import { METRICS, metric } from "./metrics.js";
import { problemBox, startTips } from "./parts.js";
import { Rows } from "./rows.js";
import { drawPracticeMonths } from "./practicemonths.js";
import { drawPractices } from "./practices.js";
import { drawRepositories } from "./repositories.js";
import { drawAwaitedRevisions, drawRevisions, LATEST_REVISIONS, mayBeRevised } from "./revisions.js";
import { setWindows } from "./rules.js";
import { monthParameters, parameters, pathParameters, period, read, widened, write } from "./state.js";
import { drawAwaitedService, drawNoService, drawService, drawUnknownService, LATEST_INCIDENTS } from "./service.js";
import { ABOUT_ALL_TEAMS, isRestricted, showSession } from "./session.js";
import { drawTeams, foldTeams } from "./teams.js";
import { drawTiles } from "./tiles.js";

const FRESH_FOR = 15_000;
const MONTHS_FRESH_FOR = 300_000; // whole months hardly change, and many teams' are a long question

let state = read();
let asking = new AbortController();
let timer = null;
const shown = { summary: null, series: [], question: null, empty: false, path: null, months: null };
const rows = new Rows(choose);

/** Answers that a view asks for when it is looked at. */
const answers = { teams: null, service: null, contributors: null, revisions: null };

/** Takes a change of the choices; a quiet one is only written into the address. */
function choose(change, { quiet = false } = {}) {
  // A repository is chosen within a service.
  const repository = "service" in change || "team" in change ? { repository: "" } : {};
  // The day on which numbers were published is of their period.
  const since = "period" in change || "from" in change || "to" in change ? { since: "" } : {};
  state = { ...state, ...repository, ...since, ...change };
  write(state, { replace: quiet });
  if (!quiet) look();
}

function chooseMetric(name) {
  choose({ metric: name, rows: "", only: "", deployment: "" });
}

/** Asks for everything that the choices need and draws what comes; what was there stays until it is replaced. */
async function look() {
  asking.abort();
  asking = new AbortController();
  clearTimeout(timer);
  showFilters(state);
  showPathChoice();
  showMonthChoice();
  showView();
  const { signal } = asking;
  // A service is looked at whole, whoever owned it when.
  const common = parameters(state.view === "service" ? { ...state, team: "", golden_path: "" } : state);
  const question = JSON.stringify(common);
  if (shown.question === null) drawTiles(null, [], chosenMetric(), chooseMetric);
  byId("main").classList.toggle("stale", shown.question !== null && shown.question !== question);
  drawNumbers();

  const { rows: rowsOf, only: onlyOf } = metric(state.metric);
  const within = period(state);
  const looks = [
    Promise.all([
      ask("summary", { ...common, benchmark: state.benchmark }, signal),
      ask("series", { ...common, interval: state.interval, benchmark: state.benchmark }, signal),
    ]).then(([summary, series]) => {
      Object.assign(shown, { summary, series: series.filter((row) => new Date(row.time) < new Date()), question });
      setWindows(summary.rules);
      byId("main").classList.remove("stale");
      drawNumbers();
      drawServiceView();
      rows.showUnlinked(summary.groups[0]?.metrics.change_fail_rate);
      return lookAtRevisions(summary, common, signal);
    }),
    Promise.all([
      askAll("services", within, signal),
      askAll("teams", within, signal),
      askAll("environments", within, signal),
      isRestricted() ? null : ask("ingest", {}, signal),
      state.view === "ingest" ? healthChecks(signal) : [],
    ]).then(([services, teams, environments, ingest, checks]) => {
      offerKnown({ services, teams, environments }, state);
      if (state.view === "catalog") drawCatalog(services, within, state, choose);
      if (!ingest) return showView(); // who sees some teams alone does not see what arrives
      drawIngest(ingest, (id) => choose({ view: "numbers", rows: "deployments", only: "all", deployment: ` ${id}` }), checks);
      const empty = isSilent(ingest) && services.length === 0;
      shown.empty = empty;
      byId("welcome-title").textContent = ingest.senders.length > 0 ? "Nothing has been accepted yet" : "Nothing has been delivered yet";
      byId("connect").hidden = empty;
      showView();
    }),
    lookAtRepositories(common, signal),
    lookAtContributors(common, signal),
    ...(state.view === "service" ? [lookAtService(common, within, signal)] : []),
    ...(state.view === "teams" ? [lookAtTeams(common, signal)] : []),
    ...(state.view === "practices" && !isRestricted() ? [lookAtPractices(common, signal)] : []),
    ...(state.view === "golden-path" && !isRestricted() ? [lookAtGoldenPath(signal)] : []),
    rows.show(
      state.rows || rowsOf,
      state.only || (state.rows ? "" : onlyOf),
      common,
      state.deployment,
    ),
  ];
  const problems = (await Promise.allSettled(looks)).filter((look) => look.status === "rejected").map((look) => look.reason);
  if (signal.aborted) return;
  showProblems(problems);
  if (problems.length === 0) byId("updated").textContent = `Updated ${new Date().toLocaleTimeString("en-GB")}`;
  plan();
}

/** A service of several repositories has a line of each (rule K1): all of the view can be read by one of them. */
async function lookAtRepositories(common, signal) {
  const { groups } = common.service ? await ask("summary", { ...common, repository: "", group_by: "repository" }, signal) : { groups: [] };
  drawRepositories(groups, state.repository, (repository) => choose({ repository, deployment: "" }));
}

/** Numbers of a period that is over may be in somebody's report: what was revised of them since? */
async function lookAtRevisions(summary, common, signal) {
  const place = byId("revisions");
  place.hidden = !mayBeRevised(summary, common.to, state.since);
  if (place.hidden) return;
  const key = JSON.stringify([common, state.since]);
  if (answers.revisions !== key) drawAwaitedRevisions();
  const answer = await ask("revisions", { ...common, since: state.since, limit: LATEST_REVISIONS }, signal);
  answers.revisions = key;
  drawRevisions(answer, common, choose);
}

/** Numbers of all services are much to ask for: only if somebody wants to see them, and not again for a while. */
async function lookAtContributors(common, signal) {
  byId("contributors-more").hidden = common.service !== "";
  if (common.service || !byId("contributors-more").open || state.view !== "numbers") return;
  const question = JSON.stringify(common);
  const known = answers.contributors;
  if (known?.question !== question || Date.now() - known.at > CONTRIBUTORS_FRESH_FOR) {
    if (known?.question !== question) drawAwaitedContributors();
    const { groups } = await ask("summary", { ...common, group_by: "service" }, signal);
    answers.contributors = { question, at: Date.now(), groups, parts: {} };
  }
  drawContributorsView();
  await lookAtParts(common, signal);
}

/** The stages or rules of the metric that is chosen, once for the services beside them. */
async function lookAtParts(common, signal) {
  const name = chosenMetric();
  const { contributors } = answers;
  if (contributors.parts[name]) return;
  const whole = await ask("summary", common, signal);
  contributors.parts[name] = await askParts(name, common, whole, signal);
  drawContributorsView();
}

function drawContributorsView() {
  const known = answers.contributors;
  if (!known || !byId("contributors-more").open || known.question !== shown.question) return;
  drawContributors(shown.summary.groups[0]?.metrics[chosenMetric()], known.groups, chosenMetric(), known.parts[chosenMetric()] ?? {});
}

async function lookAtService(common, within, signal) {
  const id = common.service;
  if (!id || answers.service?.id !== id) answers.service = null;
  drawServiceView();
  if (!id) return;
  try {
    const [service, incidents] = await Promise.all([
      ask(`services/${encodeURIComponent(id)}`, { ...within, environment: common.environment }, signal),
      ask("incidents", { ...common, limit: LATEST_INCIDENTS }, signal),
    ]);
    answers.service = { id, service, incidents: incidents.items };
  } catch (problem) {
    if (problem.status !== 404) throw problem;
    answers.service = { id, problem };
  }
  drawServiceView();
  showView();
}

function drawServiceView() {
  if (state.view !== "service") return;
  if (!state.service) return drawNoService();
  if (!answers.service) return drawAwaitedService(state.service);
  const { id, service, incidents, problem } = answers.service;
  if (problem) return drawUnknownService(id);
  const isOfThis = shown.question === JSON.stringify(parameters({ ...state, team: "", golden_path: "" }));
  drawService(service, incidents, isOfThis ? shown.summary.groups[0]?.metrics.change_lead_time : null);
}

/** All teams, or the services of the one that is chosen. */
async function lookAtTeams(common, signal) {
  const dimension = common.team || common.service ? "service" : "team";
  const question = { ...common, group_by: dimension, benchmark: state.benchmark };
  const [summary, series] = await Promise.all([ask("summary", question, signal), ask("series", { ...common, group_by: dimension }, signal).catch(withoutCourse)]);
  if (JSON.stringify(question) !== JSON.stringify(answers.teams?.question)) foldTeams();
  answers.teams = { summary, dimension, question, series: series?.filter((row) => new Date(row.time) < new Date()) ?? null };
  drawTeamsView();
}

/** Of too many groups /series is refused: the numbers are worth showing all the same. */
function withoutCourse(problem) {
  if (problem.status === 400 && problem.members?.groups) return null;
  throw problem;
}

function drawTeamsView() {
  if (!answers.teams) return;
  drawTeams(answers.teams, state.sort, (sort) => {
    choose({ sort }, { quiet: true });
    drawTeamsView();
  });
}

async function lookAtPractices(common, signal) {
  const dimension = common.team || common.service ? "service" : "team";
  const [whole, parts] = await Promise.all([ask("practices", common, signal), ask("practices", { ...common, group_by: dimension }, signal)]);
  byId("practices-panel").hidden = false;
  byId("practices-table-title").textContent = `The same by ${dimension}`;
  drawPractices(whole, parts, dimension);
  await lookAtMonths(dimension, signal);
}

async function lookAtMonths(dimension, signal) {
  const question = { ...monthParameters(state), group_by: dimension };
  const key = JSON.stringify(question);
  if (shown.months?.key !== key || Date.now() - shown.months.at > MONTHS_FRESH_FOR) {
    const { environment, repository, group_by: grouping, ...measured } = question;
    const [practices, measurements] = await Promise.all([ask("practices", { ...question, part: "months" }, signal), ask("measurements", { ...measured, interval: "month" }, signal)]);
    shown.months = { key, question, measured: { ...measured, interval: "month" }, dimension, practices, measurements, at: Date.now() };
  }
  drawMonths();
}

function drawMonths() {
  if (!shown.months || state.view !== "practices") return;
  const { practices, measurements, question, measured, dimension } = shown.months;
  byId("months-waits").hidden = true;
  byId("months-answer").hidden = false;
  drawPracticeMonths(practices, question, dimension, state, choose);
  drawMeasurements(measurements, measured);
}

/** How many months are looked back at: the choice of the view, whatever the period of the cards. */
function startMonthChoice() {
  const form = byId("month-choice");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => choose({ [event.target.name]: event.target.value }));
}

async function lookAtGoldenPath(signal) {
  const question = pathParameters(state);
  shown.path = { question, answer: await ask("golden-path", question, signal) };
  drawPath();
}

function drawPath() {
  if (shown.path) drawGoldenPath(shown.path.answer, shown.path.question, state.outcome, choose);
}

/** The choices of the golden path, which has a period of its own: blocks need years. */
function startPathChoice() {
  const form = byId("path-choice");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => choose({ [event.target.name]: event.target.value }));
}

function showPathChoice() {
  const { elements } = byId("path-choice");
  for (const name of ["path", "weeks", "cluster"]) {
    const field = elements[name];
    if (![...field.options].some(({ value }) => value === state[name])) field.append(el("option", { value: state[name] }, name === "weeks" ? `${state[name]} weeks` : state[name]));
    field.value = state[name];
  }
}

function showMonthChoice() {
  const { months } = byId("month-choice").elements;
  if (![...months.options].some(({ value }) => value === state.months)) months.append(el("option", { value: state.months }, `${state.months} months`));
  months.value = state.months;
}

/** Shows the view that is chosen; while nothing has been delivered, how to begin instead of numbers. */
function showView() {
  const views = ["numbers", "teams", "service", "golden-path", "practices", "catalog", "ingest"];
  const mayBeSeen = views.includes(state.view) && !(isRestricted() && ABOUT_ALL_TEAMS.includes(state.view));
  const view = mayBeSeen ? state.view : "numbers";
  const hasService = state.service !== "" && !answers.service?.problem;
  const parts = view === "service" && hasService ? ["service", "numbers"] : [view];
  byId("service-more").hidden = view !== "service";
  for (const name of views) byId(name).hidden = !parts.includes(name) || (shown.empty && name !== "ingest");
  document.body.dataset.view = view;
  byId("print-choice").textContent = printed(state);
  byId("welcome").hidden = !shown.empty || view === "ingest";
  byId("filters").hidden = shown.empty || view === "ingest" || view === "golden-path";
  byId("repositories").classList.toggle("elsewhere", view === "golden-path");
  const uses = { interval: ["numbers", "service"], benchmark: ["numbers", "service", "teams"], team: ["numbers", "teams", "practices", "catalog"], golden_path: ["numbers", "teams", "practices"], environment: ["numbers", "service", "teams", "practices"] };
  for (const [name, users] of Object.entries(uses)) {
    const field = byId("filters").elements[name];
    (field.closest(".combobox") ?? field.closest("label")).hidden = !users.includes(view);
  }
  for (const link of byId("views").children) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** What is chosen, for a reader on paper, who sees no filters. */
function printed({ period: chosen, from, to, team, service, repository, golden_path: path, environment }) {
  const field = byId("filters").elements.period;
  const period = chosen === "custom" ? `${from} – ${to}` : (field.selectedOptions[0]?.textContent ?? chosen);
  const parts = [period, team && `team ${team}`, service && `service ${service}`, repository, path === "true" ? "on a golden path" : path === "false" ? "on no golden path" : path, environment];
  return `${parts.filter(Boolean).join(" · ")} · printed ${new Date().toLocaleDateString("en-GB", { dateStyle: "medium" })} · ${location.href}`;
}

/** A link to a view keeps the choices; opened elsewhere it is an address like any other. */
function startViews() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { view, ...choices } = Object.fromEntries(new URLSearchParams(link.search));
    const rows = Object.keys(choices).length > 0 ? { rows: "", only: "", deployment: "" } : {};
    choose({ ...rows, ...choices, view: link.dataset.view });
    scrollTo(0, 0);
  });
}

/** Looks again in a while, if anybody looks at the page. */
function plan() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, FRESH_FOR);
}

function chosenMetric() {
  return METRICS[state.metric] ? state.metric : "deployment_frequency";
}

function drawNumbers() {
  if (!shown.summary) return;
  drawTiles(shown.summary, shown.series, chosenMetric(), chooseMetric);
  drawChart(shown.series, chosenMetric(), state.interval || bucketOf(shown.series));
  drawContributorsView();
}

/** The interval that the API chose: the length of a bucket says it. */
function bucketOf(series) {
  if (series.length === 0) return "week";
  const days = (new Date(series[0].end) - new Date(series[0].time)) / 86_400_000;
  return days < 2 ? "day" : days < 10 ? "week" : "month";
}

function showProblems(problems) {
  const unexpected = problems.find((problem) => !(problem instanceof Problem));
  if (unexpected) console.error(unexpected);
  const known = problems.map((problem) =>
    problem instanceof Problem ? problem : new Problem(0, "This page cannot show the answer", `${problem.message}. Reload it; if that does not help, the page and the API are of different versions.`),
  );
  const unauthorised = known.find((problem) => problem.status === 401);
  showSignIn(unauthorised);
  const different = new Map(known.filter((problem) => problem.status !== 401).map((problem) => [problem.title + problem.detail, problem]));
  const boxes = [...different.values()].map((problem) => problemBox(problem, actions(problem)));
  const text = [...different.keys()].join();
  const place = byId("problems");
  place.hidden = boxes.length === 0;
  if (place.dataset.text !== text) {
    place.dataset.text = text;
    put(place, boxes);
  }
  byId("main").classList.toggle("broken", known.length > 0 && shown.summary === null);
  if (known.length > 0) {
    byId("updated").textContent = shown.summary ? "Refresh failed" : "";
    if (shown.question !== JSON.stringify(parameters(state))) byId("main").classList.add("stale");
  }
}

function actions(problem) {
  const retry = el("button", { type: "button", on: { click: look } }, "Try again");
  if (problem.status !== 400 && problem.status !== 404) return [retry, el("span", { class: "muted" }, " It is tried again every 15 seconds.")];
  return [el("button", { type: "button", on: { click: () => choose({ ...widened(state), interval: "", benchmark: "2023" }) } }, "Reset the filters")];
}

function showSignIn(problem) {
  const dialog = byId("sign-in");
  if (!problem) {
    if (dialog.open) dialog.close();
    return;
  }
  if (!byId("sign-in").open) showSession(); // a login may have ended
  byId("sign-in-detail").textContent = hasToken() ? `${problem.title}: ${sentence(problem.detail)}` : sentence(problem.detail);
  if (!dialog.open) dialog.showModal();
}

/** Signs in with the token behind `#token=`, which leaves the address and the history at once. */
function signInByAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  keepToken(token);
  history.replaceState(history.state, "", location.pathname + location.search);
}

function startSignIn() {
  signInByAddress();
  byId("sign-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    keepToken(byId("token").value.trim());
    byId("token").value = "";
    byId("sign-in").close();
    showSession().then(look);
  });
}

function start() {
  startTips();
  startFilters(choose);
  byId("contributors-more").addEventListener("toggle", () => byId("contributors-more").open && look());
  startSignIn();
  startViews();
  startPathChoice();
  startMonthChoice();
  drawSetup(byId("welcome-setup"));
  drawSetup(byId("connect-setup"));
  byId("reset").addEventListener("click", () => choose({ ...widened(state), deployment: "" }));
  addEventListener("popstate", () => {
    state = read();
    look();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  addEventListener("online", look);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    drawNumbers();
    drawPath();
    drawMonths();
  });
  showSession().then(look);
}

start();
