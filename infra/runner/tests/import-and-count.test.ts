import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NsrRow } from "@molva/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jsonHere, molvaHere } from "./support/here.ts";
import { molva, molvaJson, startMolva, temporaryFolder } from "./support/molva.ts";
import { counted, MAP, REVIEWS, reviewsCsv, type Review } from "./support/reviews.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder.path, "reviews.csv"), reviewsCsv());
  await writeFile(
    join(folder.path, "molva.yaml"),
    "brands:\n  - id: quiet\n    title: A brand nobody speaks of\nserver: {port: 0}\n",
  );
});
afterEach(() => folder.remove());

const IMPORT = ["import", "reviews.csv", "--source", "banki-ru", "--map", MAP, "--tz", "Europe/Moscow"];
const TIMES = 100;
const MONTHS = ["nsr", "--all", "--step", "month", "--tz", "Europe/Moscow"];

interface Imported {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** Independent of the program: rows of the file by bank and printed month. */
const recount = (reviews: readonly Review[] = REVIEWS): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { bank, printed } of reviews)
    counts[`${bank} ${printed.slice(0, 7)}`] = (counts[`${bank} ${printed.slice(0, 7)}`] ?? 0) + 1;
  return counts;
};

describe("an import", () => {
  it("adds up to the file, by brand and month of the zone; again it changes nothing; verify agrees", async () => {
    expect(await jsonHere<Imported>(IMPORT, folder.path)).toMatchObject({
      new: 66,
      changed: 0,
      unchanged: 0,
      rejected: 0,
    });
    const rows = await jsonHere<readonly NsrRow[]>(MONTHS, folder.path);
    expect(counted(rows)).toEqual(recount());
    for (const row of rows) expect(row.positive + row.neutral + row.negative).toBe(row.n);

    expect(await jsonHere<Imported>(IMPORT, folder.path)).toMatchObject({ new: 0, changed: 0, unchanged: 66 });
    const again = await jsonHere<readonly NsrRow[]>(MONTHS, folder.path);
    expect(again).toEqual(rows);
    expect((await molvaHere(["verify"], folder.path)).code).toBe(0);

    // The printed asOf, asked again, gives the same digits.
    const asOf = rows[0]?.asOf ?? "";
    expect(
      await jsonHere(["nsr", "--all", "--step", "month", "--tz", "Europe/Moscow", "--as-of", asOf], folder.path),
    ).toEqual(rows);
  });

  it("killed at any point and run again ends in the same numbers", async () => {
    // So many that a process which is killed has not ended by itself before.
    const many = Array.from({ length: TIMES }, () => REVIEWS).flat();
    await writeFile(join(folder.path, "reviews.csv"), reviewsCsv(many));
    for (const moment of [/Reading csv/, /In the log/]) {
      const running = startMolva(IMPORT, folder.path);
      await running.said(moment);
      running.child.kill("SIGKILL");
      expect((await running.ended).signal).toBe("SIGKILL");
    }
    expect((await molva(IMPORT, folder.path)).code).toBe(0);
    expect(counted(await jsonHere<readonly NsrRow[]>(MONTHS, folder.path))).toEqual(recount(many));
    expect((await molvaHere(["verify"], folder.path)).code).toBe(0);
  });

  it("writes rows that it cannot use, with line and reason, to the file that the last line names", async () => {
    await writeFile(
      join(folder.path, "broken.csv"),
      "text,date,brand\nfine words,2025-01-02,Ладья\n,2025-01-03,Ладья\nwords,the 40th of Nonsense,Ладья\n",
    );
    const ran = await molvaHere(["import", "broken.csv"], folder.path);
    expect(ran.code).toBe(0);
    const path = /(\S+\.jsonl)\s*$/.exec(ran.out)?.[1] ?? "";
    const { readFile } = await import("node:fs/promises");
    const rejected = (await readFile(path, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { line: number; reason: string });
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [3, "no-text"],
      [4, "bad-date"],
    ]);
  });
});

describe("while start runs on the folder", () => {
  it("every command runs inside it and sees the same numbers; a second start names the page", async () => {
    const running = startMolva(["start"], folder.path);
    const page = await running.said(/page at (http:\S+)/);
    await running.said(/Open http/);
    // Typed in another terminal: a process that is handed over. The others are handed over from here.
    expect(await molvaJson<Imported>(IMPORT, folder.path)).toMatchObject({ new: 66 });
    expect(counted(await jsonHere<readonly NsrRow[]>(MONTHS, folder.path))).toEqual(recount());
    expect((await molvaHere(["verify"], folder.path)).code).toBe(0);
    const fromStdin = await molva(
      ["import", "-", "--format", "csv", "--source", "banki-ru", "--map", MAP, "--tz", "Europe/Moscow", "--json"],
      folder.path,
      reviewsCsv(),
    );
    expect(JSON.parse(fromStdin.out)).toMatchObject({ new: 0, unchanged: 66 });
    const listed = await jsonHere<readonly { brand: string; provenance: string }[]>(
      ["mentions", "--brand", "Ладья", "--limit", "5"],
      folder.path,
    );
    expect(listed).toHaveLength(5);
    expect(listed.every((mention) => mention.brand === "Ладья" && mention.provenance !== "")).toBe(true);
    const second = await molva(["start"], folder.path);
    expect([second.code, second.err]).toEqual([1, expect.stringContaining(page)]);
    expect((await fetch(page)).status).toBe(200);
    running.child.kill("SIGTERM");
    expect((await running.ended).code).toBe(0);
    expect(counted(await jsonHere<readonly NsrRow[]>(MONTHS, folder.path))).toEqual(recount());
  });
});
