import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ListedMention, NsrRow } from "@molva/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jsonHere, molvaHere, startHere, type RunningHere } from "./support/here.ts";
import { temporaryFolder, type Ran } from "./support/molva.ts";
import { MAP, REVIEWS, reviewsCsv } from "./support/reviews.ts";

const A_FILE = 8;
/** The n-th file of an import that does not end. */
const fileOf = (nth: number): string =>
  reviewsCsv(
    Array.from({ length: A_FILE }, (_, copy) =>
      REVIEWS.map((review) => ({ ...review, text: `${review.text} / ${nth}-${copy}` })),
    ).flat(),
  );
const AUTHORED = `no,when,said,who,link,city,author\n${["Вера", "Иван"]
  .map((name, i) => `${i + 1},2025-01-0${i + 2} 10:00:00,Отличный банк ${i},Ладья,https://a.example/${i},Тверь,${name}`)
  .join("\n")}\n`;
const IMPORT = ["--source", "banki-ru", "--map", MAP, "--tz", "Europe/Moscow"];
const importOf = (file: string): readonly string[] => [
  "--source",
  file.replace(".csv", ""),
  "--map",
  MAP,
  "--tz",
  "Europe/Moscow",
];
const NSR = ["nsr", "--all", "--step", "month", "--tz", "Europe/Moscow"];

interface BackedUp {
  readonly files: number;
  readonly asOf: string | null;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let started: RunningHere | null = null;
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder.path, "few.csv"), reviewsCsv());
  await writeFile(join(folder.path, "molva.yaml"), "brands:\n  - id: quiet\n    title: Quiet\nserver: {port: 0}\n");
});
afterEach(async () => {
  await started?.stop();
  started = null;
  await folder.remove();
});

const run = (...args: readonly string[]): Promise<Ran> => molvaHere(args, folder.path);
const json = <T>(...args: readonly string[]): Promise<T> => jsonHere<T>(args, folder.path);
const countedIn = async (...args: readonly string[]): Promise<number> =>
  (await json<readonly NsrRow[]>(...NSR, ...args)).reduce((sum, row) => sum + row.n + row.unscored, 0);

describe("backup and restore", () => {
  it("taken while an import runs inside start: restored it drains, equals the recount, and goes on where it was", async () => {
    started = startHere(["start"], folder.path);
    await started.said(/Open http/);
    const files: string[] = [];
    let isTaken = false;
    const importing = async (): Promise<void> => {
      while (!isTaken) {
        const name = `many-${files.length + 1}.csv`;
        await writeFile(join(folder.path, name), fileOf(files.length + 1));
        files.push(name);
        expect((await run("import", name, ...importOf(name))).code).toBe(0);
      }
    };
    const taken: BackedUp[] = [];
    const backingUp = async (): Promise<void> => {
      taken.push(...(await Promise.all([1, 2].map((nth) => json<BackedUp>("backup", `copy-${nth}`)))));
      isTaken = true;
    };
    await Promise.all([importing(), backingUp()]);
    const total = files.length * A_FILE * REVIEWS.length;
    taken.push(await json<BackedUp>("backup", "copy-3"));
    const asked = await json<readonly NsrRow[]>(...NSR, "--as-of", taken[2]?.asOf ?? "");
    expect((await started.stop()).code).toBe(0);

    for (const nth of [1, 2, 3]) {
      const data = ["--data", `restored-${nth}`];
      expect((await run("restore", `copy-${nth}`, ...data)).code).toBe(0);
      const verified = await run("verify", ...data);
      expect([verified.code, verified.err]).toEqual([0, expect.not.stringContaining("differ")]);
    }
    expect(await json(...NSR, "--as-of", taken[2]?.asOf ?? "", "--data", "restored-3")).toEqual(asked);
    // Those of the middle go on: what they had not seen comes in, what they had seen counts once.
    for (const name of files)
      expect((await run("import", name, ...importOf(name), "--data", "restored-2")).code).toBe(0);
    expect(await countedIn("--data", "restored-2")).toBe(total);
    expect((await run("verify", "--data", "restored-2")).code).toBe(0);
  }, 900_000);

  it("refuses what would lose something, and says what to do", async () => {
    await json("import", "few.csv", ...IMPORT);
    expect((await run("backup", "copy")).out).toMatch(/Backed up into .*copy: \d+ files/);
    expect(await run("backup", "copy")).toMatchObject({ code: 2, err: expect.stringContaining("is not empty") });
    expect(await run("backup", ".molva/copy")).toMatchObject({
      code: 2,
      err: expect.stringContaining("lies in the data"),
    });
    expect(await run("restore", "copy")).toMatchObject({ code: 2, err: expect.stringContaining("--force") });
    expect(await run("restore", "few")).toMatchObject({ code: 2, err: expect.stringContaining("no finished backup") });

    const manifest = join(folder.path, "copy", "manifest.json");
    const told = JSON.parse(await readFile(manifest, "utf8")) as {
      readonly molva: string;
      readonly files: readonly { path: string }[];
    };
    await writeFile(manifest, JSON.stringify({ ...told, molva: "99.0.0" }));
    expect(await run("restore", "copy", "--data", "new")).toMatchObject({
      code: 1,
      err: expect.stringContaining("newer"),
    });
    const way = { ...told, files: [{ ...told.files[0], path: "../../outside" }] };
    await writeFile(manifest, JSON.stringify(way));
    expect(await run("restore", "copy", "--data", "new")).toMatchObject({
      code: 2,
      err: expect.stringContaining("damaged"),
    });
    await writeFile(manifest, JSON.stringify(told));

    const victim = join(
      folder.path,
      "copy",
      "data",
      told.files.find(({ path }) => path.endsWith("data.bin"))?.path ?? "",
    );
    const bytes = await readFile(victim);
    await writeFile(victim, Buffer.concat([bytes.subarray(1), Buffer.from([1])]));
    expect(await run("restore", "copy", "--force")).toMatchObject({ code: 2, err: expect.stringContaining("damaged") });
    await writeFile(victim, bytes);
    expect(await countedIn()).toBe(REVIEWS.length);
    expect((await readdir(folder.path)).filter((name) => name.includes("restoring"))).toEqual([]);

    await writeFile(
      join(folder.path, "cluster.yaml"),
      "brands:\n  - {id: quiet, title: Quiet}\nbus:\n  kafka: {brokers: [127.0.0.1:1]}\nstore: {url: http://127.0.0.1:1}\n",
    );
    for (const words of [
      ["backup", "other"],
      ["restore", "copy"],
    ])
      expect(await run(...words, "--config", "cluster.yaml")).toMatchObject({
        code: 2,
        err: expect.stringContaining("docs/backup.md"),
      });
  }, 600_000);

  it("--force moves aside what is there; who was erased since stays erased", async () => {
    await writeFile(join(folder.path, "authored.csv"), AUTHORED);
    const authored = [
      "import",
      "authored.csv",
      "--source",
      "banki-ru",
      "--map",
      `${MAP},author=author`,
      "--tz",
      "Europe/Moscow",
    ];
    expect((await run(...authored)).code).toBe(0);
    await json("backup", "copy");
    expect((await run("erase", "--author", "Вера")).code).toBe(0);
    const { aside, erased } = await json<{ readonly aside: string; readonly erased: number }>(
      "restore",
      "copy",
      "--force",
    );
    expect(erased).toBe(1);
    expect(await readdir(aside)).toContain("store");
    const texts = (): Promise<readonly ListedMention[]> => json<readonly ListedMention[]>("mentions", "--limit", "10");
    expect((await texts()).map(({ text }) => String(text)).toSorted()).toEqual(["null", "Отличный банк 1"]);
    expect((await run(...authored)).code).toBe(0);
    expect((await texts()).map(({ text }) => String(text)).toSorted()).toEqual(["null", "Отличный банк 1"]);
    expect((await run("verify")).code).toBe(0);
  }, 600_000);
});
