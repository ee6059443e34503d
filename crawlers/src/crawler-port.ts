import type {
  Brand,
  Checkpoints,
  Clock,
  Instant,
  Lane,
  Log,
  Observation,
  PipelineError,
  TargetHealth,
} from "@molva/contracts";
import type { QueriedText } from "@molva/text";
import type { Resolve } from "./fetch/guard.ts";
import type { CrawlPolicy } from "./policy.ts";
import type { Counts } from "./round/health.ts";
import type { PublicRating, Source } from "./source.ts";

export interface CrawlerOptions {
  readonly sources: readonly Source<unknown>[];
  /** Resolves once the observations would survive a crash; the cursor moves only then. */
  readonly publish: (observations: readonly Observation[], lane: Lane) => Promise<void>;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
  /** Keyed hash of an author's name: 32 hex digits. */
  readonly hashAuthor: (name: string) => string;
  /** Whether the brand's query finds it. Asked for targets with `match: "query"` only. `language`: as the source tells it. */
  readonly matchesBrand: (brand: Brand, about: QueriedText) => boolean;
  /** A Chromium; null: targets that need one fail with `BROWSER_MISSING`, all others go on. */
  readonly browserPath: string | null;
  /** Secrets by name, for the sources that ask for them. */
  readonly credentials?: Readonly<Record<string, string>>;
  readonly policy?: Partial<CrawlPolicy>;
  /** How names become addresses; the system's way when left out. */
  readonly resolve?: Resolve;
  /** Is given every page that no longer looks as it did (`SOURCE_LAYOUT_CHANGED`), for whoever repairs the source. It holds people's words. */
  readonly keepPage?: (page: PuzzlingPage) => Promise<void>;
}

/** A page that a source could not read, as it came. */
export interface PuzzlingPage {
  readonly source: string;
  readonly target: string;
  readonly title: string;
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly fetchedAt: Instant;
  readonly message: string;
  readonly body: Uint8Array;
}

export interface RoundOptions {
  readonly brands: readonly Brand[];
  readonly only?: { readonly brand?: string; readonly source?: string };
  /** True: only targets whose turn it is (`crawl.every`, of target, source or all); the others wait. */
  readonly scheduled?: boolean;
  /** A backfill: pages are followed back to this date, known ground or not, beyond their usual number; what is older is left alone. */
  readonly since?: Instant;
  readonly signal?: AbortSignal;
  /** Called after every page and at the end of every target. */
  readonly onProgress?: (progress: CrawlProgress) => void;
}

/** What a round did at one target. Its counts stand in `health`, which is also saved. */
export interface TargetReport {
  readonly health: TargetHealth;
  readonly publicRating: PublicRating | null;
  readonly error: PipelineError | null;
  /** `waiting`: the site asked for a pause that is not over; `stopped`: the signal fired first. Neither changes the health. */
  readonly outcome: "done" | "waiting" | "stopped";
  /** When a scheduled round has its turn for it; null: at once. */
  readonly dueAt: Instant | null;
}

export interface CrawlProgress extends Counts {
  readonly target: string;
  readonly source: string;
  readonly title: string;
  /** The oldest publication on the pages so far; null while none is dated. */
  readonly reached: Instant | null;
  /** Null until the target is done. */
  readonly report: TargetReport | null;
}

export interface Crawler {
  /**
   * Crawls every target of the brands once, or those that `only` names. Failures of a target are in its report.
   * @throws {PipelineError} `CONFIG_INVALID` for an unknown source or wrong options; what `publish` throws, after an orderly stop.
   */
  crawlRound(options: RoundOptions): Promise<readonly TargetReport[]>;
  /** Ends the round that runs, then lets go of connections. */
  close(): Promise<void>;
}
