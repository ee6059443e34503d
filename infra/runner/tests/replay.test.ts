import { spawn } from "node:child_process";
import { copyFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ListedMention, NsrRow } from "@molva/contracts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { jsonHere, molvaHere, startHere, type RunningHere } from "./support/here.ts";
import { temporaryFolder, type Ran } from "./support/molva.ts";

const SHIPPED = fileURLToPath(new URL("../../../classifier/models/", import.meta.url));
const CHILD = fileURLToPath(new URL("support/replay-child.ts", import.meta.url));
const ROWS = 120;

/** A model of its own name that takes every text with stars for praise, and reads the others as the shipped one does. */
const gladModel = async (folder: string, name = "glad"): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const file of ["en.bin", "ru.bin"]) await copyFile(join(SHIPPED, file), join(folder, file));
  const manifest = JSON.parse(await readFile(join(SHIPPED, "manifest.json"), "utf8")) as Record<string, unknown>;
  const praise = Array.from({ length: 5 }, () => [-30, -30, 30]);
  await writeFile(
    join(folder, "manifest.json"),
    JSON.stringify({ ...manifest, name, version: "1", rating: { en: praise, ru: praise } }),
  );
};

const SAID = [
  "Terrible support, nobody answers, I want a refund",
  "Ужасное обслуживание, никому не советую",
  "Great service, the card arrived in two days",
  "Открыл вклад в отделении на Садовой, договор на двенадцать месяцев",
];
const HEADER = "id,text,brand,rating,publishedAt,url,author";
const row = (i: number, brand = i % 2 === 0 ? "a" : "b", text = `${SAID[i % SAID.length]} ${i}`): string =>
  [
    i,
    `"${text}"`,
    brand,
    i % 3 === 0 ? "" : 1 + (i % 5),
    `2026-03-${10 + (i % 15)} ${10 + (i % 9)}:20:00`,
    `https://reviews.example/r/${i}`,
    `Writer ${i % 40}`,
  ].join(",");
const csv = (...rows: readonly string[]): string => `${[HEADER, ...rows].join("\n")}\n`;

