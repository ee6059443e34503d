import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NsrRow } from "@molva/contracts";
import { startSite, type Site } from "@molva/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jsonHere, molvaHere, startHere, type RunningHere } from "./support/here.ts";
import { temporaryFolder, type Ran } from "./support/molva.ts";
import { reviewsPage, type PageReview } from "./support/reviews-page.ts";
import { MAP, reviewsCsv } from "./support/reviews.ts";

const HOSTILE = "O'Neil\"; DROP TABLE fact --\u001b[2J";
const UNKNOWN = "f".repeat(32);
const IMPORT = ["import", "reviews.csv", "--source", "banki-ru", "--map", MAP, "--tz", "Europe/Moscow"];
const BRAND = ["--brand", "Ладья"];
const NSR = ["nsr", ...BRAND, "--from", "2025-01-01", "--to", "2025-04-01"];

interface Listed {
  readonly id: string;
  readonly label: "negative" | "neutral" | "positive";
  readonly text: string | null;
  readonly provenance: string;
}
interface Decided {
  readonly id: string;
  readonly event: string;
  readonly old: string;
  readonly new: string;
  readonly counts: boolean;
  readonly asOf: string;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let site: Site | null = null;
const running: RunningHere[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder.path, "reviews.csv"), reviewsCsv());
  await writeFile(join(folder.path, "molva.yaml"), "brands:\n  - id: quiet\n    title: Quiet\nserver: {port: 0}\n");
});
afterEach(async () => {
  for (const started of running.splice(0)) await started.stop();
  await site?.close();
  site = null;
  await folder.remove();
});

const run = (...args: readonly string[]): Promise<Ran> => molvaHere(args, folder.path);
const json = <T>(...args: readonly string[]): Promise<T> => jsonHere<T>(args, folder.path);
const start = async (): Promise<void> => {
  const started = startHere(["start"], folder.path);
  running.push(started);
  await started.said(/Open http/);
};
const mentions = (...args: readonly string[]): Promise<readonly Listed[]> =>
  json<readonly Listed[]>("mentions", ...BRAND, "--limit", "100", ...args);
const rate = async (...args: readonly string[]): Promise<NsrRow> =>
  (await json<readonly NsrRow[]>(...NSR, ...args))[0] as NsrRow;

/** Everything in the folder, for words that must not be there. */
const holds = async (path: string, words: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    if ((await readFile(file)).includes(words)) found.push(file.slice(path.length));
  }
  return found;
};

