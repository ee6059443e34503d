import { instantOf, inputOf, mentionIdOf, type BrandId, type Fact, type SourceId } from "@molva/contracts";

const HOUR = 3_600_000;

/** 200 brands, the first of which has most of the mentions, as in life. */
const brandOf = (i: number): BrandId => `bench-${Math.floor(200 * ((i * 0.618_033) % 1) ** 3)}` as BrandId;

/** Invented mentions of this size; `live`: of the last two hours, `history`: of four weeks, sorted by time as an import has them. */
export const factsOf = (count: number, spread: "live" | "history", now: number, run: number): readonly Fact[] =>
  Array.from({ length: count }, (_, i): Fact => {
    const brandId = brandOf(i + run * 7);
    const sourceId = "bench" as SourceId;
    const text = `Mention ${run}/${i}: the queue was long, the staff was kind, and the card came on the third day after the call.`;
    const back =
      spread === "live" ? ((i * 7919) % 7200) * 1000 : (1 - i / count) * 28 * 24 * HOUR + run * 28 * 24 * HOUR;
    return {
      type: "content",
      mention: {
        mentionId: mentionIdOf(brandId, sourceId, `${spread}-${count}-${run}-${i}`),
        brandId,
        sourceId,
        kind: "review",
        url: `https://reviews.example/${run}/${i}`,
        title: null,
        text,
        rating: { value: 1 + (i % 5), min: 1, max: 5 },
        language: "en",
        region: null,
        authorHash: null,
        reach: null,
        reply: null,
        publishedAt: { at: instantOf(now - back), precision: "second", from: "source", clamped: false },
        editedAt: null,
        extra: {},
      },
      observedAt: instantOf(now),
      sentiment: {
        label: (["negative", "neutral", "positive"] as const)[i % 3] as "neutral",
        probabilities: { negative: 0.2, neutral: 0.3, positive: 0.5 },
        model: "bench@1",
      },
      input: inputOf({ title: null, text, rating: { value: 1 + (i % 5), min: 1, max: 5 } }),
      language: "en",
      topics: i % 2 === 0 ? ["queue"] : [],
      group: null,
    };
  });
