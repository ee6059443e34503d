import { findChromium as find, type Chromium } from "../browser/find-chromium.mjs";
import { inheritedEnvironment } from "./environment.ts";

export type { Chromium };

/**
 * The first Chromium that starts: `named` alone when it is given (`MOLVA_CHROMIUM`; `none`: no browser), else the system's
 * (chromium, chromium-browser, google-chrome, google-chrome-stable), else what Playwright has downloaded. Null when
 * there is none: pages that need JavaScript are then left out, all else works. It asks each candidate for its version
 * and waits at most 8 s for the answer. The set-up before the start searches in the same order with the same code.
 */
export const findChromium = (
  named: string | undefined,
  variables: Readonly<Record<string, string | undefined>> = inheritedEnvironment(),
): Promise<Chromium | null> => find({ ...variables, MOLVA_CHROMIUM: named });
