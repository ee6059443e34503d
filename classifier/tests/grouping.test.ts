import { expect, it } from "vitest";
import type { Batch, BrandId, Fact, Mention, MentionId, Observation, SourceId } from "@molva/contracts";
import type { Recalled } from "@molva/text";
import { classifyStage, createGrouping, loadModel } from "../src/index.ts";
import { bareMention } from "./support/mention.ts";

const AT = "2026-03-02T10:00:00.000Z" as Mention["publishedAt"]["at"];
const TEXT = "Aurora Bank opens forty new offices in the north by spring, and the first three start in Murmansk.";

const mention = (n: number, text = TEXT, brand = "aurora"): Mention =>
  bareMention({
    mentionId: n.toString(16).padStart(32, "c") as MentionId,
    brandId: brand as BrandId,
    sourceId: "rss" as SourceId,
    kind: "article",
    text,
    at: AT,
  });
const batchOf = (
  first: number,
  mentions: readonly Mention[],
  lane: "live" | "backfill" = "live",
): Batch<Observation> => ({
  lane,
  partition: 0,
  messages: mentions.map((one, i) => ({
    value: { type: "seen", mention: one, observedAt: AT },
    offset: BigInt(first + i),
    appendedAt: AT,
  })),
});

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A store that holds what was published, and a stage over it: a new one is a process that was started again. */
const world = () => {
  const published: Fact[] = [];
  const recall = (brand: string): Promise<readonly Recalled[]> => {
    const groupOf = new Map<string, string>();
    for (const fact of published) {
      const id = fact.type === "content" ? fact.mention.mentionId : fact.type === "group" ? fact.mentionId : null;
      const group = fact.type === "content" || fact.type === "group" ? fact.group : null;
      if (id !== null && group !== null && !groupOf.has(id)) groupOf.set(id, group);
    }
    return Promise.resolve(
      published.flatMap((fact) =>
        fact.type === "content" && fact.mention.brandId === brand
          ? [{ mention: fact.mention, group: groupOf.get(fact.mention.mentionId) ?? null, observedAt: fact.observedAt }]
          : [],
      ),
    );
  };
  const stage = () => {
    const grouping = createGrouping({ entries: 256, recorded: async () => {}, recall });
    const { process } = classifyStage({ model: loadModel(), log: SILENT, grouping });
    return async (batch: Batch<Observation>, publish = true): Promise<readonly string[]> => {
      const { outputs } = await process(batch, new AbortController().signal);
      if (publish) published.push(...outputs);
      return outputs.map((fact) => {
        if (fact.type === "content") return `${short(fact.mention.mentionId)} in ${short(fact.group)}`;
        return fact.type === "group" ? `${short(fact.mentionId)} heads ${short(fact.group)}` : fact.type;
      });
    };
  };
  return { stage, published };
};
const short = (id: string | null): string => (id === null ? "none" : (id.at(-1) ?? ""));

it("the first copy tells who heads the group, and later ones join it, also after a start", async () => {
  const { stage } = world();
  const before = stage();
  expect(await before(batchOf(0, [mention(1), mention(2)]))).toEqual(["1 in none", "1 heads 1", "2 in 1"]);
  expect(await before(batchOf(2, [mention(3), mention(4, TEXT, "borealis")]))).toEqual(["3 in 1", "4 in none"]);
  const after = stage();
  expect(await after(batchOf(4, [mention(5), mention(6, TEXT, "borealis")]))).toEqual([
    "5 in 1",
    "4 heads 4",
    "6 in 4",
  ]);
  expect(await after(batchOf(0, [mention(7)], "backfill"))).toEqual(["7 in 1"]);
});

it("a batch that was not published is told as if it had never been seen", async () => {
  const { stage } = world();
  const process = stage();
  await process(batchOf(0, [mention(1)]));
  const lost = await process(batchOf(1, [mention(2), mention(3)]), false);
  expect(lost).toEqual(["1 heads 1", "2 in 1", "3 in 1"]);
  expect(await process(batchOf(1, [mention(2), mention(3)]))).toEqual(lost);
});

it("what another process recorded meanwhile counts: a batch that does not follow recalls its brands", async () => {
  const { stage } = world();
  const [one, other] = [stage(), stage()];
  await one(batchOf(0, [mention(1)]));
  expect(await other(batchOf(1, [mention(2)]))).toEqual(["1 heads 1", "2 in 1"]);
  expect(await one(batchOf(2, [mention(3)]))).toEqual(["3 in 1"]);
});
