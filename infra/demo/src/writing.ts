import type { Label } from "@molva/contracts";
import { DEMO_BRANDS, type Channel, type DemoBrand, type Trade } from "./brands.ts";
import type { Wording } from "./posting.ts";
import type { Dice } from "./random.ts";
import { bankEn, bankTroubleEn } from "./words/bank-en.ts";
import { bankRu, bankTroubleRu } from "./words/bank-ru.ts";
import { deliveryEn } from "./words/delivery-en.ts";
import { deliveryRu } from "./words/delivery-ru.ts";
import { frameEn } from "./words/frame-en.ts";
import { frameRu } from "./words/frame-ru.ts";
import { JOINT_NEWS, NEWS, OTHER_NEWS, TROUBLE_NEWS } from "./words/news.ts";
import { phonesEn } from "./words/phones-en.ts";
import { phonesRu } from "./words/phones-ru.ts";
import type { Frame, Language, NewsPiece, Stock } from "./words/stock.ts";

export const FRAMES: Readonly<Record<Language, Frame>> = { en: frameEn, ru: frameRu };
const STOCKS: Readonly<Record<Trade, Readonly<Record<Language, Stock>>>> = {
  bank: { en: bankEn, ru: bankRu },
  delivery: { en: deliveryEn, ru: deliveryRu },
  phones: { en: phonesEn, ru: phonesRu },
};
const TROUBLE: Readonly<Record<Language, readonly string[]>> = { en: bankTroubleEn, ru: bankTroubleRu };

const fill = (dice: Dice, frame: Frame, brand: DemoBrand | null, language: Language, text: string): string =>
  text.replace(/\{(\w+)\}/g, (_, slot: string) => {
    if (brand !== null && slot === "h") return brand.hashtag;
    const forms: Readonly<Record<string, string>> = brand === null ? {} : { ...brand.forms[language] };
    return forms[slot] ?? dice.pick(frame.slots[slot] ?? [slot]);
  });

/** Different ones, in a random order. */
const some = (dice: Dice, items: readonly string[], count: number): readonly string[] => {
  const rest = [...items];
  return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(dice.below(rest.length), 1)[0] ?? "");
};

const typo = (dice: Dice, text: string): string => {
  const letters = [...text.matchAll(/\p{L}{5,}/gu)];
  if (letters.length === 0) return text;
  const word = dice.pick(letters);
  const at = word.index + 1 + dice.below(word[0].length - 3);
  return dice.chance(0.5)
    ? text.slice(0, at) + text.slice(at + 1)
    : text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
};

/** The hand that types: haste, capitals, emoji. Which words are said does not change. */
const typed = (dice: Dice, frame: Frame, label: Label, text: string): string => {
  let out = text;
  if (dice.chance(0.07)) out = typo(dice, out);
  if (dice.chance(0.08)) out = out.toLowerCase().replace(/\.$/, "");
  else if (label === "negative" && dice.chance(0.04)) out = out.toUpperCase();
  if (label !== "neutral" && dice.chance(0.1)) out = out.replace(/[.!]$/, "!!!");
  if (dice.chance(label === "neutral" ? 0.06 : 0.16))
    out = `${out} ${some(dice, frame.emoji[label], 1 + dice.below(2)).join("")}`;
  return out;
};

const RATINGS: Readonly<Record<Label, Readonly<Record<"1" | "2" | "3" | "4" | "5", number>>>> = {
  positive: { 1: 0.01, 2: 0.01, 3: 0.03, 4: 0.27, 5: 0.68 },
  neutral: { 1: 0.02, 2: 0.12, 3: 0.56, 4: 0.24, 5: 0.06 },
  negative: { 1: 0.66, 2: 0.24, 3: 0.08, 4: 0.01, 5: 0.01 },
};

/** What a wording is asked to be. */
export interface Assignment {
  readonly brand: DemoBrand;
  readonly language: Language;
  readonly channel: Exclude<Channel, "news">;
  readonly label: Label;
  /** About the failed update of the bank's app. */
  readonly trouble: boolean;
}

const sentences = (
  dice: Dice,
  task: Assignment,
): { readonly body: readonly string[]; readonly manner: Wording["manner"]; readonly label: Label } => {
  const stock = STOCKS[task.brand.trade][task.language];
  const frame = FRAMES[task.language];
  const { label } = task;
  if (task.trouble)
    return { body: some(dice, TROUBLE[task.language], 1 + dice.below(3)), manner: "trouble", label: "negative" };
  if (label === "negative" && dice.chance(0.07))
    return { body: [dice.pick(stock.sarcastic)], manner: "sarcastic", label };
  if (label === "neutral" && dice.chance(0.22)) {
    const [good, bad] = [dice.pick(stock.positive), dice.pick(stock.negative)];
    return { body: [good, dice.pick(frame.turns) + bad], manner: "mixed", label };
  }
  const long =
    task.channel === "blog"
      ? 3 + dice.below(3)
      : task.channel === "talk"
        ? 1
        : Number(dice.weighted({ 1: 0.4, 2: 0.38, 3: 0.17, 4: 0.05 }));
  // People who judge also tell a fact or two; the judgement prevails.
  const fact = label !== "neutral" && long > 1 && dice.chance(0.2) ? [dice.pick(stock.neutral)] : [];
  return { body: [...fact, ...some(dice, stock[label], long)], manner: "plain", label };
};

