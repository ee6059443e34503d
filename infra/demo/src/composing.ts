import type { Label } from "@molva/contracts";
import type { Channel, DemoBrand } from "./brands.ts";
import { DAY, inBadWeek, later, type Slot } from "./calendar.ts";
import type { Posting, Wording } from "./posting.ts";
import { diceOf, idOf, type Dice } from "./random.ts";
import { copied, FRAMES, starsOnly, write, writeJointNews, writeNews, writeOtherNews, writeUpdate } from "./writing.ts";
import type { Language } from "./words/stock.ts";

const PAPER = "Riverton Courier";

/** What is asked of one posting. `key` names it among all of this seed and anchor: the same key, the same posting. */
export interface Order {
  readonly slot: Slot;
  readonly at: number;
  readonly brand: DemoBrand;
  /** Null: where it happens to be written. */
  readonly channel: Channel | null;
  readonly key: string;
}

const NOTHING_HAPPENS = { dayOnly: false, edit: null, reply: null, removedAt: null, copyOf: null } as const;

const composeNews = (dice: Dice, brand: DemoBrand, language: Language, label: Label, trouble: boolean) => {
  if (trouble || !dice.chance(0.1)) {
    return { brandIds: [brand.id], wording: writeNews(dice, brand, language, label, trouble) };
  }
  const { other, wording } = writeJointNews(dice, brand, language);
  return { brandIds: [brand.id, other.id], wording };
};

/** Something of the last four days worth repeating. In feeds the name must be in it, so a copy stays in its channel. */
const worthRepeating = (
  earlier: readonly Posting[],
  like: Pick<Posting, "at" | "language" | "channel">,
  brand: DemoBrand,
) =>
  earlier
    .slice(-120)
    .filter(({ at, brandIds }) => at > like.at - 4 * DAY && brandIds[0] === brand.id)
    .filter(({ language, channel }) => language === like.language && channel === like.channel)
    .filter(({ copyOf, wording }) => copyOf === null && wording.text.length > 40);

/** One posting with all that will ever happen to it. `earlier`: what was written before it, for it may be a copy. */
export const compose = ({ slot, at, brand, channel: forced, key }: Order, earlier: readonly Posting[]): Posting => {
  const dice = diceOf(key);
  const bad = inBadWeek(brand, slot);
  const language: Language = dice.weighted(brand.languages);
  const channel =
    forced ?? dice.weighted<Channel>({ reviews: 0, owners: 0, news: 0, blog: 0, talk: 0, ...brand.channels });
  const label: Label = dice.weighted(bad ? { positive: 0.06, neutral: 0.08, negative: 0.86 } : brand.mood);
  const trouble = bad && label === "negative" && dice.chance(0.85);
  const common = { id: idOf(key), channel, language, at };
  if (channel === "news") {
    return { ...common, author: PAPER, ...NOTHING_HAPPENS, ...composeNews(dice, brand, language, label, trouble) };
  }
  const isReview = channel === "reviews" || channel === "owners";
  const candidates = dice.chance(0.03) ? worthRepeating(earlier, common, brand) : [];
  const original = candidates.length === 0 ? null : dice.pick(candidates);
  const fresh =
    channel === "reviews" && dice.chance(0.05)
      ? starsOnly(dice, label)
      : write(dice, { brand, language, channel, label, trouble });
  const wording: Wording =
    original === null ? fresh : { ...original.wording, text: copied(dice, language, original.wording) };
  const replyTo = wording.label === "unscored" ? null : wording.label;
  const replied = isReview && replyTo !== null && dice.chance(wording.label === "negative" ? 0.2 : 0.05);
  const edited = channel !== "talk" && original === null && dice.chance(0.025);
  return {
    ...common,
    author: dice.pick(FRAMES[language].authors),
    brandIds: [brand.id],
    wording,
    dayOnly: brand.markup === "rdfa" && channel === "reviews" && dice.chance(0.05),
    edit: edited ? { at: later(dice, at, 1, 72), wording: writeUpdate(dice, language, wording) } : null,
    reply: replied ? { at: later(dice, at, 2, 42), text: dice.pick(FRAMES[language].replies[replyTo]) } : null,
    removedAt: isReview && dice.chance(0.015) ? later(dice, at, 2, 400) : null,
    copyOf: original?.id ?? null,
  };
};

/** News that concerns none of the brands. */
export const composeOther = (at: number, key: string): Posting => {
  const dice = diceOf(key);
  const language: Language = dice.chance(0.5) ? "en" : "ru";
  const wording = writeOtherNews(dice, language);
  return { id: idOf(key), channel: "news", language, at, author: PAPER, brandIds: [], wording, ...NOTHING_HAPPENS };
};
