import { millisOf, type Instant, type Label } from "@molva/contracts";
import { CHANNELS, DEMO_BRANDS, type Channel, type DemoBrand } from "./brands.ts";
import { pathOf, shownAt, tagOf, type Posting, type Shown, type Wording } from "./posting.ts";
import { diceOf, idOf, poisson, type Dice } from "./random.ts";
import { copied, FRAMES, starsOnly, write, writeJointNews, writeNews, writeOtherNews, writeUpdate } from "./writing.ts";
import type { Language } from "./words/stock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Days of history before the anchor. */
export const HISTORY_DAYS = 90;
/** The bad week, in days from the anchor, half-open. */
export const BAD_WEEK = { brandId: "velmora-bank", from: -20, to: -13 } as const;
const BAD_WEEK_VOLUME = 3;
/** How people of the demo's towns write over a day, from midnight on (UTC+3); scaled to a mean of 1. */
const HOURS = [5, 3, 2, 1, 1, 2, 4, 7, 10, 13, 15, 16, 15, 14, 13, 12, 12, 13, 15, 18, 19, 18, 14, 9] as const;
const HOURS_MEAN = HOURS.reduce((sum, weight) => sum + weight, 0) / HOURS.length;
const LOCAL_OFFSET = 3 * HOUR;
/** After the anchor a little more comes in, so that a person who watches sees something. */
const FIRST_HOURS = { hours: 3, times: 4 } as const;
const LATER_TIMES = 1.5;
/** Seconds after the anchor at which something appears for certain. */
const FIRST_MINUTES: readonly (readonly [second: number, brand: number, channel: Channel])[] = [
  [8, 0, "reviews"],
  [19, 1, "reviews"],
  [33, 2, "owners"],
  [50, 0, "talk"],
  [71, 2, "reviews"],
  [94, 1, "reviews"],
  [113, 0, "reviews"],
];
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

interface Slot {
  readonly start: number;
  /** Hours since the anchor; negative before it. */
  readonly index: number;
  readonly dice: Dice;
}

const rhythm = (brand: DemoBrand, slot: Slot): number => {
  const local = new Date(slot.start + LOCAL_OFFSET);
  const hour = (HOURS[local.getUTCHours()] ?? HOURS_MEAN) / HOURS_MEAN;
  const usual = (brand.perDay / 24) * (brand.weekdays[local.getUTCDay()] ?? 1);
  if (slot.index < 0) return usual * hour;
  return slot.index < FIRST_HOURS.hours ? usual * Math.max(hour, 1) * FIRST_HOURS.times : usual * hour * LATER_TIMES;
};

/** Whole seconds apart from the anchor, so that two changes are told apart by HTTP's dates. */
const later = (dice: Dice, at: number, fromHours: number, toHours: number): number =>
  at + Math.round((fromHours + dice.roll() * (toHours - fromHours)) * 3600) * 1000;

const inBadWeek = (brand: DemoBrand, slot: Slot): boolean =>
  brand.id === BAD_WEEK.brandId && slot.index >= BAD_WEEK.from * 24 && slot.index < BAD_WEEK.to * 24;

/**
 * Everything that is ever posted on the demo's web, in the order of time. It depends on the options alone: hour after
 * hour is written when it is first asked for, each from its own dice.
 */
