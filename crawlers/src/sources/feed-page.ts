import { challengeIn } from "../read/challenge.ts";
import { decodeText } from "../read/charset.ts";
import { readFeed, type Feed } from "../read/feed.ts";
import type { Page } from "../source.ts";
import { blockedBy, layoutChanged } from "./layout-changed.ts";

/**
 * The feed on a page.
 * @param otherwise what to think of a page that is none
 * @throws {PipelineError} `SOURCE_BLOCKED` where a gate stands in its place, else `SOURCE_LAYOUT_CHANGED`.
 */
export const feedOn = (source: string, page: Page, otherwise: string): Feed => {
  const { text } = decodeText(page.body, page.headers["content-type"] ?? "");
  try {
    return readFeed(text, page.finalUrl);
  } catch (error) {
    const gate = challengeIn(text);
    if (gate !== null) throw blockedBy(source, page, gate);
    throw layoutChanged(source, page, otherwise, error);
  }
};
