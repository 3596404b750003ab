// Ingest: what each sender delivered, what was refused or lost and why, and how to begin.

import { byId, el, put, redraw } from "./dom.js";
import { ago, count, duration, known, number, sentence, time } from "./format.js";
import { copyable, moment } from "./parts.js";

const RECENT = 60 * 60 * 1000;
const GITHUB_EVENTS = ["Pushes", "Pull requests", "Pull request reviews", "Deployment statuses", "Workflow runs", "Issues"];

/**
 * Draws the view Ingest, the chip in the header that sums it up, and the alarm about refused deliveries.
 *
 * @param state answer of /ingest
 * @param openDeployment called with the id of a deployment
 * @param checks of /health/ready; empty where they were not asked for
 */
export function drawIngest(state, openDeployment, checks = []) {
  const troubles = state.senders.flatMap(currentTroubles);
  drawChip(state, troubles);
  drawAlarm(troubles);
  redraw(
    byId("senders"),
    state.senders.length === 0
      ? el("p", { class: "empty" }, "No delivery has come in the last seven days, and none was refused.")
      : state.senders.map(senderCard),
  );
  redraw(byId("unlinked"), unlinked(state, openDeployment));
  redraw(byId("advice"), [degraded(checks), advice(state, checks)]);
  byId("deliveries-panel").hidden = state.senders.length === 0;
  redraw(byId("deliveries"), deliveries(state));
}

/** Dependencies that are away or behind, as health names them. */
function degraded(checks) {
  const wrong = checks.filter((check) => known(check.problem));
  if (wrong.length === 0) return null;
  return el(
    "ul",
    { class: "advice", "aria-label": "Parts of Dorado that are away or behind" },
    wrong.map((check) =>
      el(
        "li",
        { class: check.healthy ? "warning" : "error" },
        el("span", { class: "sign", role: "img", "aria-label": check.healthy ? "warning" : "error" }, check.healthy ? "!" : "✕"),
        el("p", {}, el("b", {}, `${check.name}: `), sentence(inZone(check.problem))),
      ),
    ),
  );
}

/** What is wrong and what to do; or that nothing is. */
function advice({ advice: all, senders }, checks) {
  if (senders.length === 0 || (all.length === 0 && checks.some((check) => known(check.problem)))) return null;
  if (all.length === 0) return el("p", { class: "all-well" }, el("b", {}, "Nothing to do."), " Every delivery was accepted, and what arrived is linked.");
  return el(
    "ul",
    { class: "advice", "aria-label": "What is wrong and what to do" },
    all.map((each) =>
      el(
        "li",
        { class: each.level },
        el("span", { class: "sign", role: "img", "aria-label": each.level }, each.level === "error" ? "✕" : "!"),
        el("p", {}, el("b", {}, `${each.subject}: `), sentence(inZone(each.problem))),
        el("p", {}, sentence(each.remedy)),
      ),
    ),
  );
}

/** The API names instants as ISO 8601: here they are said in the viewer's zone. */
function inZone(text) {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?Z/g, (instant) => time(instant));
}

const COLUMNS = ["Sender", "Repository", "Last delivery", "Accepted", "Ignored", "Dead", "Unlinked", "Lag", "Skew", "Why"];

function deliveries({ senders }) {
  return el(
    "table",
    { class: "rows deliveries", role: "table" },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, COLUMNS.map((label, i) => el("th", { scope: "col", role: "columnheader", class: i > 2 && i < 9 ? "number" : null }, label)))),
    el("tbody", { role: "rowgroup" }, senders.flatMap((sender) => [deliveryRow(sender, null), ...sender.repositories.map((repository) => deliveryRow(sender, repository))])),
  );
}

