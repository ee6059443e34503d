import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenDetractor, SurveyRow } from "@molva/contracts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openInProcess, type InProcess } from "./support/in-process.ts";

let molva: InProcess;
beforeAll(async () => {
  molva = await openInProcess("survey");
  const scores = [
    ...Array.from({ length: 60 }, () => 10),
    ...Array.from({ length: 25 }, () => 7),
    ...Array.from({ length: 15 }, () => 3),
  ];
  const lines = scores.map(
    (score, i) => `person ${i},2026-05-11,${score},How likely are you to recommend us?,${score < 7 ? "Too slow" : ""}`,
  );
  await writeFile(join(molva.folder, "nps.csv"), ["respondent,date,score,question,comment", ...lines].join("\n"));
});
afterAll(() => molva[Symbol.asyncDispose]());

it("an imported survey is shown with n, interval, formula and point; imported again it changes nothing", async () => {
  const imported = ["survey", "import", "nps.csv", "--brand", "aurora", "--metric", "nps"];
  expect((await molva.run(imported)).out).toContain("100 rows: 100 new, 0 changed, 0 unchanged, 0 rejected.");
  expect((await molva.run(imported)).out).toContain("0 new, 0 changed, 100 unchanged");
  const [row] = await molva.json<readonly SurveyRow[]>(["survey", "show", "--brand", "aurora", "--metric", "nps"]);
  expect(row).toMatchObject({
    metric: "nps",
    n: 100,
    value: 45,
    promoters: 60,
    passives: 25,
    detractors: 15,
    state: "ok",
    wave: null,
  });
  // Rocks 2016 by hand: p = 60.75/103, m = 15.75/103, d = 45/103, se = √((p + m − d²)/103).
  expect(row?.low).toBeCloseTo(29.3428, 4);
  expect(row?.asOf).toMatch(/Z$/);
  const text = await molva.run(["survey", "show"]);
  expect(text.out).toContain("NPS = % of 9–10 − % of 0–6; 95 % adjusted Wald");
  expect(text.out).toContain("NPS elsewhere: mean of all industries 32; services 43; technology 35");
  expect(text.out).toContain("! NPS (all): 15 of 15 low answers were not followed up");
  expect(text.err).toContain("as of 2");
});

it("low answers are listed until somebody was in touch; an erased respondent keeps the score and loses the comment", async () => {
  const show = ["survey", "show", "--detractors", "--brand", "aurora"];
  const before = await molva.json<readonly OpenDetractor[]>(show);
  expect(before).toHaveLength(15);
  const { id } = before[0] as OpenDetractor;
  expect((await molva.run(["survey", "contacted", id, "--by", "vera"])).code).toBe(0);
  expect(await molva.json<readonly OpenDetractor[]>(show)).toHaveLength(14);
  expect((await molva.run(["survey", "contacted", id])).code).toBe(2);
  expect((await molva.run(["erase", "--author", "person 99"])).out).toContain("1 answers to surveys");
  await molva.run(["survey", "import", "nps.csv", "--brand", "aurora", "--metric", "nps"]);
  const after = await molva.json<readonly OpenDetractor[]>(show);
  expect(after.filter(({ comment }) => comment === null)).toHaveLength(id === before.at(-1)?.id ? 0 : 1);
  expect((await molva.json<readonly SurveyRow[]>(["survey", "show"]))[0]?.n).toBe(100);
});

it("rows that cannot be used are kept aside with their reason; a wrong use is told", async () => {
  const told = await molva.run(["survey", "import", "-", "--brand", "aurora", "--metric", "csat"], {
    stdin: "id,score\n1,5\n2,9\n",
  });
  expect(told.out).toMatch(
    /2 rows: 1 new, 0 changed, 0 unchanged, 1 rejected\.\nRejected rows with their reasons: .*rejects/u,
  );
  expect((await molva.run(["survey", "import", "nps.csv", "--brand", "aurora"])).err).toContain(
    "--metric nps, csat, csi, churn",
  );
  expect((await molva.run(["survey", "show", "--brand", "nobody"])).err).toContain("no survey is known of nobody");
});
