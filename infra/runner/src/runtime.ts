import type { Bus, Checkpoints, Clock, Instant, Log, Store } from "@molva/contracts";
import type { Config } from "@molva/platform";
import type { Changes } from "./changes.ts";
import type { CrawlRounds } from "./crawl-rounds.ts";

/** The open data folder (or cluster) with its stages running: what commands on mentions and numbers work with. */
export interface Runtime extends AsyncDisposable {
  readonly dataDir: string;
  readonly bus: Bus;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  readonly clock: Clock;
  readonly hashAuthor: (name: string) => string;
  readonly browserPath: () => Promise<string | null>;
  /** Resolves once every number follows from all that stands in the log now. Rejects when a stage has ended by an error. */
  settled(signal?: AbortSignal): Promise<void>;
  /** Rejects as soon as a stage has ended by an error; else it stays open. */
  readonly failed: Promise<never>;
  /** The point of the log up to which all is applied; null when nothing was ever learned. */
  horizon(): Promise<Instant | null>;
  /** Messages that are collected and not yet in the numbers, over all stages. */
  lag(): Promise<number>;
  readonly rounds: CrawlRounds;
  /** Announced when pages were read, numbers changed. */
  readonly changes: Changes;
  /** The built-in demo's configuration, its little web served while this runtime is open. */
  demoConfig(): Promise<Config>;
}
