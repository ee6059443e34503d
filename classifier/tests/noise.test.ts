import { describe, expect, it } from "vitest";
import { noiseScore, trainNoise, type NoiseInput } from "../src/index.ts";

const input = (text: string): NoiseInput => ({ title: null, text, source: "rss", language: null });
const PLACES = ["Norway", "Tromso", "Iceland", "Oslo", "Perm", "Omsk", "Kazan", "London", "York", "Bergen"];
const SAID = ["fine", "bright", "odd", "slow", "great", "ужасно", "медленно"];
const many = (count: number, ...forms: readonly ((place: string, said: string) => string)[]): readonly NoiseInput[] =>
  Array.from({ length: count }, (_, i) =>
    input(
      (forms[i % forms.length] as (place: string, said: string) => string)(
        PLACES[i % PLACES.length] as string,
        `${SAID[(i * 3) % SAID.length]} ${i}`,
      ),
    ),
  );

const NOISE = many(
  40,
  (place, said) => `Aurora borealis over ${place} tonight, the northern lights were ${said}`,
  (place, said) => `Крейсер «Аврора»: экскурсия из города ${place}, ${said}`,
);
const MEANT = many(
  160,
  (place, said) => `Aurora delivery in ${place} was ${said} again, the courier did not call`,
  (place, said) => `Приложение Авроры в городе ${place}: ${said}, доставка опоздала`,
);

describe("what a person marks irrelevant is learned", () => {
  const trained = trainNoise({ marked: NOISE, unmarked: MEANT, unmarkedWeight: 1 }, 0.9);

  it("and acts from the lowest score on whose precision on unseen mentions is enough", () => {
    expect(trained?.chosen?.precision).toBeGreaterThanOrEqual(0.9);
    expect(trained?.chosen?.recall).toBeGreaterThan(0.7);
    const threshold = trained?.chosen?.threshold ?? 1;
    const score = (text: string): number => noiseScore(trained?.model ?? { bias: 0, weights: {} }, input(text));
    expect(score("Aurora borealis will be seen over Bergen, say the astronomers")).toBeGreaterThan(0.5);
    expect(score("На крейсере «Аврора» закончилась экскурсия для школьников")).toBeGreaterThan(0.5);
    expect(score("The courier of Aurora did not call, delivery was late")).toBeLessThan(Math.min(0.5, threshold));
  });

  it("and is the same for the same mentions", () => {
    expect(trainNoise({ marked: NOISE, unmarked: MEANT, unmarkedWeight: 1 }, 0.9)).toEqual(trained);
  });

  it("and keeps no word of them", () => {
    expect(JSON.stringify(trained?.model)).not.toMatch(/borealis|крейсер|courier/i);
  });
});

describe("nothing is learned", () => {
  it("from fewer than twenty of either", () => {
    expect(trainNoise({ marked: NOISE.slice(0, 19), unmarked: MEANT, unmarkedWeight: 1 }, 0.9)).toBeNull();
    expect(trainNoise({ marked: NOISE, unmarked: MEANT.slice(0, 19), unmarkedWeight: 1 }, 0.9)).toBeNull();
  });

  it("that could act, from marks without a pattern", () => {
    const all = [...MEANT, ...NOISE];
    const marked = all.filter((_, i) => i % 4 === 0);
    const unmarked = all.filter((_, i) => i % 4 !== 0);
    expect(trainNoise({ marked, unmarked, unmarkedWeight: 1 }, 0.9)?.chosen).toBeNull();
  });

  it("that could act, where each unmarked mention stands for a hundred and is taken for noise once", () => {
    const mixed = trainNoise({ marked: NOISE, unmarked: [...MEANT, ...NOISE.slice(0, 4)], unmarkedWeight: 100 }, 0.9);
    expect(mixed?.points[0]?.precision).toBeLessThan(0.5);
  });
});
