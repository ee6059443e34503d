import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { molvaHere } from "./support/here.ts";
import { molva, temporaryFolder } from "./support/molva.ts";

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const stamp = (i: number): string => new Date(Date.UTC(2026, 2, 1) + i * 300_000).toISOString();
const rows = Array.from({ length: 1_000 }, (_, i) => `${stamp(i)},${i >= 800 && i < 812 ? 400 : 20 + (i % 9)}`);
const file = `timestamp,value\n${rows.join("\n")}\n`;

describe("molva detect", () => {
  it("gives every row of a file back with a score and one alert, and the same from standard input", async () => {
    await writeFile(join(folder.path, "mentions.csv"), file);
    const ran = await molva(["detect", "mentions.csv"], folder.path);
    const [header, ...scored] = ran.out.trimEnd().split("\n");
    expect([ran.code, header, scored.length]).toEqual([0, "timestamp,value,score,alert", 1_000]);
    expect(scored.map((row) => row.split(",").slice(0, 2).join(","))).toEqual(rows);
    expect(scored.filter((row) => row.endsWith(",1"))).toHaveLength(1);
    expect(ran.err).toContain("1000 rows, 1 alert\n");
    const piped = await molvaHere(["detect", "-"], folder.path, file.replaceAll("\n", "\r\n"));
    expect([piped.code, piped.out]).toEqual([0, ran.out]);
  });

  it("gives for the first rows what it gives for all", async () => {
    const whole = await molvaHere(["detect", "-"], folder.path, file);
    const part = await molvaHere(["detect", "-"], folder.path, file.split("\n").slice(0, 851).join("\n"));
    expect(whole.out.startsWith(part.out)).toBe(true);
  });

  it("names wrong lines, does the others, and ends with 1", async () => {
    const ran = await molvaHere(["detect", "-"], folder.path, `${rows[0]}\nnever,3\n${rows[1]}\n`);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/line 2: "never" is no time; write 2026-03-01T09:05:00Z/);
    expect(ran.out).toBe(`timestamp,value,score,alert\n${rows[0]},0,0\n${rows[1]},0,0\n`);
  });

  it("ends with 2 on what is no file, no rows, or no setting", async () => {
    const absent = await molvaHere(["detect", "absent.csv"], folder.path);
    expect([absent.code, absent.err]).toEqual([2, expect.stringContaining("absent.csv is no file")]);
    const empty = await molvaHere(["detect", "-"], folder.path, "timestamp,value\n");
    expect([empty.code, empty.err]).toEqual([2, expect.stringContaining("there was no row")]);
    const wrong = await molvaHere(["detect", "mentions.csv", "--min-ratio", "0"], folder.path);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("--min-ratio")]);
  });
});