function deliveryRow(sender, repository) {
  const of = repository ?? sender;
  const loose = repository ? repository.unlinked_deployments + repository.unlinked_incidents : null;
  const reasons = [...of.dead_reasons.map((reason) => ["dead", reason]), ...of.ignored_reasons.map((reason) => ["ignored", reason])];
  const cells = [
    repository ? el("span", { class: "muted" }, sender.sender) : el("span", { class: "strong" }, sender.sender),
    repository ? el("span", { class: "break" }, repository.repository) : el("span", { class: "muted" }, "all"),
    of.last_delivery_at ? moment(of.last_delivery_at, ago(of.last_delivery_at)) : "never",
    figure(of.accepted),
    figure(of.ignored),
    figure(of.dead, true),
    known(loose) ? figure(loose, true) : el("span", { class: "faint" }, "–"),
    known(of.lag_seconds) ? duration(of.lag_seconds) : el("span", { class: "faint" }, "–"),
    known(of.skew_seconds) ? duration(of.skew_seconds) : el("span", { class: "faint" }, "–"),
    reasons.length > 0
      ? el("details", { "data-key": `why-${sender.sender}-${repository?.repository ?? ""}` }, el("summary", {}, count(reasons.length, "reason")), el("ul", { class: "tally" }, reasons.map(([outcome, reason]) => tally(reason.count, reason.reason ?? "no reason was kept", outcome))))
      : el("span", { class: "faint" }, "–"),
  ];
  return el(
    "tr",
    { role: "row", class: "row", "data-repository": repository?.repository ?? null },
    cells.map((cell, i) => el("td", { role: "cell", "data-label": COLUMNS[i], class: [i > 2 && i < 9 && "number", i === 1 && "wide", i === 9 && "wide"].filter(Boolean).join(" ") || null }, el("div", {}, cell))),
  );
}

function figure(value, isBad = false) {
  return el("span", { class: value === 0 ? "zero" : isBad ? "some-bad" : null }, number(value));
}

/** Whether nothing has ever been taken in. */
export function isSilent(state) {
  return state.senders.every((sender) => sender.accepted + sender.ignored + sender.dead === 0 && !sender.last_delivery_at);
}

function currentTroubles(sender) {
  const refused = sender.refused_reasons
    .filter((reason) => sender.refused_last_minute > 0 || Date.now() - new Date(reason.last_at) < RECENT)
    .sort((a, b) => b.last_at.localeCompare(a.last_at));
  if (refused.length === 0) return [];
  const text =
    sender.refused_last_minute > 0
      ? `${count(sender.refused_last_minute, "delivery", "deliveries")} refused in the last minute`
      : `${count(sender.refused, "delivery", "deliveries")} refused, the last ${ago(refused[0].last_at)}`;
  return [{ sender: sender.sender, text, detail: refused[0].detail || refused[0].reason }];
}

function drawChip(state, troubles) {
  const chip = byId("ingest-chip");
  const last = state.senders.map((sender) => sender.last_delivery_at).filter(known).sort().at(-1);
  const dead = state.senders.reduce((sum, sender) => sum + sender.dead, 0);
  const [verdict, text] =
    troubles.length > 0
      ? ["bad", "Deliveries refused"]
      : dead > 0
        ? ["warn", count(dead, "dead letter")]
        : last
          ? ["good", `Last delivery ${ago(last)}`]
          : ["none", "No delivery yet"];
  chip.className = `chip-link ${verdict}`;
  put(chip, el("span", { class: "dot", "aria-hidden": "true" }), text);
}

function drawAlarm(troubles) {
  const alarm = byId("alarm");
  const text = JSON.stringify(troubles);
  if (alarm.dataset.text === text) return;
  alarm.dataset.text = text;
  alarm.hidden = troubles.length === 0;
  put(
    alarm,
    troubles.map((trouble) =>
      el("p", {}, el("b", {}, `${trouble.sender}: ${trouble.text}`), ": ", sentence(trouble.detail), " ", el("a", { href: "?view=ingest", "data-view": "ingest" }, "See Ingest")),
    ),
  );
}

