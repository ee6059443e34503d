import { PipelineError, type Command, type Store } from "@molva/contracts";
import { z } from "zod";

const none = z.strictObject({});
type Nothing = Readonly<Record<string, never>>;

/** What retention takes; the row and its link to the numbers stay. */
const WORDS: readonly (readonly [column: string, type: string])[] = [
  ["title", "String CODEC(ZSTD(3))"],
  ["text", "String CODEC(ZSTD(3))"],
  ["author", "String"],
  ["reply", "String CODEC(ZSTD(3))"],
  ["extra", "Map(String, String) CODEC(ZSTD(3))"],
  ["kept", "UInt8"],
];

const alter = (table: string, changes: readonly string[]): Command<Nothing> => ({
  name: "text-retention",
  sql: `ALTER TABLE ${table} ${changes.join(", ")}`,
  params: none,
});

/** Far enough to be for good: the store's clock ends in 2106. */
const FOR_GOOD = 36_500;

/**
 * Keeps titles, texts, authors, replies and extra columns for so many days after they were last observed, then clears them with the next merge; counts stay. For
 * words that are in the store already too, and for comments of surveys, from their import on. Null: for good.
 * @throws {PipelineError} `USAGE` for less than a day; what the store throws.
 */
export const setTextRetention = async (store: Store, days: number | null): Promise<void> => {
  const kept = days ?? FOR_GOOD;
  if (!Number.isInteger(kept) || kept < 1 || kept > FOR_GOOD)
    throw new PipelineError(`texts kept for ${days} days: use 1 to ${FOR_GOOD}`, { code: "USAGE", recovery: "exit" });
  const ttl = (since: string): string =>
    `toDateTime(least(intDiv(${since}, 1000) + ${kept * 86_400}, 4294967295), 'UTC')`;
  await store.execute(
    alter(
      "mention_text",
      WORDS.map(([column, type]) => `MODIFY COLUMN ${column} ${type} TTL ${ttl("ver")}`),
    ),
    {},
  );
  await store.execute(alter("survey_answer", [`MODIFY COLUMN comment String CODEC(ZSTD(3)) TTL ${ttl("known")}`]), {});
};
