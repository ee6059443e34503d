import type { IncomingMessage, ServerResponse } from "node:http";
import { isPipelineError, millisOf, type Brand } from "@molva/contracts";
import type { Runtime } from "../runtime.ts";
import { batchOf, formatOfRequest, readBody } from "./batch.ts";
import { IntakeRefusal } from "./refusal.ts";
import { seenBatches } from "./seen-batches.ts";
import { checkSignature, signatureOf } from "./signature.ts";
import { takeMentions, takeSurveys, type Taken } from "./take-items.ts";

export interface IntakeOptions {
  readonly runtime: Runtime;
  readonly brands: readonly Brand[];
  /** IANA zone of dates without one. */
  readonly zone: string;
  /** Of the signatures; null: nothing is taken, and nothing seems to be there. */
  readonly secret: string | null;
}

/** What a web server hands requests below `/intake/` to. */
export type Intake = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const AT_ONCE = 8;
const WRONG_PER_MINUTE = 10;
const KINDS = { "/intake/mentions": takeMentions, "/intake/surveys": takeSurveys } as const;

/** Failed signatures of an address; whoever guesses is made to wait. */
const countWrong = () => {
  const failures = new Map<string, { readonly since: number; count: number }>();
  const of = (address: string, now: number) => {
    const known = failures.get(address);
    if (known !== undefined && now - known.since < 60_000) return known;
    if (failures.size > 1000) failures.clear();
    const fresh = { since: now, count: 0 };
    failures.set(address, fresh);
    return fresh;
  };
  return {
    check: (address: string, now: number): void => {
      if (of(address, now).count >= WRONG_PER_MINUTE)
        throw new IntakeRefusal(429, "TOO_MANY", "Too many wrong signatures: wait a minute", 60);
    },
    add: (address: string, now: number): void => void (of(address, now).count += 1),
  };
};

const send = (
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
};

const refusalOf = (error: unknown): IntakeRefusal | null => {
  if (error instanceof IntakeRefusal) return error;
  if (isPipelineError(error) && error.recovery === "retry")
    return new IntakeRefusal(
      503,
      error.code,
      "Not stored: send the batch again later",
      Math.ceil((error.retryAfterMs ?? 10_000) / 1000),
    );
  return null;
};

/**
 * Takes signed batches of mentions and of answers to surveys from other systems: `POST /intake/mentions`, `POST /intake/surveys`. Answers 202 only
 * when what it counts as accepted is on disk. docs/intake.md is its contract.
 */
export const createIntake = ({ runtime, brands, zone, secret }: IntakeOptions): Intake => {
  const seen = seenBatches(runtime.checkpoints);
  const wrong = countWrong();
  let working = 0;

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    if (secret === null) throw new IntakeRefusal(404, "NOT_FOUND", "Nothing is here.");
    const url = new URL(request.url ?? "/", "http://intake");
    const take = KINDS[url.pathname as keyof typeof KINDS] as (typeof KINDS)[keyof typeof KINDS] | undefined;
    if (take === undefined)
      throw new IntakeRefusal(404, "NOT_FOUND", `Nothing is here; post to ${Object.keys(KINDS).join(" or ")}`);
    if (url.search !== "")
      throw new IntakeRefusal(
        400,
        "MALFORMED",
        "Put brand, source and metric into the body: what stands in the address is not signed",
      );
    if (request.method !== "POST") throw new IntakeRefusal(405, "METHOD", "Only POST is served here");
    const format = formatOfRequest(request);
    const [now, address] = [runtime.clock(), request.socket.remoteAddress ?? ""];
    wrong.check(address, millisOf(now));
    const body = await readBody(request);
    const header = (name: string): string | undefined => [request.headers[name]].flat()[0];
    const [timestamp, signature] = [header("x-molva-timestamp"), header("x-molva-signature")];
    try {
      checkSignature({ timestamp, signature, body }, secret, millisOf(now));
    } catch (error) {
      wrong.add(address, millisOf(now));
      throw error;
    }
    const place = `${url.pathname} ${signatureOf(secret, timestamp ?? "", body)}`;
    const before = await seen.answerTo(place);
    if (before !== null) return before;
    const taken = await take(batchOf(body, format), { runtime, brands, zone });
    await seen.keep(place, taken, runtime.clock());
    tell(url.pathname, taken);
    return taken;
  };

  const tell = (path: string, { accepted, unchanged, rejected }: Taken): void => {
    const kind = path.slice("/intake/".length);
    runtime.log.info("intake", { kind, accepted, unchanged, rejected: rejected.length });
    for (const [result, count] of Object.entries({ accepted, unchanged, rejected: rejected.length }))
      runtime.metrics?.count("molva_intake_items_total", { kind, result }, count);
    runtime.changes.announce();
  };

  return async (request, response) => {
    const busy = working >= AT_ONCE;
    working += 1;
    try {
      if (busy) throw new IntakeRefusal(429, "BUSY", "Too many batches at once: send fewer at a time", 1);
      send(response, 202, (await answer(request)) as object);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null)
        runtime.log.error("intake-failed", { message: error instanceof Error ? error.message : String(error) });
      const { status, code, message, retryAfterSeconds } = refusal ?? {
        status: 500,
        code: "FAILED",
        message: "The batch could not be stored; the log of Molva says why.",
        retryAfterSeconds: null,
      };
      send(
        response,
        status,
        { error: { code, message } },
        {
          connection: "close",
          ...(status === 405 ? { allow: "POST" } : {}),
          ...(retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) }),
        },
      );
    } finally {
      working -= 1;
    }
  };
};
