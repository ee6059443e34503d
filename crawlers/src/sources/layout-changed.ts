import { PipelineError } from "@molva/contracts";
import type { Page } from "../source.ts";

/** The page is not the page it used to be: never an empty success. */
export const layoutChanged = (sourceId: string, page: Page, why: string, cause?: unknown): PipelineError =>
  new PipelineError(`${page.finalUrl}: ${why}`, {
    code: "SOURCE_LAYOUT_CHANGED",
    recovery: "dead-letter",
    cause,
    details: { source: sourceId, host: new URL(page.finalUrl).host, status: page.status },
  });

export const blockedBy = (sourceId: string, page: Page, gate: string): PipelineError =>
  new PipelineError(
    `${page.finalUrl} shows a robot check ("${gate}"). Use the site's official interface or an export`,
    {
      code: "SOURCE_BLOCKED",
      recovery: "dead-letter",
      details: { source: sourceId, host: new URL(page.finalUrl).host, status: page.status },
    },
  );
