import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ListedMention, NsrRow } from "@molva/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInProcess, type InProcess, type Said } from "./support/in-process.ts";

let molva: InProcess;
const run = (...args: readonly string[]): Promise<Said> => molva.run(args);
const json = <T>(...args: readonly string[]): Promise<T> => molva.json<T>(args);

/** Two weeks of reviews; in the second the courier app breaks, in words that recur. */
const reviews = (): string =>
  Array.from({ length: 120 }, (_, i) => {
    const week = i < 60 ? 1 : 2;
    const text =
      week === 2 && i % 3 === 0
        ? `Review ${i}: great phone, terrible delivery. The courier map froze again at door ${i}.`
        : i % 2 === 0
          ? `Review ${i}: the staff was friendly and helpful, lovely place number ${i}.`
          : `Review ${i}: Персонал вежливый, всё понравилось, номер ${i}.`;
    const day = String(week === 1 ? 1 + (i % 7) : 8 + (i % 7)).padStart(2, "0");
    return JSON.stringify({
      id: `r${i}`,
      text,
      publishedAt: `2026-11-${day}T10:00:00Z`,
      url: `https://a.example/${i}`,
    });
  }).join("\n");

beforeAll(async () => {
  molva = await openInProcess("audits", { topics: { map: { en: ["courier map"], ru: [] } } });
  await writeFile(join(molva.folder, "reviews.jsonl"), reviews());
  const imported = await run("import", "reviews.jsonl", "--brand", "aurora", "--source", "crm");
  if (imported.code !== 0) throw new Error(imported.err);
});
afterAll(async () => molva[Symbol.asyncDispose]());

describe("audits on the command line", () => {
  it("draws without the model's word, takes labels of what was drawn only, and says what they buy", async () => {
    const drawn = await json<readonly Record<string, unknown>[]>("audit", "next", "--brand", "aurora", "--count", "4");
    expect(drawn.length).toBe(4);
    expect(drawn.some((one) => "label" in one || "confidence" in one)).toBe(false);
    const ids = drawn.map((one) => String(one["id"]));
    const all = await json<readonly ListedMention[]>("mentions", "--brand", "aurora", "--limit", "200");
    const other = all.find(({ id }) => !ids.includes(id));
    const refused = await run("audit", "label", other?.id ?? "", "neutral", "--by", "vera");
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("was not drawn")]);
    const labelled = await json<{ new: string }>("audit", "label", ids[0] ?? "", "neutral", "--by", "vera");
    expect(labelled.new).toBe("neutral");
    const next = await json<readonly { id: string }[]>("audit", "next", "--brand", "aurora", "--count", "3");
    expect(next.map(({ id }) => id)).toEqual(ids.slice(1));
    const again = await json<readonly { id: string }[]>("audit", "next", "--again", "--by", "ivan");
    expect(again.map(({ id }) => id)).toEqual(ids.slice(0, 1));
    await json("audit", "label", ids[0] ?? "", "neutral", "--by", "ivan");
    const [standing] = await json<
      readonly { audits: number; auditedTwice: number; needed: readonly { audits: number }[] }[]
    >("audit", "status");
    expect(standing).toMatchObject({ audits: 1, auditedTwice: 1 });
    const needed = standing?.needed.map(({ audits }) => audits) ?? [];
    expect(needed).toEqual(needed.toSorted((a, b) => a - b));
    const [row] = await json<readonly NsrRow[]>("nsr", "--brand", "aurora");
    expect([row?.adjustedState, row?.nsrAdjusted, row?.audits]).toEqual(["uncorrected", row?.nsr, 1]);
    expect((await run("nsr", "--brand", "aurora")).out).toMatch(/uncorrected \(/);
  });
});

describe("topics on the command line", () => {
  it("counts a clause under its topic, the mention once, the user's own words too", async () => {
    const rows = await json<readonly NsrRow[]>("nsr", "--brand", "aurora", "--from", "2026-11-08", "--by", "topic");
    const of = (topic: string): NsrRow | undefined => rows.find((row) => row.topic === topic);
    expect(of("quality")).toMatchObject({ positive: 20, negative: 0 });
    expect(of("delivery")).toMatchObject({ positive: 0, negative: 20 });
    expect(of("staff")?.n).toBe(40);
    expect(of("map")?.n).toBe(20);
    const [all] = await json<readonly NsrRow[]>("nsr", "--brand", "aurora", "--from", "2026-11-08");
    expect(all?.n).toBe(60);
    const listed = await run("mentions", "--brand", "aurora", "--search", "terrible", "--limit", "1");
    expect(listed.out).toMatch(/Quality \+, Delivery −/);
  });

  it("tells how topics move, and the phrases that surge with their texts", async () => {
    const found = await json<{
      readonly topics: readonly { topic: string; share: number; shareBefore: number }[];
      readonly phrases: readonly {
        phrase: string;
        now: number;
        before: number;
        low: number;
        examples: readonly { url: string }[];
      }[];
    }>("topics", "--brand", "aurora", "--from", "2026-11-08", "--to", "2026-11-15");
    const delivery = found.topics.find(({ topic }) => topic === "delivery");
    expect(delivery?.share).toBeCloseTo(100 / 3);
    expect(delivery?.shareBefore).toBe(0);
    const words = found.phrases.map(({ phrase }) => phrase).join(" | ");
    expect(words).toMatch(/courier map froze/);
    expect(words).not.toMatch(/lovely place/);
    const [first] = found.phrases;
    expect([first?.now, first?.before]).toEqual([20, 0]);
    expect(first?.low).toBeGreaterThan(1);
    expect(first?.examples[0]?.url).toMatch(/^https:\/\/a\.example\//);
  });
});
