/** Pictures of the page for the eye: `node --conditions=source --import tsx tests/support/shots.ts FOLDER`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createDesk } from "@molva/dashboards";
import { chromiumPath, openBrowser } from "./browser.ts";
import { clock, createFixture, silentLog } from "./fixture.ts";

const [folder = "/tmp/desk-shots", only = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const path = chromiumPath();
if (path === null) throw new Error("No Chromium here: set MOLVA_CHROMIUM");
const browser = await openBrowser(path);
const reads = createFixture();
const bare = createFixture({ empty: true });
const desk = await createDesk({ reads, port: 0, log: silentLog, clock, password: null, publicUrl: null });
const bareDesk = await createDesk({ reads: bare, port: 0, log: silentLog, clock, password: null, publicUrl: null });

interface Shot {
  readonly name: string;
  readonly width: number;
  readonly locale: string;
  readonly scheme: "light" | "dark";
  readonly hash: string;
  readonly empty?: true;
  readonly hover?: true;
}
const SHOTS: readonly Shot[] = [
  { name: "en-light-1280", width: 1280, locale: "en-GB", scheme: "light", hash: "" },
  { name: "ru-dark-1280", width: 1280, locale: "ru-RU", scheme: "dark", hash: "#brand=polyana&window=24h" },
  { name: "ru-light-390", width: 390, locale: "ru-RU", scheme: "light", hash: "" },
  { name: "en-dark-390", width: 390, locale: "en-GB", scheme: "dark", hash: "#brand=kite-mobile&window=30d" },
  {
    name: "en-light-24h-hover",
    width: 1280,
    locale: "en-GB",
    scheme: "light",
    hash: "#window=24h&reach=90",
    hover: true,
  },
  { name: "en-light-empty", width: 1280, locale: "en-GB", scheme: "light", hash: "", empty: true },
];
for (const shot of SHOTS.filter(({ name }) => name.includes(only))) {
  const page = await browser.newPage({
    viewport: { width: shot.width, height: 900 },
    locale: shot.locale,
    colorScheme: shot.scheme,
    deviceScaleFactor: 1,
  });
  page.on("console", (message) => console.log(shot.name, message.type(), message.text()));
  page.on("pageerror", (error) => console.log(shot.name, "error", error.message, error.stack?.slice(0, 600)));
  if (shot.name === "ru-light-390")
    reads.progressNow = {
      crawl: { running: true, pages: 22, mentions: 431 },
      lag: 37,
      horizon: reads.progressNow.horizon,
    };
  await page.goto((shot.empty ? bareDesk : desk).url + shot.hash);
  if (shot.empty === true) await page.locator("#empty h2").waitFor();
  else await page.locator("#rate-chart[data-drawn] canvas").first().waitFor();
  await page
    .locator("#days-chart[data-drawn] canvas")
    .first()
    .waitFor({ state: shot.empty ? "detached" : "visible" });
  if (shot.hover === true) {
    const box = await page.locator("#rate-chart").boundingBox();
    await page.mouse.move((box?.x ?? 0) + 560, (box?.y ?? 0) + 120);
    await page.locator(".tip").waitFor();
  }
  await page.evaluate("new Promise((done) => setTimeout(done, 500))");
  await page.screenshot({
    path: join(folder, `${shot.name}.png`),
    fullPage: true,
    clip: { x: 0, y: 0, width: shot.width, height: shot.width > 600 ? 1100 : 1700 },
  });
  await page
    .screenshot({
      path: join(folder, `${shot.name}-2.png`),
      fullPage: true,
      clip: { x: 0, y: shot.width > 600 ? 1000 : 1650, width: shot.width, height: shot.width > 600 ? 1100 : 1700 },
    })
    .catch(() => null);
  await page.close();
}
await desk.close();
await bareDesk.close();
await browser.close();
