import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ListedMention, NsrRow } from "@molva/contracts";
import { expect, it } from "vitest";
import { jsonHere, molvaHere, startHere } from "./support/here.ts";
import { temporaryFolder, type Ran } from "./support/molva.ts";
import { MAP, reviewsCsv } from "./support/reviews.ts";

const hostile = "Bank «O'Neil\"; DROP»";

it("a correction that nobody waited for reaches the day's note with the next one that is, or with start; history is told as of any point", async () => {
  const folder = await temporaryFolder();
  const run = (...args: readonly string[]): Promise<Ran> => molvaHere(args, folder.path);
  const json = <T>(...args: readonly string[]): Promise<T> => jsonHere<T>(args, folder.path);
  try {
    await writeFile(join(folder.path, "reviews.csv"), reviewsCsv());
    await writeFile(join(folder.path, "molva.yaml"), "brands:\n  - id: quiet\n    title: Quiet\nserver: {port: 0}\n");
    await run("import", "reviews.csv", "--source", "banki-ru", "--map", MAP, "--tz", "Europe/Moscow");
    const firstOf = async (brand: string): Promise<ListedMention> =>
      (await json<readonly ListedMention[]>("mentions", "--brand", brand, "--label", "negative"))[0] as ListedMention;
    const [later, waited] = [await firstOf("Ладья"), await firstOf("Зарябанк")];
    const [{ asOf }] = (await json<readonly NsrRow[]>("nsr", "--brand", "Ладья")) as readonly [NsrRow];

    expect((await run("relabel", later.id, "positive", "--by", "vera", "--no-wait")).code).toBe(0);
    expect((await run("relabel", waited.id, "positive", "--by", "vera")).code).toBe(0);
    const corrected = async (): Promise<ReadonlySet<string>> => {
      const listed = await json<{ readonly corrections: readonly { readonly brand: string }[] }>("note", "list");
      return new Set(listed.corrections.map(({ brand }) => brand));
    };
    expect(await corrected()).toEqual(new Set([later.brand, waited.brand]));

    interface Told {
      readonly asOf: string;
      readonly state: { readonly label: string };
      readonly entries: readonly { readonly kind: string }[];
    }
    const now = await json<Told>("history", later.id);
    expect([now.state.label, now.entries.map(({ kind }) => kind)]).toEqual(["positive", ["content", "human"]]);
    const then = await json<Told>("history", later.id, "--as-of", asOf as string);
    expect([then.asOf, then.state.label, then.entries.map(({ kind }) => kind)]).toEqual([
      asOf,
      "negative",
      ["content"],
    ]);

    const third = await firstOf(hostile);
    expect((await run("relabel", third.id, "positive", "--by", "vera", "--no-wait")).code).toBe(0);
    await using started = startHere(["start"], folder.path);
    await started.said(/Open http/);
    while (!(await corrected()).has(third.brand)); // the test's own time is the limit
  } finally {
    await folder.remove();
  }
}, 300_000);
