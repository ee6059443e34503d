import { isPipelineError, PipelineError } from "@molva/contracts";
import type { Page, ParsedPage } from "../source.ts";
import type { CrawlTarget } from "./target.ts";

/** What the source makes of a page. @throws {PipelineError} what it throws itself, else `SOURCE_LAYOUT_CHANGED` (dead-letter). */
export const readPage = (target: CrawlTarget, page: Page, zone: string): ParsedPage => {
  try {
    return target.source.parse(page, target.options, { zone });
  } catch (error) {
    if (isPipelineError(error)) throw error;
    throw new PipelineError(
      `${target.title}: the page could not be read (${error instanceof Error ? error.name : "unknown error"})`,
      {
        code: "SOURCE_LAYOUT_CHANGED",
        recovery: "dead-letter",
        cause: error,
        details: { source: target.source.id },
      },
    );
  }
};

/** The page holds nothing where mentions stood (`stood`: on this very page; 0: anywhere at this target): unknown, never "all removed". */
export const emptied = (target: CrawlTarget, page: Pick<Page, "finalUrl">, stood: number): PipelineError =>
  new PipelineError(
    `${target.title}: ${stood === 0 ? "mentions" : `${stood} mentions`} stood on this page and now none does. Look at the page: its markup may have changed. Nothing is taken for removed`,
    {
      code: "SOURCE_LAYOUT_CHANGED",
      recovery: "dead-letter",
      details: { source: target.source.id, host: new URL(page.finalUrl).host },
    },
  );