interface Side {
  readonly n: number;
  readonly nsr: number | null;
  readonly low: number | null;
}
interface Replayed {
  readonly model: string;
  readonly switched: readonly string[];
  readonly brands: readonly {
    readonly brand: string;
    readonly asOf: string;
    readonly old: Side;
    readonly new: Side;
    readonly changed: number;
    readonly labelled: number;
    readonly stood: number;
    readonly taken: number;
    readonly byPerson: number;
    readonly flips: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
  readonly examples: readonly { readonly id: string; readonly url: string | null; readonly old: string }[];
}

let prepared: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: RunningHere[] = [];
const CONFIG = "brands:\n  - id: quiet\n    title: Quiet\nserver: {port: 0}\n";
const write = async (path: string): Promise<void> => {
  await writeFile(join(path, "molva.yaml"), CONFIG);
  await writeFile(join(path, "all.csv"), csv(...Array.from({ length: ROWS }, (_, i) => row(i))));
};
beforeAll(async () => {
  prepared = await temporaryFolder();
  await write(prepared.path);
  const ran = await molvaHere(["import", "all.csv"], prepared.path);
  if (ran.code !== 0) throw new Error(ran.err);
});
afterAll(() => prepared.remove());
beforeEach(async () => {
  folder = await temporaryFolder();
  await gladModel(join(folder.path, "glad"));
  await write(folder.path);
});
afterEach(async () => {
  for (const started of running.splice(0)) await started.stop();
  await folder.remove();
});

/** A data folder into which all of it was imported: one import, copied as it lay when its process had closed it. */
const imported = (): Promise<void> =>
  cp(join(prepared.path, ".molva"), join(folder.path, ".molva"), { recursive: true });
const run = (...args: readonly string[]): Promise<Ran> => molvaHere(args, folder.path);
const json = <T>(...args: readonly string[]): Promise<T> => jsonHere<T>(args, folder.path);
const replay = (...args: readonly string[]): Promise<Replayed> => json<Replayed>("replay", ...args);
const rateOf = async (brand: string, ...args: readonly string[]): Promise<NsrRow> =>
  (await json<readonly NsrRow[]>("nsr", "--brand", brand, ...args))[0] as NsrRow;
const digits = ({ n, nsr, low, high, positive, neutral, negative }: NsrRow): unknown => ({
  n,
  nsr,
  low,
  high,
  positive,
  neutral,
  negative,
});
const verified = async (): Promise<void> => expect((await run("verify")).out).toMatch(/All numbers equal the recount/);

// Each test runs a dozen commands, most of which open the folder by themselves.
describe("molva replay", { timeout: 300_000 }, () => {
  it("compares without writing, labels beside the old labels, switches, labels what comes by the chosen model, and goes back", async () => {
    // All of it inside a running start: its classifier takes the chosen model from the next batch on.
    const started = startHere(["start"], folder.path);
    running.push(started);
    await started.said(/Open http/);
    await run("import", "all.csv");
    const before = await rateOf("a");
    const worst = await json<readonly ListedMention[]>("mentions", "--brand", "a", "--label", "negative");
    await run("relabel", (worst[0] as ListedMention).id, "neutral", "--by", "vera");
    const corrected = await rateOf("a");
    const facts = (await run("verify")).out;

    const tried = await replay("--model", "glad", "--brand", "a", "--dry-run");
    expect(digits(await rateOf("a"))).toEqual(digits(corrected));
    const [a] = tried.brands;
    expect(a).toMatchObject({ brand: "a", labelled: ROWS / 2, stood: 0, taken: 0, byPerson: 1 });
    expect(a?.old).toMatchObject({ n: corrected.n, nsr: corrected.nsr, low: corrected.low });
    const cells = Object.values(a?.flips ?? {}).flatMap((to) => Object.values(to));
    expect(cells.reduce((sum, n) => sum + n, 0)).toBe(ROWS / 2);
    expect(tried.examples.length).toBeGreaterThan(5);
    expect(tried.examples.every(({ url }) => url?.startsWith("https://reviews.example/r/"))).toBe(true);
    // Asked again, as of an earlier point, it says what stood then.
    const asOf = before.asOf as string;
    const earlier = await replay("--model", "glad", "--brand", "a", "--dry-run", "--as-of", asOf);
    expect(earlier.brands[0]?.old.nsr).toBe(before.nsr);
    expect((await run("verify")).out).toBe(facts);

    const labelled = await replay("--model", "glad", "--brand", "a");
    expect(labelled.brands[0]).toMatchObject({ labelled: ROWS / 2, new: a?.new ?? null });
    expect(digits(await rateOf("a"))).toEqual(digits(corrected));

    const switched = await replay("--model", "glad@1", "--brand", "a", "--switch", "--by", "vera");
    expect(switched).toMatchObject({ switched: ["a"], brands: [{ labelled: 0, stood: ROWS / 2 }] });
    const after = await rateOf("a");
    expect(digits(after)).toMatchObject({ n: a?.new.n, nsr: a?.new.nsr, low: a?.new.low });
    expect(after.nsr).not.toBe(corrected.nsr);
    expect(digits(await rateOf("a", "--as-of", asOf))).toEqual(digits(before));
    await verified();

    await writeFile(join(folder.path, "more.csv"), csv(row(1000, "a"), row(1001, "b", "Awful, a shame")));
    await run("import", "more.csv");
    expect(await rateOf("b")).toMatchObject({ n: ROWS / 2 + 1 });
    const labelsOf = async (brand: string): Promise<ReadonlySet<string>> => {
      const all = await json<readonly ListedMention[]>("mentions", "--brand", brand, "--limit", "200");
      return new Set(all.map(({ provenance }) => provenance));
    };
    expect(await labelsOf("a")).toEqual(new Set(["glad@1", "person:vera"]));
    const [shipped] = await labelsOf("b");
    expect(shipped).toMatch(/^molva-/);

    const back = await replay("--model", shipped as string, "--brand", "a", "--switch");
    expect(back).toMatchObject({ switched: ["a"], brands: [{ labelled: 1 }] });
    const undone = await rateOf("a", "--to", "2026-03-25");
    expect(undone.n).toBe(corrected.n + 1);
    expect(await labelsOf("a")).toEqual(new Set([shipped, "person:vera"]));
    await verified();
  });

  it.each([
    ["published", 1],
    ["kept", 0],
  ] as const)(
    "killed when a page was %s (after %i): goes on where it was, and labels nothing twice",
    async (step, after) => {
      await imported();
      const dataDir = join(folder.path, ".molva");
      const child = spawn(
        process.execPath,
        ["--conditions=source", "--import", "tsx", CHILD, dataDir, join(folder.path, "glad"), step, String(after)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const said = await new Promise<string>((resolve) =>
        child.stdout.once("data", (text: Buffer) => resolve(String(text))),
      );
      expect(said).toBe(`stopped at ${step}\n`);
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;

      const done = await replay("--model", "glad", "--brand", "a", "--switch");
      // The tally of the killed call is kept with its place: it speaks of all of history, not of the rest.
      const cells = Object.values(done.brands[0]?.flips ?? {}).flatMap((to) => Object.values(to));
      expect(cells.reduce((sum, n) => sum + n, 0)).toBe(ROWS / 2);
      expect(await rateOf("a")).toMatchObject({ n: done.brands[0]?.new.n, nsr: done.brands[0]?.new.nsr });
      expect(done.brands[0]).toMatchObject({ labelled: ROWS / 2, stood: 0 });
      await verified();
    },
  );

  it("refuses to switch while some of history has no label, says how many texts are gone, and does it with --force", async () => {
    await imported();
    const erased = await json<{ readonly mentions?: number }>("erase", "--author", "Writer 0", "--by", "vera");
    expect(erased).toBeTruthy();
    const refused = await run("replay", "--model", "glad", "--brand", "a", "--switch");
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/Not switched: 3 mentions .* \(3 of them because their text is gone/);
    const before = await rateOf("a");
    const part = await run("replay", "--model", "glad", "--brand", "b", "--to", "2026-03-12", "--switch");
    expect(part.code).toBe(1);
    expect(part.err).toMatch(/Not switched: \d+ mentions have no label/);

    const forced = await replay("--model", "glad", "--brand", "a", "--switch", "--force");
    expect(forced).toMatchObject({ switched: ["a"], brands: [{ taken: 3 }] });
    expect((await rateOf("a")).nsr).not.toBe(before.nsr);
    await verified();
  });

  it("takes no model that bears another's name, and says what is known", async () => {
    await imported();
    await replay("--model", "glad", "--brand", "a");
    await gladModel(join(folder.path, "twin"));
    const manifest = JSON.parse(await readFile(join(folder.path, "twin/manifest.json"), "utf8")) as { seed: number };
    await writeFile(join(folder.path, "twin/manifest.json"), JSON.stringify({ ...manifest, seed: 7 }));
    const twin = await run("replay", "--model", "twin", "--brand", "a");
    expect(twin.code).toBe(2);
    expect(twin.err).toMatch(/another model is known as glad@1.*--name/);
    const unknown = await run("replay", "--model", "nobody@1");
    expect(unknown.code).toBe(2);
    expect(unknown.err).toMatch(/known are .*glad@1/);
  });
});