describe("a person's correction", () => {
  it("without a running start: flows to every number before the command ends, and undo is the identity", async () => {
    await run(...IMPORT);
    const before = await rate();
    const [one] = await mentions("--label", "negative");
    const { id } = one as Listed;
    const decided = await json<Decided>("relabel", id, "positive", "--by", HOSTILE, "--reason", HOSTILE);
    expect(decided).toMatchObject({ id, old: "negative", new: "positive", counts: true });
    const after = await rate();
    expect([after.positive, after.negative]).toEqual([before.positive + 1, before.negative - 1]);
    expect(await rate("--as-of", before.asOf as string)).toEqual(before);
    expect((await mentions("--as-of", before.asOf as string)).find((m) => m.id === id)).toEqual(one);

    const told = await run("history", id);
    expect([told.code, told.out]).toEqual([0, expect.stringMatching(/negative +positive +[0-9a-f]{16}/)]);
    expect(`${told.out}${told.err}`).not.toContain("\u001b");
    await json("undo", decided.event, "--by", "vera");
    expect({ ...(await rate()), asOf: null }).toEqual({ ...before, asOf: null });
    expect((await run("verify")).code).toBe(0);
    expect((await run("verify", "--as-of", after.asOf as string)).code).toBe(0);
  }, 240_000);

  it("in a running start: two people at once, many from a file, what is unknown changes nothing", async () => {
    await start();
    await run(...IMPORT);
    const before = await rate();
    const listed = await mentions();
    const ids = listed.map(({ id }) => id);

    // Two people at once about the same mention: one of them counts, both stand in the history.
    const [contested] = ids as [string];
    const both = await Promise.all([
      json<Decided>("relabel", contested, "neutral", "--by", "vera"),
      json<Decided>("relabel", contested, "positive", "--by", "petr"),
    ]);
    const { entries } = await json<{ entries: readonly { kind: string; event: string; by: string }[] }>(
      "history",
      contested,
    );
    expect(
      entries
        .filter(({ kind }) => kind === "human")
        .map(({ event }) => event)
        .sort(),
    ).toEqual(both.map(({ event }) => event).sort());
    const winner = (await mentions()).find(({ id }) => id === contested) as Listed;
    expect([
      ["neutral", "person:vera"],
      ["positive", "person:petr"],
    ]).toContainEqual([winner.label, winner.provenance]);
    for (const { event } of both) expect((await run("undo", event, "--by", "ann")).code).toBe(0);
    expect(await rate()).toMatchObject({
      positive: before.positive,
      neutral: before.neutral,
      negative: before.negative,
    });

    // What cannot be decided is told, and nothing of it is published.
    const { asOf } = await rate();
    const rows = ids.slice(0, 3).map((id) => `${id},neutral,"said, ""so"""`);
    const files = {
      "unknown.csv": ["id,label,reason", ...rows, `${UNKNOWN},neutral,`].join("\n"),
      "wrong.csv": ["id;label", `${ids[0]};good`, `nonsense;neutral`].join("\n"),
      "good.csv": `\uFEFF${["ID, Label, Reason", ...rows].join("\r\n")}\r\n`,
      "good.jsonl": ids
        .slice(0, 4)
        .map((id) => JSON.stringify({ id, label: "neutral" }))
        .join("\n"),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
    for (const [args, code, said] of [
      [["relabel", UNKNOWN, "neutral", "--by", "vera"], 1, /Nothing is known of mention f{32}/],
      [["remove", UNKNOWN, "--by", "vera"], 1, /nothing was changed/],
      [["undo", "f".repeat(16), "--by", "vera"], 1, /Nothing is known of event f{16}/],
      [["undo", both[0]?.event ?? "", "--by", "vera"], 0, /undone already, by ann/],
      [["relabel", "' OR 1", "neutral", "--by", "vera"], 2, /32 hex digits/],
      [["relabel", ids[0] ?? "", "great", "--by", "vera"], 2, /one of negative, neutral, positive/],
      [["mark", ids[0] ?? "", "spam", "--by", "vera"], 2, /irrelevant/],
      [["relabel", ids[0] ?? "", "neutral"], 2, /--by NAME/],
      [["relabel", "--file", "unknown.csv", "--by", "vera"], 1, /line 5: nothing is known of mention f{32}/],
      [["relabel", "--file", "wrong.csv", "--by", "vera"], 2, /2 rows cannot be used[^]*line 2: label[^]*line 3: id/],
    ] as const) {
      const ran = await run(...args);
      expect([args, ran.code]).toEqual([args, code]);
      expect(ran.err).toMatch(said);
    }
    expect((await rate()).asOf).toBe(asOf);

    const bulk = await json<{ decided: readonly Decided[] }>("relabel", "--file", "good.csv", "--by", "vera");
    expect(bulk.decided.map((one) => [one.id, one.new])).toEqual(ids.slice(0, 3).map((id) => [id, "neutral"]));
    expect((await run("relabel", "--file", "good.jsonl", "--by", "vera")).out).toMatch(
      /^1 labels set, 3 stood already/,
    );

    // Out of the numbers, and back.
    const removed = await json<Decided>("mark", ids[5] ?? "", "irrelevant", "--by", "vera");
    expect(removed.counts).toBe(false);
    expect((await rate()).n).toBe(before.n - 1);
    await json("undo", removed.event, "--by", "vera");
    expect((await rate()).n).toBe(before.n);

    // What the corrections changed stands beside a person's note.
    await run("note", HOSTILE, ...BRAND, "--from", "2025-01-10", "--to", "2025-01-12", "--by", "vera");
    const noted = await json<{ notes: readonly { text: string }[]; corrections: readonly { en: string }[] }>(
      "note",
      "list",
    );
    expect(noted.notes.map(({ text }) => text)).toEqual([HOSTILE]);
    expect(noted.corrections.length).toBeGreaterThan(0);
    for (const { en } of noted.corrections)
      expect(en).toMatch(/^NSR of 2025-\d\d-\d\d changed from n = \d to n = \d after \d/);

    // What moved the rate, with the mentions that did; as of then, the same.
    const question = [
      "explain",
      ...BRAND,
      "--from",
      "2025-03-15",
      "--to",
      "2025-04-01",
      "--against-from",
      "2025-02-20",
      "--against-to",
      "2025-03-15",
    ];
    type Explained = { asOf: string; change: number; by: readonly { parts: readonly { total: number }[] }[] };
    const explained = await json<Explained>(...question);
    for (const { parts } of explained.by)
      expect(parts.reduce((sum, part) => sum + Math.round(part.total * 10_000), 0)).toBe(
        Math.round(explained.change * 10_000),
      );
    await json("remove", ids[7] ?? "", "--by", "vera", "--reason", "test");
    expect(await json<Explained>(...question, "--as-of", explained.asOf)).toEqual(explained);
    expect((await run(...question, "--as-of", explained.asOf)).out).toMatch(/main topic/);
    expect((await run("verify")).code).toBe(0);
  }, 300_000);
});

describe("erasing an author", () => {
  it("takes name and words for good, keeps the counts, and holds at the next crawl and import", async () => {
    const secret = "Nightingale-in-the-boiler-room";
    const reviews: PageReview[] = Array.from({ length: 12 }, (_, i) => ({
      number: 10_001 + i,
      author: i % 3 === 0 ? "Ivan Tulipov" : `Guest ${i}`,
      stars: i % 3 === 0 ? 1 : 5,
      text: i % 3 === 0 ? `Terrible, ${secret} ${i}, never again.` : `Great and quick, thank you ${i}.`,
    }));
    site = await startSite();
    const url = `${site.url}/kvarta`;
    site.set("/kvarta", { body: reviewsPage(url, reviews) });
    await writeFile(
      join(folder.path, "molva.yaml"),
      `brands:\n  - id: kvarta\n    title: Kvarta\n    targets:\n      - source: web-reviews\n        url: ${url}\ncrawl:\n  allowPrivateHosts: ["${site.host}"]\nserver: {port: 0}\n`,
    );
    await start();
    await run("crawl");
    const listed = (): Promise<readonly Listed[]> =>
      json<readonly Listed[]>("mentions", "--brand", "kvarta", "--limit", "50");
    const counts = async (): Promise<unknown> => {
      const [row] = await json<readonly NsrRow[]>(
        "nsr",
        "--brand",
        "kvarta",
        "--from",
        "2026-01-01",
        "--to",
        "2027-01-01",
      );
      return [row?.n, row?.positive, row?.neutral, row?.negative, row?.unscored];
    };
    const [before, labels] = [await counts(), (await listed()).map(({ id, label }) => [id, label])];
    expect((await listed()).filter(({ text }) => text?.includes(secret))).toHaveLength(4);

    const erased = await json<{ mentions: number; texts: number }>(
      "erase",
      "--author",
      " ivan TULIPOV ",
      "--purge-log",
    );
    expect(erased).toMatchObject({ mentions: 4, texts: 4 });
    expect(await counts()).toEqual(before);
    expect((await listed()).map(({ id, label }) => [id, label])).toEqual(labels);
    expect((await listed()).filter(({ text }) => text === null)).toHaveLength(4);

    // The site changes one of his reviews, shows another one under another name, and a new one by him.
    const changed = reviews.map((one, i) => {
      if (i === 0) return { ...one, text: `${one.text} And ${secret} again.` };
      return i === 3 ? { ...one, author: "Deleted user", text: `${one.text} Edited.` } : one;
    });
    const more = { number: 10_099, author: "Ivan Tulipov", stars: 1, text: `More ${secret}` };
    const other = { number: 10_100, author: "Guest 100", stars: 5, text: "A guest who stays." };
    site.set("/kvarta", { body: reviewsPage(url, [...changed, more, other]) });
    await run("crawl");
    await writeFile(
      join(folder.path, "his.csv"),
      `id,text,author,publishedAt\n1,${secret} in a file,Ivan Tulipov,2026-03-05\n2,kind words,Anna,2026-03-05\n`,
    );
    await run("import", "his.csv", "--brand", "kvarta", "--source", "crm");
    const texts = (await listed()).map(({ text }) => text);
    expect(texts).toHaveLength(14);
    expect(texts.filter((text) => text === null)).toHaveLength(4);
    expect(texts).toContain("A guest who stays.");
    expect(texts).toContain("kind words");
    expect(JSON.stringify(texts)).not.toContain(secret);
    expect((await run("verify")).code).toBe(0);
    for (const started of running.splice(0)) expect((await started.stop()).code).toBe(0);
    // Neither the log of this process nor a reject file, a checkpoint or a fact holds the name.
    expect(await holds(join(folder.path, ".molva"), "Tulipov")).toEqual([]);
  }, 300_000);
});
