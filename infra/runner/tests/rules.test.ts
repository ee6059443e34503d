import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NsrRow } from "@molva/contracts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { jsonHere, molvaHere, startHere, type RunningHere } from "./support/here.ts";
import { molva, temporaryFolder, type Ran } from "./support/molva.ts";

const QUERY = "(aurora OR аврора) NOT (крейсер OR borealis)";
const CONFIG = `brands:
  - id: aurora
    title: Aurora
    query: "${QUERY}"
    own: {authors: [Aurora Support], domains: [t.me/aurora]}
    noise: exclude
server: {port: 0}
`;

interface Row {
  readonly id: string;
  readonly text: string;
  readonly author?: string;
  readonly url?: string;
}
interface Listed {
  readonly id: string;
  readonly text: string;
}
interface Side {
  readonly count: number;
  readonly sample: readonly Listed[];
}
interface Tested {
  readonly mentions: number;
  readonly found: Side;
  readonly missed: Side;
  readonly present: { readonly gained: Side; readonly lost: Side };
}
interface Applied {
  readonly found: number;
  readonly missed: number;
  readonly excluded: number;
  readonly broughtBack: number;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: RunningHere[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder.path, "molva.yaml"), CONFIG);
});
afterEach(async () => {
  for (const started of running.splice(0)) await started.stop();
  await folder.remove();
});

const run = (...args: readonly string[]): Promise<Ran> => molvaHere(args, folder.path);
const json = <T>(...args: readonly string[]): Promise<T> => jsonHere<T>(args, folder.path);
/** Commands then run in one process, as they do all day. */
const start = async (): Promise<void> => {
  const started = startHere(["start"], folder.path);
  running.push(started);
  await started.said(/Open http/);
};
const importRows = async (rows: readonly Row[], program = molvaHere): Promise<void> => {
  const lines = rows.map((row) => JSON.stringify({ publishedAt: "2026-10-02T10:00:00Z", ...row }));
  await writeFile(join(folder.path, "rows.jsonl"), `${lines.join("\n")}\n`);
  const ran = await program(["import", "rows.jsonl", "--brand", "aurora", "--source", "crm"], folder.path);
  if (ran.code !== 0) throw new Error(ran.err);
};
const counted = async (): Promise<string> => {
  const [row] = await json<readonly NsrRow[]>("nsr", "--brand", "aurora");
  return `${row?.n} mentions, ${row?.originals} originals`;
};

const MENTIONS: readonly Row[] = [
  { id: "1", text: "Aurora delivery was late again, three hours of waiting for a cold pizza" },
  { id: "2", text: "Курьеры Авроры опять опоздали, ждали три часа под дождём" },
  { id: "3", text: "Крейсер «Аврора» стоит на Неве, красивое место для прогулки с детьми" },
  { id: "4", text: "Aurora borealis was seen over Norway last night by thousands of people" },
  { id: "5", text: "Nothing about it at all, just the weather of this week" },
];

it("a query is tested on what is stored, then applied, applied again, changed and taken back in one go", async () => {
  await start();
  await importRows(MENTIONS);
  const test = await json<Tested>("query", "test", "aurora OR аврора", "--brand", "aurora", "--limit", "10");
  expect([test.mentions, test.found.count, test.missed.count]).toEqual([5, 4, 1]);
  expect(test.present.gained.sample.map(({ text }) => text.slice(0, 6)).toSorted()).toEqual(["Aurora", "Крейсе"]);
  expect(test.present.lost.count).toBe(0);
  expect(await counted()).toBe("5 mentions, 5 originals");

  const apply = (...more: readonly string[]): Promise<Applied> =>
    json<Applied>("query", "apply", "--brand", "aurora", "--from", "2026-01-01", ...more);
  expect(await apply("--dry-run")).toMatchObject({ found: 2, missed: 3, excluded: 3, broughtBack: 0 });
  expect(await counted()).toBe("5 mentions, 5 originals");
  expect(await apply()).toMatchObject({ found: 2, missed: 3, excluded: 3, broughtBack: 0 });
  expect(await apply()).toMatchObject({ excluded: 0, broughtBack: 0 });
  expect(await counted()).toBe("2 mentions, 2 originals");
  expect(await apply("--query", "aurora OR аврора")).toMatchObject({ excluded: 0, broughtBack: 2 });
  expect(await counted()).toBe("4 mentions, 4 originals");
  expect(await json("query", "undo", "--brand", "aurora")).toMatchObject({ broughtBack: 1 });
  expect(await counted()).toBe("5 mentions, 5 originals");
  expect((await run("verify")).code).toBe(0);

  const wrong = await run("query", "test", "(aurora OR");
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("  (aurora OR\n            ^\n");
}, 240_000);

