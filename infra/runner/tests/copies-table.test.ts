import { describe, expect, it } from "vitest";
import { copiesRow } from "../bench/copies/table.ts";
import { demoTexts, sharedTexts } from "../bench/copies/texts.ts";

const LEAST = 0.95;
const SAMPLE = 3_000;

describe("planted copies (cut, reordered, re-punctuated, recased, with emoji and links) are told from originals", () => {
  it("in the demo's texts", () => {
    const row = copiesRow("demo", demoTexts());
    expect(row.copies).toBeGreaterThan(100);
    expect(row).toMatchObject({
      precision: expect.toSatisfy((share: number) => share >= LEAST),
      recall: expect.toSatisfy((share: number) => share >= LEAST),
    });
  });

  const shared = sharedTexts(SAMPLE);
  if (shared === null)
    it("in real texts: not measured, for ../shared/data is not on this machine", () => expect(shared).toBeNull());
  else
    it.each(shared)("in real texts: $name", ({ name, texts }) => {
      const row = copiesRow(name, texts);
      expect(row).toMatchObject({
        precision: expect.toSatisfy((share: number) => share >= LEAST),
        recall: expect.toSatisfy((share: number) => share >= LEAST),
      });
    });
});
