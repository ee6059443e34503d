import type { Delivered, Fact, Instant } from "@molva/contracts";
import { eventIdOf } from "../../src/index.ts";
import { at, choice, content, exclude, firstOfGroup, gone, human, logged, undo } from "./facts.ts";

/** A small generator of numbers in [0, 1): the same seed tells the same story. */
export const randomOf = (seed: number): (() => number) => {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
};

export const shuffled = <T>(list: readonly T[], random: () => number): readonly T[] =>
  list
    .map((item) => [random(), item] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item);

type Decision = Extract<Fact, { readonly type: "human" | "exclude" }>;

const LABELS = ["negative", "neutral", "positive"] as const;
const PRECISIONS = ["day", "hour", "minute", "second"] as const;

/** Everything that can happen to the mentions of a brand, in an order of its own: crawls, edits, removals, decisions, replays. */
export const storyOf = (
  seed: number,
  {
    brand,
    facts,
    mentions,
    days,
  }: { readonly brand: string; readonly facts: number; readonly mentions: number; readonly days: number },
): readonly Fact[] => {
  const random = randomOf(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const decisions: Decision[] = [];
  const published = Array.from({ length: mentions }, () => below(days * 1440));
  const told: Fact[] = [];
  for (let i = 0; i < facts; i++) {
    const m = below(mentions);
    const one = { brand, key: `m${m}`, source: m % 2 === 0 ? "rss" : "web-reviews" };
    const when = at(days * 1440 + i * 7 - below(300));
    const kind = random();
    if (kind < 0.62) {
      const precision = pick(PRECISIONS);
      const moved = random() < 0.15 ? below(days * 1440) : (published[m] as number);
      const minutes =
        precision === "day"
          ? Math.floor(moved / 1440) * 1440 - 600
          : precision === "hour"
            ? Math.floor(moved / 60) * 60
            : moved;
      const label = random() < 0.1 ? ("unscored" as const) : pick(LABELS);
      told.push(
        content({
          ...one,
          text: random() < 0.2 ? `edited ${below(3)} of ${m}` : `words of ${m}`,
          published: random() < 0.1 ? when : at(minutes),
          precision,
          from: random() < 0.1 ? "fetch" : "source",
          clamped: random() < 0.05,
          observed: when,
          label,
          model: random() < 0.2 ? "new@2" : "old@1",
          rating: random() < 0.4 ? { value: 1 + below(5), min: 1, max: 5 } : null,
          language: pick(["en", "ru", null]),
          region: pick(["North", null]),
          topics: pick([
            [],
            ["price"],
            ["price", "staff"],
            [{ topic: "price", label: pick(LABELS) }],
            [{ topic: "staff", label: pick(LABELS) }, { topic: "price", label: pick(LABELS) }, "app"],
          ]),
          ...(random() < 0.1 ? { topicsAt: when } : {}),
          group: m % 3 === 0 ? `group-${m % 9}` : null,
        }),
      );
    } else if (kind < 0.7) told.push(gone(one, when));
    else if (kind < 0.9) {
      const decision = kind < 0.85 ? human(one, pick(LABELS), when) : exclude(one, when);
      decisions.push(decision);
      told.push(decision);
    } else if (kind < 0.98 && decisions.length > 0) {
      const taken = pick(decisions);
      told.push({ ...undo(one, eventIdOf(taken), when), mentionId: taken.mentionId, sourceId: taken.sourceId });
    } else if (kind < 0.985) told.push(firstOfGroup(one, `group-${m % 9}`, when));
    else told.push(choice(brand, pick(["old@1", "new@2"]), below(4), when));
  }
  return told;
};

/** The story in the order of the log, in batches that overlap, some told twice; shuffled by how far the order may go wrong. */
export const deliveriesOf = (
  story: readonly Fact[],
  seed: number,
  size: number,
): readonly (readonly Delivered<Fact>[])[] => {
  const random = randomOf(seed + 77);
  const log = logged(story);
  const order = [
    ...shuffled(log.slice(0, Math.ceil(log.length / 2)), random),
    ...shuffled(log.slice(Math.ceil(log.length / 2)), random),
  ];
  const batches: (readonly Delivered<Fact>[])[] = [];
  for (let i = 0; i < order.length; i += size) {
    batches.push(order.slice(Math.max(0, i - Math.floor(random() * 5)), i + size));
    if (random() < 0.3) batches.push(batches[Math.floor(random() * batches.length)] as readonly Delivered<Fact>[]);
  }
  return batches;
};

export const lastOf = (log: readonly Delivered<Fact>[]): Instant => (log.at(-1) as Delivered<Fact>).appendedAt;
