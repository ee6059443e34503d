import type { BrandId, Bus, Checkpoints, Clock, Instant, Log, Store } from "@molva/contracts";
import type { TopicsOf } from "@molva/classifier";
import type { Config, EmbeddedStore, Metrics } from "@molva/platform";
import type { Changes } from "./changes.ts";
import type { Claims } from "./claims.ts";
import type { CrawlRounds } from "./crawl-rounds.ts";

/** The open data folder, or the cluster, with the stages that run in this process: what commands on mentions and numbers work with. */
export interface Runtime extends AsyncDisposable {
  readonly dataDir: string;
  readonly bus: Bus;
  readonly store: Store;
  /** The store's engine where it is in this process, for what serves it to others; else null. */
  readonly engine: EmbeddedStore["engine"] | null;
  /** Copies log and store as they stand at one moment into an empty folder of the same disk; null where they are servers. */
  readonly snapshot: ((folder: string) => Promise<void>) | null;
  readonly checkpoints: Checkpoints;
  /** For work that one at a time may do, whichever process it is. */
  readonly claims: Claims;
  readonly log: Log;
  readonly clock: Clock;
  /** Null where nobody asks for them. */
  readonly metrics: Metrics | null;
  readonly hashAuthor: (name: string) => string;
  /** The installation's own key, from which the key of signed links is derived. */
  readonly linkSecret: string;
  /** How people write a brand's name: its title, else its id. */
  readonly nameOf: (brand: BrandId) => string;
  /** What mentions are about, by the built-in dictionary and the configuration's words; made when it is first asked for. */
  readonly topicsOf: () => Promise<TopicsOf>;
  readonly browserPath: () => Promise<string | null>;
  /** Resolves once every number follows from all that stands in the log now. Rejects when a stage here has ended by an error. */
  settled(signal?: AbortSignal): Promise<void>;
  /** Rejects as soon as a stage here has ended by an error; else it stays open. */
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
