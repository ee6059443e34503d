import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { CHART_COLOURS, countLine, rateLine, renderChart, type RateStep } from "../src/charts/index.ts";

const SIZE = { width: 560, height: 220 };
const percent = (value: number): string => `${value > 0 ? "+" : ""}${value}`;

const step = (name: string, value: number | null): RateStep => ({
  name,
  value,
  low: value === null ? null : value - 8,
  high: value === null ? null : value + 8,
  n: value === null ? 4 : 120,
});

/** How many pixels of a picture are about this colour. */
const pixelsOf = async (png: Uint8Array, colour: string): Promise<number> => {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    const distance =
      Math.abs((data[at] ?? 0) - r) + Math.abs((data[at + 1] ?? 0) - g) + Math.abs((data[at + 2] ?? 0) - b);
    if (distance < 12) found += 1;
  }
  return found;
};

const line = (values: readonly (number | null)[], marks: { step: number; name: string }[] = []) =>
  rateLine({
    steps: values.map((value, index) => step(`${index + 1} окт.`, value)),
    marks,
    axis: "NSR, %",
    before: [],
    percent,
  });

describe("a picture for a mail", () => {
  it("is a PNG of twice the size, small enough for a mail", async () => {
    const png = await renderChart(line([10, 14, 8, -3, -20, -18]), SIZE);
    const image = await loadImage(Buffer.from(png));
    expect([image.width, image.height]).toEqual([1120, 440]);
    expect(png.byteLength).toBeLessThan(60_000);
  });

  it("draws a mark in its own colour, and none without one", async () => {
    const values = [10, 14, 8, -3, -20, -18];
    const without = await pixelsOf(await renderChart(line(values), SIZE), CHART_COLOURS.mark);
    const marked = await pixelsOf(
      await renderChart(line(values, [{ step: 3, name: "Инцидент" }]), SIZE),
      CHART_COLOURS.mark,
    );
    expect(without).toBe(0);
    expect(marked).toBeGreaterThan(200);
  });

  it("leaves a gap where there is no rate instead of a zero", async () => {
    const full = await pixelsOf(await renderChart(line([20, 20, 20, 20, 20, 20]), SIZE), CHART_COLOURS.rate);
    const gap = await pixelsOf(await renderChart(line([20, 20, null, null, 20, 20]), SIZE), CHART_COLOURS.rate);
    expect(gap).toBeLessThan(full * 0.75);
    expect(gap).toBeGreaterThan(full * 0.2);
  });

  it("has letters for Russian: a Cyrillic word is not a row of boxes", async () => {
    const drawn = async (axis: string) =>
      Buffer.from(await renderChart(countLine({ steps: [], axis }), SIZE)).toString("base64");
    // Boxes for missing letters would look alike.
    expect(await drawn("Жёлудь")).not.toBe(await drawn("Щавель"));
  });

  it("draws what is unusual in the colour of the incident", async () => {
    const counts = countLine({
      axis: "Negative an hour",
      steps: [3, 2, 4, 18, 22].map((count, index) => ({ name: `${index}:00`, count, usual: 3, unusual: count > 10 })),
    });
    expect(await pixelsOf(await renderChart(counts, SIZE), CHART_COLOURS.negative)).toBeGreaterThan(2000);
  });
});