function senderCard(sender) {
  const figures = [
    ["Accepted", sender.accepted, ""],
    ["Ignored", sender.ignored, ""],
    ["Dead", sender.dead, sender.dead > 0 ? "bad" : ""],
    ["Refused", sender.refused, sender.refused > 0 ? "bad" : ""],
  ];
  const key = (name) => `${name}-${sender.sender}`;
  return el(
    "article",
    { class: "sender", "data-sender": sender.sender },
    el("h3", {}, sender.sender),
    el(
      "p",
      { class: "last" },
      sender.last_delivery_at
        ? ["Last delivery ", el("b", {}, ago(sender.last_delivery_at)), ", ", moment(sender.last_delivery_at)]
        : "Nothing was taken in",
      known(sender.lag_seconds) && ` · ${duration(Math.max(0, sender.lag_seconds))} behind the event (median)`,
    ),
    el("dl", { class: "figures" }, figures.map(([label, value, verdict]) => el("div", { class: verdict }, el("dt", {}, label), el("dd", {}, number(value))))),
    sender.refused_last_minute > 0 &&
      el("p", { class: "reason bad" }, el("b", {}, `${count(sender.refused_last_minute, "delivery", "deliveries")} refused in the last minute`)),
    sender.refused_reasons.map((reason) =>
      el("p", { class: "reason bad" }, el("b", {}, `Refused ${number(reason.count)}×: `), sentence(reason.detail || reason.reason), el("span", { class: "muted" }, " Last ", moment(reason.last_at, ago(reason.last_at)), ".")),
    ),
    sender.dead_reasons.map((reason) => el("p", { class: "reason bad" }, el("b", {}, `Dead ${number(reason.count)}×: `), sentence(reason.reason))),
    sender.conflicts?.count > 0 &&
      el(
        "details",
        { "data-key": key("conflicts"), class: "conflicts", open: true },
        el("summary", {}, `${count(sender.conflicts.count, "id")} used for more than one thing`),
        el("p", { class: "reason bad" }, "They count as one each. Make ids unique: put the repository and environment before them (E6)."),
        el("ul", {}, sender.conflicts.items.map(conflict)),
        sender.conflicts.count > sender.conflicts.items.length && el("p", { class: "muted" }, `The newest ${number(sender.conflicts.items.length)} of ${number(sender.conflicts.count)}.`),
      ),
    sender.ignored_reasons.length > 0 &&
      el(
        "details",
        { "data-key": key("ignored") },
        el("summary", {}, `Why ${number(sender.ignored)} ${sender.ignored === 1 ? "was" : "were"} ignored`),
        el("ul", { class: "tally" }, sender.ignored_reasons.map((reason) => tally(reason.count, reason.reason))),
      ),
    sender.kinds.length > 0 &&
      el("details", { "data-key": key("kinds") }, el("summary", {}, "Kinds of events"), el("ul", { class: "tally" }, sender.kinds.map((kind) => tally(kind.count, kind.kind ?? "without a kind", kind.outcome)))),
    sender.repositories?.length > 0 &&
      el(
        "details",
        { "data-key": key("repositories") },
        el("summary", {}, count(sender.repositories.length, "repository", "repositories")),
        el("ul", { class: "tally" }, sender.repositories.map((each) => tally(each.accepted, each.repository, `last ${ago(each.last_delivery_at)}`))),
      ),
  );
}

/** An id that is used for more than one thing: what stands, what lost, and the deliveries of both. */
function conflict(of) {
  const place = [of.service, of.repository].filter(Boolean).join(" in ");
  return el(
    "li",
    { class: "break" },
    el("b", {}, `${of.kind} ${of.id}`),
    place && ` of ${place}`,
    of.differences.map((each) => el("p", {}, `${each.aspect}: `, el("b", {}, inZone(each.standing)), " stands, ", el("b", {}, inZone(each.other)), " came too")),
    el("p", { class: "muted" }, "Stands: ", source(of.standing)),
    el("p", { class: "muted" }, "Lost: ", source(of.other), of.events > 1 && ` and ${count(of.events - 1, "more event")}`),
  );
}

