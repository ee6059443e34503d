import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright";

const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The Chromium to test in: `MOLVA_CHROMIUM`, else one of the system, else Playwright's own; null when there is none. */
export const chromiumPath = (): string | null => {
  const given = process.env["MOLVA_CHROMIUM"];
  return (
    [...(given === undefined || given === "" ? [] : [given]), ...USUAL, chromium.executablePath()].find((path) =>
      existsSync(path),
    ) ?? null
  );
};

export const openBrowser = async (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
