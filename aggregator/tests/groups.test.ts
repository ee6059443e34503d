import { afterAll, beforeAll, expect, it } from "vitest";
import type { BrandId, Fact, Instant } from "@molva/contracts";
import { aggregateStage, listMentions, readHistories, readNsr, verify } from "../src/index.ts";
import { at, batchOf, content, exclude, firstOfGroup, logged, mentionId, START } from "./support/facts.ts";
import { openTestStore, type TestStore } from "./support/store.ts";

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => opened[Symbol.asyncDispose]());

const LOGGED = START + 86_400_000;
let offset = 0n;
const tell = async (facts: readonly Fact[]): Promise<void> => {
  const stage = aggregateStage({ store: opened.store });
  await stage.process(batchOf(logged(facts, offset)), new AbortController().signal);
  offset += BigInt(facts.length);
};
const horizon = (): Instant => new Date(LOGGED + (Number(offset) - 1) * 10).toISOString() as Instant;

const originals = async (brand: string, asOf: Instant | null = null): Promise<string> => {
  const [row] = await readNsr(opened.store, {
    brands: [brand],
    from: at(-600),
    to: at(9 * 1440),
    window: null,
    step: null,
    tz: "UTC",
    by: null,
    horizon: horizon(),
    asOf,
  });
  return `${row?.originals} originals of ${row?.n} mentions`;
};

it("a news item that ten sites print is one original and ten mentions, whatever is told first, twice or again", async () => {
  for (const order of ["copies last", "copies first"] as const) {
    const brand = `reprinted, ${order}`;
    const first = { brand, key: "site-0" };
    const group = mentionId(first);
    const news = content({ ...first, published: at(0) });
    const copies = Array.from({ length: 9 }, (_, i) =>
      content({ brand, key: `site-${i + 1}`, group, published: at(60 + i * 700) }),
    );
    const marked = firstOfGroup(first, group, at(60));
    const alone = content({ brand, key: "another", published: at(5) });
    if (order === "copies last") {
      await tell([news, alone]);
      expect(await originals(brand)).toBe("2 originals of 2 mentions");
      const before = horizon();
      await tell([copies[0] as Fact, marked]);
      await tell([...copies.slice(1), marked]);
      expect(await originals(brand, before)).toBe("2 originals of 2 mentions");
    } else {
      await tell([marked, ...copies]);
      await tell([news, alone, marked]);
    }
    expect(await originals(brand)).toBe("2 originals of 11 mentions");
    expect((await verify(opened.store)).differences).toEqual([]);
    // The first one leaves: the next printing is the original then.
    await tell([exclude(first, at(5000))]);
    expect(await originals(brand)).toBe("2 originals of 10 mentions");
    expect((await verify(opened.store)).differences).toEqual([]);
    const history = (await readHistories(opened.store, [group])).get(group);
    expect(history?.entries.map(({ kind }) => kind).toSorted()).toEqual(["content", "exclude"]);
    expect((await listMentions(opened.store, { brand: brand as BrandId, limit: 50 })).length).toBe(10);
  }
});