function source(event) {
  const deliveries = event.deliveries.map((delivery) => `delivery ${delivery.id}, received ${time(delivery.received_at)}`);
  return [event.sender, event.status, time(event.occurred_at), ...deliveries].join(" · ");
}

function tally(figure, text, note = null) {
  return el("li", {}, el("b", {}, number(figure)), el("span", { class: "break" }, text, note && el("span", { class: "muted" }, ` ${note}`)));
}

function unlinked({ unlinked: loose, not_in_catalog: strangers = [] }, openDeployment) {
  const cards = [];
  if (loose.deployments > 0) {
    cards.push(
      el(
        "article",
        { class: "gap" },
        el("h3", {}, `${count(loose.deployments, "deployment")} of unknown commits`),
        el("ul", { class: "tally" }, loose.deployment_examples.map((id) => el("li", {}, el("button", { type: "button", class: "link break", on: { click: () => openDeployment(id) } }, id)))),
      ),
    );
  }
  if (loose.incidents > 0) {
    cards.push(
      el(
        "article",
        { class: "gap" },
        el("h3", {}, `${count(loose.incidents, "incident")} linked to no deployment`),
        el("ul", { class: "tally" }, loose.incident_examples.map((id) => el("li", { class: "break" }, id))),
      ),
    );
  }
  if (strangers.length > 0) {
    cards.push(
      el(
        "article",
        { class: "gap" },
        el("h3", {}, `${count(strangers.length, "service")} not in the catalog`),
        el("p", { class: "break muted" }, strangers.slice(0, 12).join(", "), strangers.length > 12 && ` and ${strangers.length - 12} more`),
      ),
    );
  }
  return cards;
}

/** How to send the first deliveries: the same words whether the page is empty or not. */
export function drawSetup(node) {
  const origin = location.origin;
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  const curl = [
    `curl -X POST ${origin}/webhooks/generic \\`,
    `  -H "Authorization: Bearer $DORADO_SECRETS_GENERIC" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"events":[{"kind":"deployment","service":"checkout",`,
    `    "environment":"production","status":"succeeded",`,
    `    "id":"checkout-'$(date +%s)'","sha":"'$(git rev-parse HEAD)'",`,
    `    "started_at":"'$(date -u +%FT%TZ)'",`,
    `    "finished_at":"'$(date -u +%FT%TZ)'"}]}'`,
  ].join("\n");
  put(
    node,
    el(
      "div",
      { class: "setup-way" },
      el("h3", {}, "From GitHub"),
      el("p", {}, "In the repository or organisation: Settings → Webhooks → Add webhook."),
      el(
        "dl",
        { class: "settings" },
        el("dt", {}, "Payload URL"),
        el("dd", {}, copyable(`${origin}/webhooks/github`, "the payload URL")),
        el("dt", {}, "Content type"),
        el("dd", {}, el("code", {}, "application/json")),
        el("dt", {}, "Secret"),
        el("dd", {}, "the value of ", el("code", {}, "DORADO_SECRETS_GITHUB"), " that Dorado was started with"),
        el("dt", {}, "Events"),
        el("dd", {}, "Let me select individual events: ", GITHUB_EVENTS.join(", "), "."),
      ),
      local &&
        el("p", { class: "note" }, "GitHub cannot reach this computer by itself: put a tunnel's address in place of ", el("code", {}, origin), ", and set the secret; through a tunnel nothing is taken without one."),
    ),
    el(
      "div",
      { class: "setup-way" },
      el("h3", {}, "From any script or CI"),
      el("p", {}, "After a deployment, tell Dorado about it:"),
      el("pre", { tabindex: "0", "aria-label": "A curl command" }, copyable(curl, "the curl command")),
      el("p", { class: "note" }, "Where ingest runs apart from this page, put its address in place of ", el("code", {}, origin), ". In open mode on this computer the Authorization header can be left out."),
    ),
  );
}
