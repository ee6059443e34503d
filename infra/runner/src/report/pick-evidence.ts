import type { Evidence } from "@molva/aggregator";
import type { Label, Report } from "@molva/contracts";

/** Characters of a text that are quoted. */
const QUOTE = 400;
const SHOWN = { negative: 5, positive: 3, neutral: 0 } as const satisfies Record<Label, number>;
/** Of so many candidates the shown ones are taken, for one source shall not fill the list. */
export const CANDIDATES = 20;

const quoted = (one: Evidence): Report["negative"][number] => {
  const words = [one.title, one.text].filter((part) => part !== null && part !== "").join(". ");
  const letters = Array.from(words.slice(0, QUOTE * 4));
  return {
    id: one.id,
    source: one.source,
    publishedAt: one.publishedAt,
    precision: one.precision,
    label: one.label,
    rating: one.rating,
    ratingMax: one.ratingMax,
    topics: one.topics.map(({ topic }) => topic),
    text: one.text === null ? null : letters.length > QUOTE ? `${letters.slice(0, QUOTE).join("")}…` : words,
    url: one.url,
    copies: one.copies,
    answered: one.answered,
  };
};

/** The texts of a label that are shown, the most telling first; no source has more than half of them while others have any. */
export const pickEvidence = (found: readonly Evidence[], label: Label): Report["negative"] => {
  const most = SHOWN[label];
  const perSource = new Map<string, number>();
  const picked: Evidence[] = [];
  const rest: Evidence[] = [];
  for (const one of found) {
    if (one.label !== label) continue;
    const count = perSource.get(one.source) ?? 0;
    const fits = picked.length < most && count < Math.ceil(most / 2) && (one.text ?? "").length > 0;
    if (fits) perSource.set(one.source, count + 1);
    (fits ? picked : rest).push(one);
  }
  return [...picked, ...rest].slice(0, most).map(quoted);
};