export const createArchive = ({ anchor, seed }: ArchiveOptions): Archive => {
  const zero = millisOf(anchor);
  const all: Posting[] = [];
  const shelves = new Map<string, Posting[]>();
  const byId = new Map<string, Posting>();
  let nextSlot = -HISTORY_DAYS * 24;

  const compose = (slot: Slot, at: number, brand: DemoBrand, forced: Channel | null, name: string): Posting => {
    const dice = diceOf(`${seed}/${anchor}/${name}`);
    const id = idOf(`${seed}/${anchor}/${name}`);
    const bad = inBadWeek(brand, slot);
    const language: Language = dice.weighted(brand.languages);
    const channel =
      forced ?? dice.weighted<Channel>({ reviews: 0, owners: 0, news: 0, blog: 0, talk: 0, ...brand.channels });
    const label: Label = dice.weighted(bad ? { positive: 0.06, neutral: 0.08, negative: 0.86 } : brand.mood);
    const trouble = bad && label === "negative" && dice.chance(0.85);
    const common = { id, channel, language, at, author: dice.pick(FRAMES[language].authors) };

    if (channel === "news") {
      if (!trouble && dice.chance(0.1)) {
        const { other, wording } = writeJointNews(dice, brand, language);
        return {
          ...common,
          brandIds: [brand.id, other.id],
          wording,
          dayOnly: false,
          edit: null,
          reply: null,
          removedAt: null,
          copyOf: null,
        };
      }
      const wording = writeNews(dice, brand, language, label, trouble);
      return {
        ...common,
        author: "Riverton Courier",
        brandIds: [brand.id],
        wording,
        dayOnly: false,
        edit: null,
        reply: null,
        removedAt: null,
        copyOf: null,
      };
    }

    const isReview = channel === "reviews" || channel === "owners";
    const original = dice.chance(0.03) ? recent(dice, brand, language, at, channel) : null;
    const fresh =
      channel === "reviews" && dice.chance(0.05)
        ? starsOnly(dice, label)
        : write(dice, { brand, language, channel, label, trouble });
    const wording: Wording =
      original === null
        ? fresh
        : {
            ...original.wording,
            text: copied(dice, language, original.wording),
            rating: isReview ? (original.wording.rating ?? fresh.rating) : null,
          };
    const replyTo = wording.label === "unscored" ? null : wording.label;
    const replied = isReview && replyTo !== null && dice.chance(wording.label === "negative" ? 0.2 : 0.05);
    const edited = channel !== "talk" && original === null && dice.chance(0.025);
    return {
      ...common,
      brandIds: [brand.id],
      wording,
      dayOnly: brand.markup === "rdfa" && channel === "reviews" && dice.chance(0.05),
      edit: edited ? { at: later(dice, at, 1, 72), wording: writeUpdate(dice, language, wording) } : null,
      reply: replied ? { at: later(dice, at, 2, 42), text: dice.pick(FRAMES[language].replies[replyTo]) } : null,
      removedAt: isReview && dice.chance(0.015) ? later(dice, at, 2, 400) : null,
      copyOf: original?.id ?? null,
    };
  };

  /** Something of the last four days worth repeating; in feeds the name must be in it, so those copy within a channel. */
  const recent = (dice: Dice, brand: DemoBrand, language: Language, at: number, channel: Channel): Posting | null => {
    const near = all
      .slice(-120)
      .filter(
        (posting) =>
          posting.at > at - 4 * DAY &&
          posting.brandIds[0] === brand.id &&
          posting.language === language &&
          posting.channel === channel,
      )
      .filter((posting) => posting.copyOf === null && posting.wording.text.length > 40);
    return near.length === 0 ? null : dice.pick(near);
  };

  const composeOther = (slot: Slot, at: number): Posting => {
    const name = `other/${slot.index}`;
    const dice = diceOf(`${seed}/${anchor}/${name}`);
    const language: Language = dice.chance(0.5) ? "en" : "ru";
    return {
      id: idOf(`${seed}/${anchor}/${name}`),
      channel: "news",
      language,
      at,
      author: "Riverton Courier",
      brandIds: [],
      wording: writeOtherNews(dice, language),
      dayOnly: false,
      edit: null,
      reply: null,
      removedAt: null,
      copyOf: null,
    };
  };

  const fillSlot = (index: number): void => {
    const slot: Slot = { index, start: zero + index * HOUR, dice: diceOf(`${seed}/${anchor}/hour/${index}`) };
    const due: { readonly at: number; readonly make: (at: number) => Posting }[] = [];
    for (const [rank, brand] of DEMO_BRANDS.entries()) {
      const count = poisson(slot.dice, rhythm(brand, slot) * (inBadWeek(brand, slot) ? BAD_WEEK_VOLUME : 1));
      for (let turn = 0; turn < count; turn++) {
        due.push({
          at: slot.start + Math.floor(slot.dice.roll() * 3600) * 1000,
          make: (at) => compose(slot, at, brand, null, `${brand.id}/${index}/${turn}`),
        });
      }
      if (index !== 0) continue;
      for (const [second, of, channel] of FIRST_MINUTES.filter(([, of]) => of === rank)) {
        due.push({
          at: zero + second * 1000,
          make: (at) => compose(slot, at, brand, channel, `first/${of}/${second}`),
        });
      }
    }
    if (slot.dice.chance(OTHER_NEWS_PER_HOUR))
      due.push({ at: slot.start + Math.floor(slot.dice.roll() * 3600) * 1000, make: (at) => composeOther(slot, at) });
    // Writing in the order of time keeps a copy behind what it copies, and every shelf sorted.
    for (const { at, make } of due.toSorted((a, b) => a.at - b.at)) put(make(at));
    if (index === -1) scheduleFirstChanges();
  };

  const put = (posting: Posting): void => {
    all.push(posting);
    byId.set(`${posting.channel}/${posting.id}`, posting);
    for (const key of [`${posting.channel}/`, ...posting.brandIds.map((brandId) => `${posting.channel}/${brandId}`)]) {
      const shelf = shelves.get(key);
      if (shelf === undefined) shelves.set(key, [posting]);
      else shelf.push(posting);
    }
  };

  const replace = (posting: Posting): void => {
    byId.set(`${posting.channel}/${posting.id}`, posting);
    for (const list of [all, ...shelves.values()]) {
      const at = list.findIndex((other) => other.channel === posting.channel && other.id === posting.id);
      if (at >= 0) list[at] = posting;
    }
  };

  /** An edit, an answer and a removal within the first two minutes, on what stands on the first pages. */
  const scheduleFirstChanges = (): void => {
    const dice = diceOf(`${seed}/${anchor}/first-changes`);
    const calm = (brand: DemoBrand | undefined): readonly Posting[] =>
      (shelves.get(`reviews/${brand?.id ?? ""}`) ?? [])
        .slice(-12)
        .filter(
          (posting) =>
            posting.wording.text !== "" &&
            posting.removedAt === null &&
            posting.edit === null &&
            posting.reply === null,
        );
    const [edited, answered, removed] = [
      calm(DEMO_BRANDS[0]).at(-1),
      calm(DEMO_BRANDS[1]).at(-1),
      calm(DEMO_BRANDS[2]).at(-2),
    ];
    if (edited !== undefined)
      replace({ ...edited, edit: { at: zero + 45_000, wording: writeUpdate(dice, edited.language, edited.wording) } });
    if (answered !== undefined)
      replace({
        ...answered,
        reply: { at: zero + 60_000, text: dice.pick(FRAMES[answered.language].replies.negative) },
      });
    if (removed !== undefined) replace({ ...removed, removedAt: zero + 80_000 });
  };

  const writeUntil = (now: number): void => {
    while (zero + nextSlot * HOUR <= now) fillSlot(nextSlot++);
  };

  return {
    written: (channel, brandId, now) => {
      writeUntil(now);
      return (shelves.get(`${channel}/${brandId ?? ""}`) ?? []).filter((posting) => posting.at <= now);
    },
    find: (channel, id, now) => {
      writeUntil(now);
      const posting = byId.get(`${channel}/${id}`);
      return posting === undefined || posting.at > now ? null : posting;
    },
  };
};

