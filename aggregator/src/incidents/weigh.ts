import { instantOf, millisOf, type Alert, type AlertNumbers, type MentionId } from "@molva/contracts";
import { wilson } from "@molva/numbers";
import type { Signal } from "./advance.ts";
import type { Voice } from "./read-voices.ts";
import type { Unusual } from "./run-watch.ts";
import type { Finding } from "./watch.ts";

/** A signal with what a message says beside its numbers. */
export interface Weighed {
  readonly signal: Signal;
  readonly sources: Alert["sources"];
  readonly topics: Alert["topics"];
  readonly evidence: readonly MentionId[];
}

type Danger = (text: { readonly title: string | null; readonly text: string }) => {
  readonly safety: boolean;
  readonly law: boolean;
};

const counted = (values: readonly string[]): readonly (readonly [value: string, count: number])[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 5);
};

/** One of each group, the earliest: a text that a hundred copy is one text. */
const originalsOf = (voices: readonly Voice[]): readonly Voice[] => {
  const first = new Map<string, Voice>();
  for (const voice of voices) {
    const key = voice.group ?? voice.id;
    const known = first.get(key);
    if (known === undefined || voice.at < known.at) first.set(key, voice);
  }
  return [...first.values()];
};

const percent = (share: number): number => Number((share * 100).toFixed(2));

/** Numbers counted over the window itself, where the detector's are smoothed: what a person who recounts will find. */
const recounted = (
  numbers: AlertNumbers,
  spoken: readonly Voice[],
  all: readonly Voice[],
  originals: number,
): AlertNumbers => {
  const labelled = all.filter(({ label }) => label !== "unscored");
  const negative = labelled.filter(({ label }) => label === "negative").length;
  const share = wilson(negative, labelled.length);
  return {
    ...numbers,
    observed: spoken.length,
    n: labelled.length,
    originals,
    share:
      numbers.share === null || share === null
        ? null
        : { value: percent(negative / labelled.length), low: percent(share.low), high: percent(share.high) },
  };
};

/** Three originals that show best what is said: those of which most copies were made, then the surest, then the newest. */
const evidenceOf = (spoken: readonly Voice[], originals: readonly Voice[]): readonly MentionId[] => {
  const copies = new Map<string, number>();
  for (const { group } of spoken) if (group !== null) copies.set(group, (copies.get(group) ?? 0) + 1);
  const weight = ({ group }: Voice): number => (group === null ? 1 : (copies.get(group) ?? 1));
  return originals
    .filter(({ text }) => text.trim() !== "")
    .toSorted((a, b) => weight(b) - weight(a) || b.reach - a.reach || b.sure - a.sure || b.at - a.at)
    .slice(0, 3)
    .map(({ id }) => id);
};

const belongs = ({ kind, topic }: Finding, voice: Voice): boolean => {
  if (kind === "volume-spike") return true;
  if (kind === "topic-surge") return voice.topics.some((one) => one.topic === topic && one.label === "negative");
  return voice.label === "negative";
};

/** The window that an unusual series is judged by: it ends at its newest unusual moment. */
export const windowOfFinding = ({ finding }: Pick<Unusual, "finding">) => ({
  from: instantOf(millisOf(finding.at) - Math.max(1, finding.numbers.hours) * 3_600_000),
  to: finding.at,
});

/** @param voices all that was written of the brand in the window */
export const weigh = (unusual: Unusual, voices: readonly Voice[], danger: Danger): Weighed => {
  const { finding, active, opening } = unusual;
  const spoken = voices.filter((voice) => belongs(finding, voice));
  const originals = originalsOf(spoken);
  const dangers = originals.map(danger);
  const { from } = windowOfFinding(unusual);
  return {
    signal: {
      kind: finding.kind,
      topic: finding.topic,
      source: null,
      active,
      opens: opening !== null,
      since: from,
      at: finding.at,
      numbers: recounted(
        { ...finding.numbers, hours: Math.max(1, finding.numbers.hours) },
        spoken,
        voices,
        originals.length,
      ),
      mentions: spoken.slice(0, 500).map(({ id }) => id),
      reach: spoken.reduce((sum, { reach }) => sum + reach, 0),
      safety: dangers.filter(({ safety }) => safety).length,
      law: dangers.filter(({ law }) => law).length,
    },
    sources: counted(spoken.map(({ source }) => source)).map(([source, count]) => ({ source, count })),
    topics: counted(
      spoken.flatMap(({ topics }) => topics.filter(({ label }) => label === "negative").map(({ topic }) => topic)),
    ).map(([topic, count]) => ({ topic, count })),
    evidence: evidenceOf(spoken, originals),
  };
};
