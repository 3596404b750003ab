// Numbers and times as people say them. Every function takes null and answers with a dash: unknown is never 0.

export const UNKNOWN = "–";
const NARROW = "\u202f"; // narrow no-break space, between a number and its unit

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/**
 * A duration as pairs of number and unit, the largest two, rounded: [["2","d"],["4","h"]]; less than an hour in one
 * unit. ReadableDuration in Java rounds alike: a person must not read two lengths for one number.
 */
export function durationParts(seconds) {
  const length = Math.abs(seconds);
  if (Math.round(length) < MINUTE) return [[figure(length, length < 10 && length % 1 ? 1 : 0), "s"]];
  const minutes = Math.round(length / MINUTE);
  if (minutes < 60) return [[String(minutes), "min"]];
  if (minutes < 24 * 60) return two(minutes, 60, "h", "min");
  const hours = Math.round(length / HOUR);
  return hours < 8 * 7 * 24 ? two(hours, 24, "d", "h") : two(Math.round(length / DAY), 7, "wk", "d");
}

export function duration(seconds) {
  if (!known(seconds)) return UNKNOWN;
  const text = durationParts(seconds)
    .map(([value, unit]) => value + NARROW + unit)
    .join(" ");
  return seconds < 0 ? "−" + text : text;
}

function two(smalls, perLarge, largeUnit, smallUnit) {
  const large = [String(Math.floor(smalls / perLarge)), largeUnit];
  return smalls % perLarge === 0 ? [large] : [large, [String(smalls % perLarge), smallUnit]];
}

/** A ratio of 0–1 as per cent; small ones with a decimal. */
export function percent(ratio) {
  return known(ratio) ? percentNumber(ratio) + NARROW + "%" : UNKNOWN;
}

export function percentNumber(ratio) {
  const value = ratio * 100;
  // Only what is 100 % is written so: 99.97 % is not.
  if (value > 99 && value < 100) return number(Math.min(value, 99.99), value < 99.95 ? 1 : 2);
  return figure(value, value > 0 && value < 9.95 ? 1 : 0);
}

/** The unit in which a frequency is easily said, chosen by its size: per day, per week or per month. */
export function frequencyScale(perDay) {
  if (perDay >= 0.95 || perDay === 0) return { factor: 1, unit: "/day" };
  if (perDay * 7 >= 0.95) return { factor: 7, unit: "/week" };
  return { factor: 365.25 / 12, unit: "/month" };
}

export function frequencyNumber(perDay, scale = frequencyScale(perDay)) {
  const value = perDay * scale.factor;
  return figure(value, value === 0 || value >= 100 ? 0 : 1);
}

export function frequency(perDay, scale = known(perDay) ? frequencyScale(perDay) : null) {
  return known(perDay) ? frequencyNumber(perDay, scale) + scale.unit : UNKNOWN;
}

export function number(value, decimals = 0) {
  return new Intl.NumberFormat("en-GB", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

/** A number of 0 or more; with more decimals where rounding would make 0 of what is not. */
export function figure(value, decimals = 0) {
  const tooSmall = value > 0 && value < 0.5 * 10 ** -decimals;
  return tooSmall ? number(value, Math.min(20, Math.ceil(-Math.log10(value)))) : number(value, decimals);
}

/** "1 deployment", "12 deployments". */
export function count(value, singular, plural = singular + "s") {
  return known(value) ? `${number(value)} ${value === 1 ? singular : plural}` : `${UNKNOWN} ${plural}`;
}

/** A reason as a sentence; what begins with a name keeps its case. */
export function sentence(text) {
  if (!text) return "";
  const begun = /^[a-z]+(\s|$)/.test(text) ? text[0].toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : begun + ".";
}

/** A word with a capital. */
export function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function known(value) {
  return value !== null && value !== undefined && !Number.isNaN(value);
}

const dateTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const dayMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const monthYear = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric" });

/** An instant in the viewer's zone. */
export function time(instant) {
  return known(instant) ? dateTime.format(new Date(instant)) : UNKNOWN;
}

/** The same in UTC, for the title of what shows it. */
export function utc(instant) {
  return known(instant) ? new Date(instant).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC") : "";
}

/** How long ago: "12 seconds ago". */
export function ago(instant, now = Date.now()) {
  if (!known(instant)) return "never";
  const seconds = Math.max(0, (now - new Date(instant).getTime()) / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 90) return count(Math.round(seconds), "second") + " ago";
  if (seconds < 90 * MINUTE) return count(Math.round(seconds / MINUTE), "minute") + " ago";
  if (seconds < 36 * HOUR) return count(Math.round(seconds / HOUR), "hour") + " ago";
  return count(Math.round(seconds / DAY), "day") + " ago";
}

/** The name of a bucket of /series that begins at `instant`. */
export function bucket(instant, interval, withYear = true) {
  const start = new Date(instant);
  if (interval === "month") return monthYear.format(start);
  return (withYear ? dayMonthYear : dayMonth).format(start);
}

export function date(instant) {
  return known(instant) ? dayMonthYear.format(new Date(instant)) : UNKNOWN;
}

/** The days from `from` to just before `to`, both named inclusively: "1–31 Oct 2026". The year is left out if it is `year`. */
export function days(from, to, year = null) {
  const first = new Date(from);
  const last = new Date(new Date(to).getTime() - 1);
  const end = last.getFullYear() === year ? dayMonth.format(last) : dayMonthYear.format(last);
  if (isoDay(first) === isoDay(last)) return end;
  if (first.getFullYear() !== last.getFullYear()) return `${dayMonthYear.format(first)} – ${dayMonthYear.format(last)}`;
  return first.getMonth() === last.getMonth() ? `${first.getDate()}–${end}` : `${dayMonth.format(first)} – ${end}`;
}

/** The period of a summary and the one that it is compared with. */
export function periodText(summary) {
  const { from, to, previous, unfinished } = summary;
  const year = new Date(new Date(to).getTime() - 1).getFullYear();
  return `${days(from, to)}${unfinished ? " so far" : ""}, compared with ${days(previous.from, previous.to, year)}`;
}

/** The calendar day of `instant` in the viewer's zone, as 2026-03-01. */
export function isoDay(instant = new Date()) {
  const pad = (value) => String(value).padStart(2, "0");
  return `${instant.getFullYear()}-${pad(instant.getMonth() + 1)}-${pad(instant.getDate())}`;
}

/** The day `days` after (or, if negative, before) `day`. */
export function addDays(day, days) {
  const [year, month, date] = day.split("-").map(Number);
  return isoDay(new Date(year, month - 1, date + days));
}