/** One mention that a crawler must find, with what its writer meant. Never served by the site. */
export interface DemoTruth {
  /** What the pages print as its identity. */
  readonly nativeId: string;
  readonly brandId: string;
  readonly sourceId: "rss" | "web-reviews";
  readonly channel: Channel;
  readonly path: string;
  readonly language: Language;
  readonly publishedAt: number;
  readonly editedAt: number | null;
  readonly title: string | null;
  readonly text: string;
  readonly rating: number | null;
  readonly label: Wording["label"];
  readonly manner: Wording["manner"];
  readonly copyOf: string | null;
  readonly replied: boolean;
}

const truthOf = (shown: Shown): readonly DemoTruth[] =>
  shown.posting.brandIds.map((brandId) => ({
    nativeId: tagOf(shown.posting),
    brandId,
    sourceId: shown.posting.channel === "reviews" || shown.posting.channel === "owners" ? "web-reviews" : "rss",
    channel: shown.posting.channel,
    path: pathOf(shown.posting),
    language: shown.posting.language,
    publishedAt: shown.posting.at,
    editedAt: shown.editedAt,
    title: shown.wording.title,
    text: shown.wording.text,
    rating: shown.wording.rating,
    label: shown.wording.label,
    manner: shown.wording.manner,
    copyOf: shown.posting.copyOf,
    replied: shown.reply !== null,
  }));

/** All mentions that stand on the site at `now`, oldest first within a channel: one for each brand that a text speaks of. */
export const demoTruth = (options: {
  readonly anchor: Instant;
  readonly seed?: number;
  readonly now: Instant;
}): readonly DemoTruth[] => {
  const archive = createArchive({ anchor: options.anchor, seed: options.seed ?? DEFAULT_SEED });
  const now = millisOf(options.now);
  return CHANNELS.flatMap((channel) => archive.written(channel, null, now))
    .map((posting) => shownAt(posting, now))
    .filter((shown) => shown !== null)
    .flatMap(truthOf);
};

export const DEFAULT_SEED = 2026;
