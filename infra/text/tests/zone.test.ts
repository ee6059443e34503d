import type { Instant } from "@molva/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSteps, isZone, startOfStep, stepBoundaries, STEPS, wallAt } from "../src/index.ts";

const at = (text: string): Instant => text as Instant;
const ZONES = [
  "UTC",
  "Europe/Moscow",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Pacific/Chatham",
];

describe("the start of a step in a zone", () => {
  it.each([
    ["Europe/Moscow", "day", "2025-01-01T00:30:00.000Z", "2024-12-31T21:00:00.000Z"],
    ["Europe/Moscow", "month", "2024-12-31T21:00:00.000Z", "2024-12-31T21:00:00.000Z"],
    ["Europe/Moscow", "month", "2024-12-31T20:59:59.999Z", "2024-11-30T21:00:00.000Z"],
    ["UTC", "week", "2026-11-22T13:00:00.000Z", "2026-11-16T00:00:00.000Z"],
    ["Asia/Kolkata", "hour", "2026-03-01T10:45:00.000Z", "2026-03-01T10:30:00.000Z"],
    ["Asia/Kathmandu", "day", "2026-03-01T18:14:59.999Z", "2026-02-28T18:15:00.000Z"],
    // 29 March 2026: Berlin's clock jumps from 02:00 to 03:00, the day has 23 hours.
    ["Europe/Berlin", "day", "2026-03-29T20:00:00.000Z", "2026-03-28T23:00:00.000Z"],
    // 25 October 2026: it shows 02:00–03:00 twice; each is an hour of its own.
    ["Europe/Berlin", "hour", "2026-10-25T00:30:00.000Z", "2026-10-25T00:00:00.000Z"],
    ["Europe/Berlin", "hour", "2026-10-25T01:30:00.000Z", "2026-10-25T01:00:00.000Z"],
    // Cairo jumps at midnight: 24 April 2026 begins at 01:00.
    ["Africa/Cairo", "day", "2026-04-24T10:00:00.000Z", "2026-04-23T22:00:00.000Z"],
    // Havana sets back at 01:00: 1 November 2026 has two midnights, the first counts.
    ["America/Havana", "day", "2026-11-01T20:00:00.000Z", "2026-11-01T04:00:00.000Z"],
    // Lord Howe moves by half an hour: its second 01:30–02:00 belongs to the hour that began at 01:00.
    ["Australia/Lord_Howe", "hour", "2026-04-04T15:15:00.000Z", "2026-04-04T14:00:00.000Z"],
  ] as const)("%s %s %s", (zone, step, instant, expected) => {
    expect(startOfStep(at(instant), step, zone)).toBe(expected);
  });

  it("is at or before the instant, and its own start", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.constantFrom(...ZONES),
        fc.constantFrom(...STEPS),
        (millis, zone, step) => {
          const instant = at(new Date(millis).toISOString());
          const start = startOfStep(instant, step, zone);
          expect(start <= instant).toBe(true);
          expect(startOfStep(start, step, zone)).toBe(start);
          expect(addSteps(start, 1, step, zone) > instant).toBe(true);
          const next = addSteps(start, 1, step, zone);
          expect(startOfStep(next, step, zone)).toBe(next);
          expect(addSteps(next, -1, step, zone)).toBe(start);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("steps on the calendar", () => {
  it("a day is 23 or 25 hours where the clock is set", () => {
    expect(addSteps(at("2026-03-28T23:00:00.000Z"), 1, "day", "Europe/Berlin")).toBe("2026-03-29T22:00:00.000Z");
    expect(addSteps(at("2026-10-24T22:00:00.000Z"), 1, "day", "Europe/Berlin")).toBe("2026-10-25T23:00:00.000Z");
    expect(addSteps(at("2026-10-25T23:00:00.000Z"), -1, "week", "Europe/Berlin")).toBe("2026-10-18T22:00:00.000Z");
  });

  it("a month after the 31st of January is the last of February", () => {
    expect(addSteps(at("2028-01-31T10:00:00.000Z"), 1, "month", "UTC")).toBe("2028-02-29T10:00:00.000Z");
    expect(addSteps(at("2026-01-31T10:00:00.000Z"), -2, "month", "UTC")).toBe("2025-11-30T10:00:00.000Z");
  });

  it("boundaries cover the range without gap or overlap", () => {
    expect(
      stepBoundaries(at("2025-01-10T00:00:00.000Z"), at("2025-02-28T21:00:00.000Z"), "month", "Europe/Moscow"),
    ).toEqual(["2024-12-31T21:00:00.000Z", "2025-01-31T21:00:00.000Z", "2025-02-28T21:00:00.000Z"]);
    expect(stepBoundaries(at("2026-01-01T00:00:00.000Z"), at("2026-01-01T00:00:00.000Z"), "day", "UTC")).toEqual([]);
  });

  it("leaves out a day that a zone never had", () => {
    const days = stepBoundaries(at("2011-12-29T10:00:00.000Z"), at("2011-12-31T09:00:00.000Z"), "day", "Pacific/Apia");
    expect(days).toEqual(["2011-12-29T10:00:00.000Z", "2011-12-30T10:00:00.000Z", "2011-12-31T10:00:00.000Z"]);
  });

  it("does not lose a day after a skipped midnight", () => {
    const days = stepBoundaries(at("2026-04-23T00:00:00.000Z"), at("2026-04-26T21:00:00.000Z"), "day", "Africa/Cairo");
    expect(days.map((d) => new Date(wallAt(Date.parse(d), "Africa/Cairo")).toISOString().slice(0, 16))).toEqual([
      "2026-04-23T00:00",
      "2026-04-24T01:00",
      "2026-04-25T00:00",
      "2026-04-26T00:00",
      "2026-04-27T00:00",
    ]);
    expect(stepBoundaries(days[1]!, days[3]!, "day", "Africa/Cairo")).toEqual(days.slice(1, 4));
  });
});

it("knows a zone from a word", () => {
  expect(["UTC", "Europe/Moscow"].map(isZone)).toEqual([true, true]);
  expect(["", "Mars/Olympus", "../etc"].map(isZone)).toEqual([false, false, false]);
});
