import type { Channel, DemoBrand } from "./brands.ts";
import type { Dice } from "./random.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Days of history before the anchor. */
export const HISTORY_DAYS = 90;
/** So long after the anchor nothing new is written any more: a clock that is far off must not fill the memory. */
export const FUTURE_DAYS = 3 * 365;
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

/** What appears for certain: seconds after the anchor, which of the brands, and where. */
export const FIRST_MINUTES: readonly (readonly [second: number, brand: number, channel: Channel])[] = [
  [8, 0, "reviews"],
  [19, 1, "reviews"],
  [33, 2, "owners"],
  [50, 0, "talk"],
  [71, 2, "reviews"],
  [94, 1, "reviews"],
  [113, 0, "reviews"],
];

/** One hour of the demo's life, the unit in which it is written. */
export interface Slot {
  readonly start: number;
  /** Hours since the anchor; negative before it. */
  readonly index: number;
  readonly dice: Dice;
}

export const inBadWeek = (brand: DemoBrand, slot: Slot): boolean =>
  brand.id === BAD_WEEK.brandId && slot.index >= BAD_WEEK.from * 24 && slot.index < BAD_WEEK.to * 24;

/** Mean number of postings about the brand in this hour. */
export const rhythm = (brand: DemoBrand, slot: Slot): number => {
  const local = new Date(slot.start + LOCAL_OFFSET);
  const hour = (HOURS[local.getUTCHours()] ?? HOURS_MEAN) / HOURS_MEAN;
  const usual = (brand.perDay / 24) * (brand.weekdays[local.getUTCDay()] ?? 1);
  if (slot.index < 0) return usual * hour * (inBadWeek(brand, slot) ? BAD_WEEK_VOLUME : 1);
  return slot.index < FIRST_HOURS.hours ? usual * Math.max(hour, 1) * FIRST_HOURS.times : usual * hour * LATER_TIMES;
};

/** Some time of the hour, and some time after another. Whole seconds from the anchor: HTTP's dates tell two changes apart. */
export const within = (slot: Slot): number => slot.start + Math.floor(slot.dice.roll() * 3600) * 1000;
export const later = (dice: Dice, at: number, fromHours: number, toHours: number): number =>
  at + Math.round((fromHours + dice.roll() * (toHours - fromHours)) * 3600) * 1000;
