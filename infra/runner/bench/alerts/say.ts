import {
  brandIdSchema,
  instantOf,
  mentionIdOf,
  sourceIdSchema,
  type BrandId,
  type Observation,
} from "@molva/contracts";
import { BAD, GOOD } from "../../tests/support/sayings.ts";

const SOURCE = sourceIdSchema.parse("reviews");
const HOUR = 3_600_000;

export const brandOf = (number: number): BrandId => brandIdSchema.parse(`storm-${number}`);

/** A storm's mentions as the crawler sees them: spread over the last three quarters of an hour, no two alike. */
export const stormOf = (brand: BrandId, size: number, now: number): readonly Observation[] =>
  Array.from({ length: size }, (_, i): Observation => {
    const key = `${now}-${i}`;
    const at = instantOf(now - 45 * 60_000 + Math.floor((i * 44 * 60_000) / size));
    return {
      type: "seen",
      observedAt: instantOf(now),
      mention: {
        mentionId: mentionIdOf(brand, SOURCE, key),
        brandId: brand,
        sourceId: SOURCE,
        kind: "review",
        url: `https://reviews.example/${brand}/${key}`,
        title: null,
        text: `${BAD[i % BAD.length] ?? ""} Order ${(i * 7_919) % 100_003}.`,
        rating: { value: 1, min: 1, max: 5 },
        language: "en",
        region: null,
        authorHash: null,
        reach: null,
        reply: null,
        publishedAt: { at, precision: "second", from: "source", clamped: false },
        editedAt: null,
        extra: {},
      },
    };
  });

const line = (brand: string, at: number, text: string, rating: number, key: string): string =>
  `${JSON.stringify({ id: key, brand, text, rating, publishedAt: new Date(at).toISOString() })}\n`;

/** So many days of one mention an hour for each brand, every fifth negative. */
export const usualOf = (brands: readonly string[], days: number, now: number): string =>
  brands
    .flatMap((brand) =>
      Array.from({ length: days * 24 }, (_, i) => {
        const at = now - 8 * HOUR - i * HOUR - ((i * 7) % 50) * 60_000;
        const bad = i % 5 === 0;
        const text = (bad ? BAD : GOOD)[((i / (bad ? 5 : 1)) % 4) | 0] ?? "";
        return line(brand, at, `${text} Order ${i}.`, bad ? 1 : 5, `usual-${i}`);
      }),
    )
    .join("");

/** History without an end, for as long as it is wanted: three years of another brand. */
export async function* historyOf(brand: string, now: number, wanted: () => boolean): AsyncGenerator<Buffer> {
  for (let i = 0; wanted(); i += 500) {
    const lines = Array.from({ length: 500 }, (_, j) => {
      const number = i + j;
      const at = now - 60 * 24 * HOUR - ((number * 7_919) % (1_000 * 24 * 60)) * 60_000;
      const bad = number % 5 === 0;
      return line(brand, at, `${(bad ? BAD : GOOD)[number % 4] ?? ""} Order ${number}.`, bad ? 1 : 5, `old-${number}`);
    });
    yield Buffer.from(lines.join(""));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
