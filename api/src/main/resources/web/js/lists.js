// Whole lists of the API, which hands them out in pages.

import { ask } from "./api.js";

const PAGE = 1000;
const MOST_PAGES = 20;
const FRESH_FOR = 5 * 60_000;

const rests = new Map(); // path → { question, at, items }: what follows the first page

/**
 * All items of a list. Its first page is always asked for; what follows it, at most every five minutes, since the page
 * looks again often and names seldom change.
 */
export async function askAll(path, parameters, signal) {
  const first = await ask(path, { ...parameters, limit: PAGE }, signal);
  if (!first.next) return first.items;
  const question = JSON.stringify([parameters, first.next]);
  const known = rests.get(path);
  if (known?.question === question && Date.now() - known.at < FRESH_FOR) return [...first.items, ...known.items];
  const items = [];
  let cursor = first.next;
  for (let page = 1; cursor && page < MOST_PAGES; page++) {
    const answer = await ask(path, { ...parameters, limit: PAGE, cursor }, signal);
    items.push(...answer.items);
    cursor = answer.next;
  }
  rests.set(path, { question, at: Date.now(), items });
  return [...first.items, ...items];
}
