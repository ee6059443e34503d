import { millisOf, type Instant } from "@molva/contracts";
import { DEMO_BRANDS, type Channel, type DemoBrand } from "./brands.ts";
import { FIRST_MINUTES, FUTURE_DAYS, DAY, HISTORY_DAYS, HOUR, rhythm, within, type Slot } from "./calendar.ts";
import { compose, composeOther } from "./composing.ts";
import type { Posting } from "./posting.ts";
import { diceOf, poisson } from "./random.ts";
import { FRAMES, writeUpdate } from "./writing.ts";

export const DEFAULT_SEED = 2026;
const OTHER_NEWS_PER_HOUR = 0.03;

export interface ArchiveOptions {
  readonly anchor: Instant;
  readonly seed: number;
}

export interface Archive {
  /** All postings of a channel (of one brand, when named) that were ever written by `now`, oldest first, removed ones included: their places do not move. */
  written(channel: Channel, brandId: string | null, now: number): readonly Posting[];
  find(channel: string, id: string, now: number): Posting | null;
}

/** Postings in the order in which they came, by where they stand. */
const createShelves = () => {
  const all: Posting[] = [];
  const shelves = new Map<string, Posting[]>();
  const byId = new Map<string, Posting>();
  const nameOf = ({ channel, id }: Posting): string => `${channel}/${id}`;
  return {
    all: all as readonly Posting[],
    on: (channel: Channel, brandId: string | null): readonly Posting[] =>
      shelves.get(`${channel}/${brandId ?? ""}`) ?? [],
    find: (channel: string, id: string): Posting | undefined => byId.get(`${channel}/${id}`),
    put: (posting: Posting): void => {
      all.push(posting);
      byId.set(nameOf(posting), posting);
      for (const shelf of ["", ...posting.brandIds].map((brandId) => `${posting.channel}/${brandId}`)) {
        const there = shelves.get(shelf);
        if (there === undefined) shelves.set(shelf, [posting]);
        else there.push(posting);
      }
    },
    replace: (posting: Posting): void => {
      byId.set(nameOf(posting), posting);
      for (const list of [all, ...shelves.values()]) {
        const at = list.findIndex((other) => nameOf(other) === nameOf(posting));
        if (at >= 0) list[at] = posting;
      }
    },
  };
};

/**
 * Everything that is ever posted on the demo's web, in the order of time. It depends on the options alone: hour after
 * hour is written when it is first asked for, each from its own dice.
 */
export const createArchive = ({ anchor, seed }: ArchiveOptions): Archive => {
  const zero = millisOf(anchor);
  const shelves = createShelves();
  const keyOf = (name: string): string => `${seed}/${anchor}/${name}`;
  let nextSlot = -HISTORY_DAYS * 24;

  const ordersOf = (slot: Slot, brand: DemoBrand, rank: number) => {
    const usual = Array.from({ length: poisson(slot.dice, rhythm(brand, slot)) }, (_, turn) => ({
      at: within(slot),
      channel: null,
      key: keyOf(`${brand.id}/${slot.index}/${turn}`),
    }));
    const certain = FIRST_MINUTES.filter(([, of]) => slot.index === 0 && of === rank).map(([second, of, channel]) => ({
      at: zero + second * 1000,
      channel,
      key: keyOf(`first/${of}/${second}`),
    }));
    return [...usual, ...certain].map((order) => ({ ...order, slot, brand }));
  };

  const writeHour = (index: number): void => {
    const slot: Slot = { index, start: zero + index * HOUR, dice: diceOf(keyOf(`hour/${index}`)) };
    const due = DEMO_BRANDS.flatMap((brand, rank) => ordersOf(slot, brand, rank)).map((order) => ({
      at: order.at,
      written: (): Posting => compose(order, shelves.all),
    }));
    if (slot.dice.chance(OTHER_NEWS_PER_HOUR)) {
      const at = within(slot);
      due.push({ at, written: () => composeOther(at, keyOf(`other/${index}`)) });
    }
    // Writing in the order of time keeps a copy behind what it copies, and every shelf sorted.
    for (const { written } of due.toSorted((a, b) => a.at - b.at)) shelves.put(written());
    if (index === -1) scheduleFirstChanges();
  };

  /** An edit, an answer and a removal within the first two minutes, on what stands on the first pages. */
  const scheduleFirstChanges = (): void => {
    const dice = diceOf(keyOf("first-changes"));
    const calm = (rank: number): readonly Posting[] =>
      shelves
        .on("reviews", DEMO_BRANDS[rank]?.id ?? "")
        .slice(-12)
        .filter(
          ({ wording, removedAt, edit, reply }) =>
            wording.text !== "" && removedAt === null && edit === null && reply === null,
        );
    const [edited, answered, removed] = [calm(0).at(-1), calm(1).at(-1), calm(2).at(-2)];
    if (edited !== undefined) {
      shelves.replace({
        ...edited,
        edit: { at: zero + 45_000, wording: writeUpdate(dice, edited.language, edited.wording) },
      });
    }
    if (answered !== undefined && answered.wording.label !== "unscored") {
      const replies = FRAMES[answered.language].replies[answered.wording.label];
      shelves.replace({ ...answered, reply: { at: zero + 60_000, text: dice.pick(replies) } });
    }
    if (removed !== undefined) shelves.replace({ ...removed, removedAt: zero + 80_000 });
  };

  const writeUntil = (now: number): void => {
    const end = Math.min(now, zero + FUTURE_DAYS * DAY);
    while (zero + nextSlot * HOUR <= end) writeHour(nextSlot++);
  };

  return {
    written: (channel, brandId, now) => {
      writeUntil(now);
      return shelves.on(channel, brandId).filter((posting) => posting.at <= now);
    },
    find: (channel, id, now) => {
      writeUntil(now);
      const posting = shelves.find(channel, id);
      return posting === undefined || posting.at > now ? null : posting;
    },
  };
};
