import { hash } from "node:crypto";
import { instantOf, PRECISIONS, type Fact } from "@molva/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventIdOf } from "../src/index.ts";
import { at, content } from "./support/facts.ts";

type Content = Extract<Fact, { readonly type: "content" }>;
const plain = content({ brand: "aurora", key: "a", published: at(0) }) as Content;
const instant = fc
  .date({ min: new Date(0), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true })
  .map(instantOf);

describe("the id of a mention's fact", () => {
  it("is the one that stores have held from the first day, whatever the model is called", () => {
    fc.assert(
      fc.property(
        fc.record({
          model: fc.oneof(
            fc.constantFrom('a "model"', "back\\slash", "line\nbreak", "модель@1", "half \ud83d"),
            fc.string({ minLength: 1 }),
          ),
          published: instant,
          precision: fc.constantFrom(...PRECISIONS),
          from: fc.constantFrom("source", "relative", "fetch" as const),
          clamped: fc.boolean(),
          observedAt: instant,
          topicsAt: fc.option(instant, { nil: undefined }),
        }),
        ({ model, published, precision, from, clamped, observedAt, topicsAt }) => {
          const publishedAt = { at: published, precision, from, clamped };
          const fact: Content = {
            ...plain,
            mention: { ...plain.mention, publishedAt },
            sentiment: { ...plain.sentiment, model },
            observedAt,
            ...(topicsAt === undefined ? {} : { topicsAt }),
          };
          const all = [
            plain.mention.mentionId,
            "content",
            model,
            [published, precision, from, clamped],
            observedAt,
            plain.input,
            topicsAt ?? null,
            null,
          ];
          expect(eventIdOf(fact)).toBe(hash("sha256", JSON.stringify(all)).slice(0, 16));
        },
      ),
    );
  });
});
