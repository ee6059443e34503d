import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chromiumPlaces } from "../browser/find-chromium.mjs";
import { findChromium } from "../src/browser.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "molva-browser-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const program = (path: string, body: string): string => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, `#!/bin/sh\n${body}\n`);
  chmodSync(full, 0o755);
  return full;
};
const WORKS = "echo 'Chromium 151.0.7000.10 built on purpose'";

describe("findChromium", () => {
  it("takes the first that starts: a broken wrapper, a stub that asks for something else and a folder are passed over", async () => {
    program("a/chromium", "echo 'cannot load library' >&2; exit 127");
    program("b/chromium", "echo 'install the snap chromium first'; exit 0");
    mkdirSync(join(root, "c/chromium"), { recursive: true });
    const good = program("d/chromium", WORKS);
    const path = ["a", "b", "c", "d"].map((folder) => join(root, folder)).join(":");
    expect(await findChromium(undefined, { PATH: `${path}:/bin:/usr/bin` })).toEqual({
      path: good,
      version: "151.0.7000.10",
      origin: "system",
    });
  });

  it("takes MOLVA_CHROMIUM, and no other when that one does not start", async () => {
    const named = program("mine/my-browser", WORKS);
    expect(await findChromium(named)).toEqual({ path: named, version: "151.0.7000.10", origin: "MOLVA_CHROMIUM" });
    const path = dirname(program("elsewhere/chromium", WORKS));
    expect(await findChromium(join(root, "missing"), { PATH: path })).toBeNull();
    expect(await findChromium("none", { PATH: path })).toBeNull();
  });
});

describe("the places to look at", () => {
  it("are the system's before Playwright's, whose newest comes first and the whole browser before its shell", () => {
    for (const folder of ["chromium-1100", "chromium-1201", "chromium_headless_shell-1201", "firefox-1500"])
      mkdirSync(join(root, folder));
    const places = chromiumPlaces({ PATH: "/somewhere", PLAYWRIGHT_BROWSERS_PATH: root }, "linux");
    expect(places[0]).toEqual({ path: "/somewhere/chromium", origin: "system" });
    const folders = [
      ...new Set(
        places
          .filter((place) => place.origin === "playwright")
          .map((place) => place.path.slice(root.length + 1).split("/")[0]),
      ),
    ];
    expect(folders).toEqual(["chromium-1201", "chromium_headless_shell-1201", "chromium-1100"]);
    expect(places.findIndex((place) => place.origin === "playwright")).toBeGreaterThan(
      places.findLastIndex((place) => place.origin === "system"),
    );
  });

  it("fit macOS and Windows too", () => {
    expect(chromiumPlaces({ PATH: "" }, "darwin").map((place) => place.path)).toContain(
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    );
    expect(
      chromiumPlaces({ PATH: "", PROGRAMFILES: "C:/Programs" }, "win32").some((place) =>
        place.path.endsWith("chrome.exe"),
      ),
    ).toBe(true);
  });
});
