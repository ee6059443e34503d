import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { instantOf } from "@molva/contracts";
import { load } from "cheerio";
import { afterAll, beforeAll, expect, it } from "vitest";
// @boundaries-ignore the set-up is plain JavaScript outside every package
import { findChromium } from "../../platform/browser/find-chromium.mjs";
import { demoTruth, startDemoSite, type DemoSite } from "../src/index.ts";
import { READ } from "./reading.ts";

const ANCHOR = instantOf(Date.parse("2026-11-22T14:00:00.000Z"));
const chromium = await findChromium(process.env);
let site: DemoSite;
let profile: string;
beforeAll(async () => {
  site = await startDemoSite({ anchor: ANCHOR, clock: () => ANCHOR });
  profile = mkdtempSync(join(tmpdir(), "molva-owners-"));
});
afterAll(async () => {
  await site.close();
  rmSync(profile, { recursive: true, force: true });
});

/** The document of a page once its scripts have run, as HTML. */
const domOf = async (program: string, url: string): Promise<string> => {
  const flags = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    `--user-data-dir=${profile}`,
    "--virtual-time-budget=10000",
    "--dump-dom",
    url,
  ];
  return (await promisify(execFile)(program, flags, { timeout: 60_000, maxBuffer: 32 * 1024 * 1024 })).stdout;
};

it("the owners' club, read in a browser, holds every review as Microdata and tells how many there are", async () => {
  if (chromium === null) {
    if (process.env["CI"] !== undefined) throw new Error("CI has no Chromium: install one or set MOLVA_CHROMIUM");
    console.warn("no Chromium on this machine: the owners' club was not read in one");
    return;
  }
  const dom = await domOf(chromium.path, `${site.url}/owners/ostrimo`);
  const club = demoTruth({ anchor: ANCHOR, now: ANCHOR }).filter((m) => m.channel === "owners");
  const reviews = READ["microdata"]?.(dom) ?? [];
  expect(
    reviews.map(({ id, text, rating, language, reply }) => ({ id, text, rating, language, replied: reply !== null })),
  ).toEqual(
    club
      .toReversed()
      .map((m) => ({ id: m.nativeId, text: m.text, rating: m.rating, language: m.language, replied: m.replied })),
  );
  expect(load(dom)('[itemprop="reviewCount"]').attr("content")).toBe(String(club.length));
});
