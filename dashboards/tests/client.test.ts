import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { everyDay } from "../src/client/days-option.ts";
import { createFormat, plural } from "../src/wording/format.ts";
import { everyHour, stretchesOf } from "../src/client/stretches.ts";
import { choiceOf, hashOf } from "../src/client/view.ts";
import { WORDS } from "../src/client/words.ts";
import { createZoneTime } from "../src/client/zone-time.ts";
import { createFixture } from "./support/fixture.ts";

const CLIENT = fileURLToPath(new URL("../src/client/", import.meta.url));
const HOUR = 3_600_000;

describe("numbers and dates", () => {
  const en = createFormat("en", "Europe/Moscow");
  const ru = createFormat("ru", "Europe/Moscow");

  it("writes a rate with a real minus and the language's decimal sign", () => {
    expect([en.rate(-12.34), en.rate(12.34), en.rate(0)]).toEqual(["\u221212.3", "+12.3", "0.0"]);
    expect([ru.rate(-12.34), ru.rate(12.34)]).toEqual(["\u221212,3", "+12,3"]);
  });

  it("prints a date no finer than its source told it, in the zone of the page", () => {
    const at = "2026-01-31T21:30:00.000Z";
    expect([en.precise(at, "year"), en.precise(at, "month"), en.precise(at, "day"), en.precise(at, "minute")]).toEqual([
      "2026",
      "February 2026",
      "1 Feb 2026",
      "1 Feb 2026, 00:30",
    ]);
  });

  it("says how long ago something was", () => {
    const now = "2026-01-31T12:00:00.000Z";
    expect(en.ago("2026-01-31T11:55:00.000Z", now)).toBe("5 minutes ago");
    expect(en.ago("2026-01-29T11:00:00.000Z", now)).toBe("2 days ago");
    expect(ru.ago("2026-01-31T10:59:00.000Z", now)).toBe("1 час назад");
  });

  it("counts in Russian as Russians do", () => {
    const pages = (n: number): string =>
      plural("ru", n, { one: "страница", few: "страницы", many: "страниц", other: "страницы" });
    expect([1, 2, 5, 11, 21, 22, 25, 111].map(pages)).toEqual([
      "1 страница",
      "2 страницы",
      "5 страниц",
      "11 страниц",
      "21 страница",
      "22 страницы",
      "25 страниц",
      "111 страниц",
    ]);
  });

  it("has a Russian text of its own for every English one", () => {
    const same = Object.entries(WORDS.en).filter(
      ([key, text]) => typeof text === "string" && text === WORDS.ru[key as keyof typeof WORDS.ru],
    );
    expect(Object.keys(WORDS.ru)).toEqual(Object.keys(WORDS.en));
    expect(same.map(([key]) => key)).toEqual(["rateShort"]);
  });
});

