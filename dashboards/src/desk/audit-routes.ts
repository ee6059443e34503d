import type { IncomingMessage } from "node:http";
import { PipelineError } from "@molva/contracts";
import {
  auditDoneSchema,
  auditDrawAnswerSchema,
  auditDrawAskSchema,
  auditLabelAskSchema,
  auditStandingsAnswerSchema,
  auditUndoAskSchema,
  type DeskAudits,
} from "./audits.ts";
import { BODY_LIMIT } from "./guard.ts";
import { nothingAskSchema } from "./reads.ts";
import { checked, route, type Route } from "./route.ts";

export const AUDIT_PAGE = "/audit";

export const createAuditRoutes = (audits: DeskAudits, zone: string): ReadonlyMap<string, Route> =>
  new Map([
    [
      "/api/audit/next",
      route(auditDrawAskSchema, auditDrawAnswerSchema, async ({ brand, source }) => ({
        mentions: await audits.draw({ brand, source: source ?? null }),
      })),
    ],
    [
      "/api/audit/standings",
      route(nothingAskSchema, auditStandingsAnswerSchema, async () => ({ zone, rows: await audits.standings() })),
    ],
  ]);

/** What the audit screen writes, by path. */
export const createAuditWrites = (audits: DeskAudits): ReadonlyMap<string, (told: unknown) => Promise<unknown>> =>
  new Map([
    ["/api/audit/label", checked(auditLabelAskSchema, auditDoneSchema, async (told) => audits.label(told))],
    ["/api/audit/undo", checked(auditUndoAskSchema, auditDoneSchema, async (told) => audits.undo(told))],
  ]);

/** The JSON of a request that the guard let write. @throws {PipelineError} `USAGE` when it is none. */
export const writtenIn = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) break;
    chunks.push(chunk);
  }
  try {
    if (size > BODY_LIMIT) throw new RangeError("too long");
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch (cause) {
    throw new PipelineError("What was written is no JSON.", { code: "USAGE", recovery: "exit", cause });
  }
};
