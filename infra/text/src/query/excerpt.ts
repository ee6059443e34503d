const WIDTH = 70;
const BEFORE = 45;

/** The query around a place, and a line below it whose ^ points there. */
export const queryExcerpt = (query: string, position: number): readonly [line: string, caret: string] => {
  const from = Math.max(0, Math.min(position - BEFORE, query.length - WIDTH));
  const lead = from > 0 ? "…" : "";
  const shown = query.slice(from, from + WIDTH).replaceAll(/\s/gu, " ");
  const tail = from + WIDTH < query.length ? "…" : "";
  return [`${lead}${shown}${tail}`, `${" ".repeat(lead.length + position - from)}^`];
};
