import { instantOf, isPipelineError, millisOf, PipelineError, type Checkpoints, type Clock } from "@molva/contracts";
import { z } from "zod";
import { pageRequest } from "../source.ts";
import type { HttpClient } from "./http.ts";
import { readRobots, type RobotsRules } from "./robots-rules.ts";

/** RFC 9309 §2.5: parsers read at least 500 KiB. */
const SIZE_LIMIT = 500 * 1024;
/** RFC 9309 §2.4: not used for longer than 24 hours, unless the file is unreachable. */
const FRESH_MS = 24 * 3_600_000;
const USABLE_WHEN_UNREACHABLE_MS = 30 * FRESH_MS;
/** A longer Crawl-delay is kept to this: one page in five minutes. */
const LONGEST_DELAY_MS = 300_000;

const keptSchema = z.object({ at: z.iso.datetime(), status: z.number(), bytes: z.base64() });
type Kept = z.infer<typeof keptSchema>;

export interface Robots {
  /**
   * Milliseconds that the file asks to leave between requests; 0 when it does not say.
   * @throws {PipelineError} `SOURCE_FORBIDDEN` when it forbids the URL; `SOURCE_UNREACHABLE` (retry) when the file cannot be had, for then all is forbidden.
   */
  check(url: URL, signal: AbortSignal): Promise<number>;
}

export interface RobotsDependencies {
  readonly http: HttpClient;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly userAgent: string;
  /** The name that groups are chosen by. */
  readonly productToken: string;
  readonly timeoutMs: number;
}

const keyOf = (origin: string): string => `crawl/robots/${encodeURIComponent(origin)}`;

export const createRobots = (deps: RobotsDependencies): Robots => {
  const asked = new Map<string, { readonly at: number; readonly rules: Promise<RobotsRules | null> }>();

  const fetchFile = async (origin: string, signal: AbortSignal): Promise<Kept> => {
    const answer = await deps.http.fetch(pageRequest(`${origin}/robots.txt`), {
      limits: { maxBytes: SIZE_LIMIT, timeoutMs: deps.timeoutMs, maxRedirects: 5 },
      userAgent: deps.userAgent,
      signal,
      cut: true,
    });
    // 429 is a 4xx that means "later", not "there is no file".
    if (answer.status >= 500 || answer.status === 429) {
      throw new PipelineError(`${origin}/robots.txt answered ${answer.status}`, {
        code: "SOURCE_UNREACHABLE",
        recovery: "retry",
      });
    }
    const ok = answer.status >= 200 && answer.status < 300;
    const bytes = ok ? Buffer.from(answer.body).toString("base64") : "";
    return { at: deps.clock(), status: answer.status, bytes };
  };

  const rulesOf = async (origin: string, signal: AbortSignal): Promise<RobotsRules | null> => {
    const read = keptSchema.safeParse(await deps.checkpoints.read(keyOf(origin)));
    const kept = read.success ? read.data : null;
    const age = kept === null ? Infinity : millisOf(deps.clock()) - millisOf(instantOf(new Date(kept.at)));
    const parsed = ({ bytes }: Kept): RobotsRules | null =>
      bytes === "" ? null : readRobots(Buffer.from(bytes, "base64"), deps.productToken);
    if (kept !== null && age < FRESH_MS) return parsed(kept);
    try {
      const file = await fetchFile(origin, signal);
      await deps.checkpoints.write({ [keyOf(origin)]: file });
      return parsed(file);
    } catch (error) {
      if (isPipelineError(error) && error.code === "SOURCE_FORBIDDEN") throw error;
      if (kept !== null && age < USABLE_WHEN_UNREACHABLE_MS) return parsed(kept);
      throw new PipelineError(
        `${origin}/robots.txt cannot be read, and then nothing of the site may be fetched (RFC 9309)`,
        {
          code: "SOURCE_UNREACHABLE",
          recovery: "retry",
          cause: error,
          details: { origin },
        },
      );
    }
  };

  return {
    async check(url, signal) {
      const now = millisOf(deps.clock());
      const known = asked.get(url.origin);
      const rules = known !== undefined && now - known.at < FRESH_MS ? known.rules : rulesOf(url.origin, signal);
      if (rules !== known?.rules) {
        asked.set(url.origin, { at: now, rules });
        rules.catch(() => asked.delete(url.origin));
      }
      const robot = await rules;
      if (robot === null) return 0;
      if (!robot.allows(url)) {
        throw new PipelineError(`${url.origin}/robots.txt does not allow ${url.pathname.slice(0, 200)} to crawlers`, {
          code: "SOURCE_FORBIDDEN",
          recovery: "dead-letter",
          details: { host: url.host },
        });
      }
      return Math.min((robot.crawlDelay ?? 0) * 1000, LONGEST_DELAY_MS);
    },
  };
};