/** One review, post or comment about one brand. */
export const write = (dice: Dice, task: Assignment): Wording => {
  const frame = FRAMES[task.language];
  const { body, manner, label } = sentences(dice, task);
  const isReview = task.channel === "reviews" || task.channel === "owners";
  const rating =
    isReview && !(task.channel === "owners" && dice.chance(0.5)) ? Number(dice.weighted(RATINGS[label])) : null;
  const opener = manner !== "sarcastic" && dice.chance(0.4) ? [dice.pick(frame.openers[label])] : [];
  const closer = manner !== "sarcastic" && dice.chance(0.4) ? [dice.pick(frame.closers[label])] : [];
  const names = task.channel === "talk" ? [dice.pick(frame.shoutouts)] : [];
  const filled = (parts: readonly string[]): string => fill(dice, frame, task.brand, task.language, parts.join(" "));
  // A feed holds all brands, so the name is typed with care there: it is what the query finds.
  const text = [filled(names), typed(dice, frame, label, filled([...opener, ...body, ...closer]))]
    .filter((part) => part !== "")
    .join(" ");
  const title =
    task.channel === "blog"
      ? filled([dice.pick(frame.blogTitles[label])])
      : task.channel === "reviews" && dice.chance(0.45)
        ? dice.pick(frame.titles[label])
        : null;
  return { title, text: task.channel === "blog" ? inParagraphs(text) : text, rating, label, manner };
};

const inParagraphs = (text: string): string => {
  const parts = text.split(/(?<=[.!?]) (?=\p{Lu})/u);
  const half = Math.ceil(parts.length / 2);
  return parts.length < 4 ? text : `${parts.slice(0, half).join(" ")}\n\n${parts.slice(half).join(" ")}`;
};

/** Stars and no words. */
export const starsOnly = (dice: Dice, label: Label): Wording => ({
  title: null,
  text: "",
  rating: Number(dice.weighted(RATINGS[label])),
  label: "unscored",
  manner: "stars-only",
});

/** The same text as somebody else pastes it: an end lost, a word added, capitals gone. */
export const copied = (dice: Dice, language: Language, source: Wording): string => {
  const frame = FRAMES[language];
  const label = source.label === "unscored" ? "neutral" : source.label;
  const turn = dice.below(3);
  if (turn === 0) return `${source.text} ${dice.pick(frame.closers[label])}`;
  if (turn === 1) return source.text.toLowerCase();
  return `${source.text} ${dice.pick(frame.emoji[label])}`;
};

const asWording = (piece: NewsPiece, label: Label): Wording => ({ ...piece, rating: null, label, manner: "news" });

export const writeNews = (
  dice: Dice,
  brand: DemoBrand,
  language: Language,
  label: Label,
  trouble: boolean,
): Wording => {
  const pieces = trouble ? TROUBLE_NEWS[language] : NEWS[brand.trade][language][label];
  const piece = dice.pick(pieces);
  const filled = (text: string): string => fill(dice, FRAMES[language], brand, language, text);
  return asWording({ title: filled(piece.title), text: filled(piece.text) }, trouble ? "negative" : label);
};

/** One piece about `brand` and another of the three. */
export const writeJointNews = (
  dice: Dice,
  brand: DemoBrand,
  language: Language,
): { readonly other: DemoBrand; readonly wording: Wording } => {
  const other = dice.pick(DEMO_BRANDS.filter((candidate) => candidate !== brand));
  const piece = dice.pick(JOINT_NEWS[language]);
  const filled = (text: string): string =>
    fill(dice, FRAMES[language], brand, language, text.replaceAll("{o}", other.forms[language].b));
  return { other, wording: asWording({ title: filled(piece.title), text: filled(piece.text) }, "neutral") };
};

/** News that concerns none of the brands. */
export const writeOtherNews = (dice: Dice, language: Language): Wording => {
  const piece = dice.pick(OTHER_NEWS[language]);
  const filled = (text: string): string => fill(dice, FRAMES[language], null, language, text);
  return asWording({ title: filled(piece.title), text: filled(piece.text) }, "neutral");
};

/** The text after an edit. A reviewer who was helped says so and gives better stars. */
export const writeUpdate = (dice: Dice, language: Language, before: Wording): Wording => {
  const frame = FRAMES[language];
  if (before.label === "unscored") return { ...before, rating: 3 };
  const helped = before.label === "negative" && dice.chance(0.3);
  const added = helped ? (frame.updates.positive[1] ?? "") : dice.pick(frame.updates[before.label]);
  return {
    ...before,
    text: `${before.text} ${added}`,
    ...(helped ? { label: "neutral", manner: "mixed", rating: before.rating === null ? null : 4 } : {}),
  };
};