describe("what is drawn", () => {
  it("breaks the line where there is no rate and draws nothing at zero", async () => {
    const reads = createFixture();
    const [from, to] = ["2026-10-10T00:00:00.000Z", "2026-10-25T00:00:00.000Z"] as const;
    const points = await reads.rolling({
      brands: ["aurora-bank"],
      window: "24h",
      from: from as never,
      to: to as never,
    });
    const stretches = stretchesOf(everyHour(points, from, to, "nsr"));
    const gap = stretches.filter((stretch) => stretch.kind === "none");
    expect(gap.length).toBeGreaterThan(0);
    expect(gap.flatMap((stretch) => stretch.points).every(({ rate }) => rate === null)).toBe(true);
    expect(
      stretches
        .filter((stretch) => stretch.kind !== "none")
        .flatMap((stretch) => stretch.points)
        .every(({ rate }) => rate !== null),
    ).toBe(true);
  });

  it("takes an hour that was not told for a gap", async () => {
    const reads = createFixture();
    const [from, to] = ["2026-11-10T00:00:00.000Z", "2026-11-10T06:00:00.000Z"] as const;
    const points = await reads.rolling({ brands: ["aurora-bank"], window: "7d", from: from as never, to: to as never });
    const kinds = stretchesOf(
      everyHour(
        points.filter((_, index) => index !== 3),
        from,
        to,
        "nsr",
      ),
    ).map(({ kind, points: inside }) => [kind, inside.length]);
    expect(kinds).toEqual([
      ["ok", 3],
      ["none", 1],
      ["ok", 3],
    ]);
  });

  it("keeps the line whole where only the base gets small", async () => {
    const reads = createFixture();
    const [from, to] = ["2026-11-10T00:00:00.000Z", "2026-11-10T02:00:00.000Z"] as const;
    const points = (
      await reads.rolling({ brands: ["aurora-bank"], window: "7d", from: from as never, to: to as never })
    ).map((point, index) => (index === 1 ? { ...point, state: "low-base" as const } : point));
    const stretches = stretchesOf(everyHour(points, from, to, "nsr"));
    expect(stretches.map(({ kind, points: inside }) => [kind, inside.length])).toEqual([
      ["ok", 1],
      ["low-base", 2],
      ["ok", 2],
    ]);
  });

  it("shows no rate below ten mentions even if one were told", () => {
    const told = {
      at: "2026-11-10T00:00:00.000Z" as never,
      positive: 3,
      neutral: 0,
      negative: 1,
      unscored: 0,
      n: 4,
      nsr: 50,
      low: -20,
      high: 90,
      nsrPolar: 50,
      polarLow: -20,
      polarHigh: 90,
      state: "counts-only" as const,
    };
    expect(everyHour([told], told.at, told.at, "nsr")[0]?.rate).toBeNull();
  });

  it("cuts days where the zone cuts them, also on the day the clock moves", () => {
    const berlin = createZoneTime("Europe/Berlin");
    expect(berlin("2026-03-29T00:00:00.000Z") - Date.parse("2026-03-29T00:00:00.000Z")).toBe(HOUR);
    expect(berlin("2026-03-29T01:00:00.000Z") - Date.parse("2026-03-29T01:00:00.000Z")).toBe(2 * HOUR);
  });

  it("has a place for every day, also for one without mentions", () => {
    const answer = {
      brand: "a",
      from: "2026-10-30T22:00:00.000Z" as never,
      to: "2026-11-02T10:00:00.000Z" as never,
      zone: "Europe/Moscow",
      days: [{ day: "2026-11-01", positive: 2, neutral: 0, negative: 1, unscored: 0 }],
    };
    expect(everyDay(answer).map(({ day, positive }) => [day, positive])).toEqual([
      ["2026-10-31", 0],
      ["2026-11-01", 2],
      ["2026-11-02", 0],
    ]);
  });
});

describe("what is chosen", () => {
  it("comes back from a link", () => {
    const choice = {
      brand: "кофе & чай",
      window: "30d",
      reach: "14",
      formula: "nsrPolar",
      label: "negative",
      source: "rss",
      from: "2026-11-12T09:00:00.000Z",
      to: null,
    } as const;
    expect(choiceOf(hashOf(choice))).toEqual(choice);
    expect(choiceOf("#window=9y&label=angry")).toMatchObject({ window: "7d", label: null, brand: null });
    // Messages link to the page of a brand; what was chosen since stands behind the #.
    expect(choiceOf("", "?brand=aurora").brand).toBe("aurora");
    expect(choiceOf("#brand=polyana", "?brand=aurora").brand).toBe("polyana");
    expect(choiceOf("#from=yesterday&to=2026-13-45T00:00:00Z")).toMatchObject({ from: null, to: null });
  });
});

describe("what the client may not do", () => {
  it("never makes markup or code of a string", () => {
    const sinks =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment|DOMParser|\beval\(|new Function|setHTML/;
    const files = readdirSync(CLIENT).filter((name) => name.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => sinks.test(readFileSync(`${CLIENT}${name}`, "utf8")))).toEqual([]);
  });
});
