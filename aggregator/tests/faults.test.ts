import { brokerProblem } from "@molva/testing";
import { describe, expect, it } from "vitest";
import { told } from "./faults/report.ts";
import { REBALANCED, SLEPT, STANDS, STEP_DEATHS } from "./faults/script.ts";
import { runFaults, type FaultReport, type Transport } from "./faults/suite.ts";
import type { FaultPlan } from "./faults/world.ts";

const problem = await brokerProblem();

const play = async (
  transport: Transport,
  plan: Partial<FaultPlan> & { readonly seed: number },
): Promise<FaultReport> => {
  const report = await runFaults(transport, {
    events: 41_000,
    kills: 24,
    kind: "right",
    piece: 400,
    say: () => {},
    ...plan,
  });
  console.log(told(transport, plan.seed, report));
  return report;
};

const expectRight = (report: FaultReport): void => {
  expect(report.listed).toBeGreaterThanOrEqual(40_000);
  expect(report.killed).toBeGreaterThanOrEqual(20);
  for (const after of STANDS) expect(Object.keys(report.parked)).toContain(after);
  expect(report.others[SLEPT]).toBeGreaterThan(0);
  expect(report.answers.compared).toBeGreaterThan(100);
  expect(report.buckets.compared).toBeGreaterThan(1000);
  expect(report.buckets.wrong.slice(0, 5)).toEqual([]);
  expect(report.rolling.wrong.slice(0, 5)).toEqual([]);
  expect(report.answers.wrong.slice(0, 5)).toEqual([]);
  expect(report.lost).toEqual([]);
  expect(report.verified).toBe(0);
};

describe("Under faults the numbers equal the reference, answers stay as they were given, and nothing is lost", () => {
  it("on LMDB and chDB in one process", async () => {
    const report = await play("embedded", { seed: 4 });
    expectRight(report);
    expect(report.lives).toBeGreaterThan(20);
  }, 900_000);

  const onKafka = "on Kafka, each member, the importer and the store a process of its own";
  if (problem === null)
    it(
      onKafka,
      async () => {
        const report = await play("kafka", { seed: 7, kills: 22, piece: 600 });
        expectRight(report);
        const killed = Object.keys(report.kills);
        for (const who of ["broker", "store", "publishing", "published", "placed"]) expect(killed).toContain(who);
        expect(STEP_DEATHS.filter((step) => killed.includes(step)).length).toBeGreaterThanOrEqual(5);
        expect(report.others[REBALANCED]).toBeGreaterThan(20);
      },
      1_200_000,
    );
  else
    it(`${onKafka}: NOT RUN. ${problem}`, () => {
      expect(process.env["CI"], problem).toBeUndefined();
    });
});

describe("The suite notices the two mistakes", () => {
  it("no copy rule", async () => {
    const report = await play("embedded", {
      seed: 5,
      events: 1_500,
      kills: 1,
      piece: 100,
      kind: "without the copy rule",
    });
    expect(report.buckets.wrong.length).toBeGreaterThan(0);
  });

  it("rev taken at writing", async () => {
    const report = await play("embedded", {
      seed: 6,
      events: 1_500,
      kills: 1,
      piece: 30,
      kind: "rev taken at writing",
    });
    expect(report.buckets.wrong.length).toBeGreaterThan(0);
  });
});
