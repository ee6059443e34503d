import { describe, expect, it } from "vitest";
import { told } from "./faults/report.ts";
import { runFaults, type FaultReport } from "./faults/suite.ts";
import type { FaultPlan } from "./faults/world.ts";

const quiet = { say: () => {} };
const play = async (plan: Partial<FaultPlan> & { readonly seed: number }): Promise<FaultReport> => {
  const report = await runFaults("embedded", {
    events: 40_000,
    kills: 20,
    kind: "right",
    piece: 250,
    ...quiet,
    ...plan,
  });
  console.log(told("embedded", plan.seed, report));
  return report;
};

describe("The embedded pipeline under faults", () => {
  it("ends in the numbers of the reference, answers as it answered then, and has lost nothing", async () => {
    const report = await play({ seed: 4 });
    expect(report.listed).toBeGreaterThanOrEqual(40_000);
    expect(report.killed).toBeGreaterThanOrEqual(20);
    expect(report.parked).toBeGreaterThan(100);
    expect(report.answers.moments).toBeGreaterThan(3);
    expect(report.buckets.wrong.slice(0, 5)).toEqual([]);
    expect(report.rolling.wrong.slice(0, 5)).toEqual([]);
    expect(report.answers.wrong.slice(0, 5)).toEqual([]);
    expect(report.lost).toEqual([]);
    expect(report.verified).toBe(0);
  });

  it("would not without the copy rule: the suite notices", async () => {
    const report = await play({ seed: 5, events: 2_000, kills: 1, kind: "without the copy rule" });
    expect(report.buckets.wrong.length).toBeGreaterThan(0);
  });
});