it("the brand's own words are kept and not counted; copies join their group, in whatever process they come", async () => {
  const news = "Aurora opens forty new shops in the north by spring, and the first three start in Murmansk next week.";
  await importRows(
    [
      { id: "1", text: news, url: "https://news.example/1" },
      { id: "2", text: "Thank you for your order, we are sorry for the delay", author: "Aurora Support" },
      { id: "3", text: "New menu this week, try it today", url: "https://t.me/aurora/17" },
      { id: "4", text: "My view of their menu this week", url: "https://t.me/aurorafans/17" },
    ],
    molva, // a process of its own: what it had in memory is gone when the copies come
  );
  expect(await counted()).toBe("2 mentions, 2 originals");
  await importRows(
    Array.from({ length: 9 }, (_, i) => ({
      id: `copy-${i}`,
      text: i % 2 === 0 ? `${news.toUpperCase()} https://t.co/${i}` : `${news.slice(0, 80)}…`,
      url: `https://site-${i}.example/1`,
    })),
  );
  await start();
  expect(await counted()).toBe("11 mentions, 2 originals");
  expect(await json("own", "undo", "--brand", "aurora")).toMatchObject({ broughtBack: 2 });
  expect(await counted()).toBe("13 mentions, 4 originals");
  expect(await json("own", "apply", "--brand", "aurora")).toMatchObject({ own: 2, excluded: 2 });
  expect((await run("verify")).code).toBe(0);
}, 240_000);

it("noise is learned from what was marked, and new noise is kept and not counted", async () => {
  const rows = Array.from({ length: 72 }, (_, i): Row => {
    const place = ["Norway", "Oslo", "Perm", "Omsk", "Kazan", "York"][i % 6] as string;
    return i < 22
      ? { id: `n${i}`, text: `Aurora borealis over ${place} tonight, northern lights of the year ${i}` }
      : { id: `m${i}`, text: `Aurora courier in ${place} did not call, delivery was late for order ${i}` };
  });
  await importRows(rows);
  await start();
  const listed = await json<readonly Listed[]>("mentions", "--brand", "aurora", "--limit", "100");
  const noise = listed.filter(({ text }) => text.includes("borealis"));
  const early = await run("noise", "train", "--brand", "aurora");
  expect([early.code, early.err]).toEqual([1, expect.stringContaining("at least 20")]);
  for (let i = 0; i < noise.length; i += 4)
    await Promise.all(
      noise.slice(i, i + 4).map(({ id }) => run("mark", id, "irrelevant", "--by", "vera", "--no-wait")),
    );
  const trained = await json<{ readonly chosen: { readonly precision: number } | null }>(
    "noise",
    "train",
    "--brand",
    "aurora",
  );
  expect(trained.chosen?.precision).toBeGreaterThanOrEqual(0.9);
  expect(await counted()).toMatch(/^50 mentions/);
  await importRows([
    { id: "new-noise", text: "Aurora borealis over Bergen tonight, northern lights again" },
    { id: "new-mention", text: "Aurora courier in Bergen did not call, delivery was late" },
  ]);
  expect(await counted()).toMatch(/^51 mentions/);
  expect(await json("noise", "undo", "--brand", "aurora")).toMatchObject({ broughtBack: 1 });
  expect(await counted()).toMatch(/^52 mentions/);
  expect(await json("noise", "apply", "--brand", "aurora")).toMatchObject({ excluded: 1 });
  expect(await counted()).toMatch(/^51 mentions/);
}, 400_000);
