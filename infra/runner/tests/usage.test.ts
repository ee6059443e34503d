import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { molvaHere } from "./support/here.ts";
import { molva, temporaryFolder } from "./support/molva.ts";

const folder = await temporaryFolder();
afterAll(() => folder.remove());
const run = (...args: readonly string[]) => molvaHere(args, folder.path);

describe("wrong usage", () => {
  it.each([
    [["nrs"], /did you mean: molva nsr\?/],
    [["nsr"], /name a brand with --brand, or ask for --all/],
    [["nsr", "--all", "--step", "fortnight"], /--step: /],
    [["nsr", "--all", "--from", "gestern"], /--from: gestern is no date; write/],
    [["import", "absent.csv"], /absent\.csv is no file/],
    [["import", "absent.csv", "--map", "txt=a"], /--map: "txt" is no field; the fields are id, text/],
    [["mentions", "--limit", "many"], /--limit: /],
    [["crawl", "--source", "nowhere"], /no target of source nowhere is configured here; there are web-reviews, rss/],
    [["nsr", "--brand", "nobody"], /nothing is known of nobody; known are/],
  ])(
    "%j ends with 2 and says what to write",
    async (args, message) => {
      const ran = await run(...args);
      expect(`${ran.code} ${ran.err}`).toMatch(new RegExp(`^2 [^]*${message.source}`));
      expect(ran.out).toBe("");
    },
    60_000,
  );
});

it("ends the process with the same code and words", async () => {
  const ran = await molva(["nrs"], folder.path);
  expect([ran.code, ran.out]).toEqual([2, ""]);
  expect(ran.err).toContain((await run("nrs")).err);
});

it("teaches with examples on every level", async () => {
  const top = await molva(["--help"], folder.path);
  expect([top.code, top.out]).toEqual([0, expect.stringContaining("molva init")]);
  const one = await run("nsr", "--help");
  expect(one.out).toMatch(/Examples:\n {2}molva nsr --all --step month/);
});

it("prints every problem of a configuration with its line, ends with 2, and starts nothing with it", async () => {
  await writeFile(
    join(folder.path, "wrong.yaml"),
    "brands:\n  - id: a\n    targets:\n      - source: rss\n        url: nowhere\nservr: {}\n",
  );
  const checked = await run("check", "--config", "wrong.yaml");
  expect(checked.code).toBe(2);
  expect(checked.out).toMatch(/wrong\.yaml:2:\d+ {2}brands\[0\]\.title/);
  expect(checked.out).toMatch(/wrong\.yaml:5:\d+ {2}brands\[0\]\.targets\[0\]\.url/);
  expect(checked.out).toMatch(/wrong\.yaml:6:1 {2}servr\n.*\n.*server \(did you mean it\?\)/);
  const started = await run("start", "--config", "wrong.yaml", "--data", "unused");
  expect([started.code, started.err]).toEqual([2, expect.stringContaining("nothing was started")]);
});

it("writes a configuration that passes its own check, asked for or told by options", async () => {
  const told = await run(
    "init",
    "--title",
    'Банк "Заря"',
    "--feed",
    "https://news.example/rss",
    "--page",
    "https://reviews.example/zarya",
    "--tz",
    "Europe/Moscow",
    "--config",
    "told.yaml",
  );
  expect([told.code, told.err]).toEqual([0, ""]);
  expect((await run("check", "--config", "told.yaml")).out).toContain("1 brand, 2 targets");
  const asked = await molvaHere(
    ["init", "--config", "asked.yaml"],
    folder.path,
    "Aurora\n\nnot an address\nhttps://news.example/rss\n\n\nEurope/Paris\n",
  );
  expect([asked.code, asked.err]).toEqual([0, expect.stringContaining("write a whole address")]);
  expect((await run("check", "--config", "asked.yaml")).out).toContain("1 brand, 1 target.");
  expect((await run("init", "--title", "x", "--config", "told.yaml")).code).toBe(2);
});

it("lists the sources with what a target looks like", async () => {
  const { out } = await run("sources");
  for (const id of ["rss", "web-reviews", "file"]) expect(out).toContain(id);
});

it("says what is there and what is missing, with what to do about it", async () => {
  const ran = await run("doctor", "--json");
  const findings = JSON.parse(ran.out) as readonly { what: string; state: string; next: string | null }[];
  expect(findings.find(({ what }) => what === "store")).toMatchObject({ state: "ok" });
  for (const { state, next } of findings) expect(state === "ok").toBe(next === null);
});
