import { STEP_NAMES } from "../../src/stage.ts";
import type { Kind } from "../support/parked.ts";

/** Where a process stops for good, to be killed there with SIGKILL. */
export const STEP_DEATHS: readonly Death["at"][] = [...STEP_NAMES];
/** After what a writer may be parked: before its first step, after each, and between what its reduce reads and what it writes. */
export const STANDS = ["nothing", ...STEP_NAMES, "read"] as const;
export const DEATHS = [...STEP_NAMES, "publishing", "published", "placed"] as const;
export type Death = { readonly at: (typeof DEATHS)[number]; readonly time: number };

export type Wiring =
  | { readonly transport: "embedded"; readonly folder: string }
  | {
      readonly transport: "kafka";
      readonly folder: string;
      readonly brokers: readonly string[];
      readonly storePort: number;
    };

/** One life of a process, as its parent wrote it. */
export interface Life {
  readonly wiring: Wiring;
  /** Of this life's own chances. */
  readonly seed: number;
  readonly kind: Kind;
  readonly roles: readonly ("store" | "importer" | "writers")[];
  /** Whose writers live in this process. */
  readonly groups: readonly string[];
  /** The importer stops after so many events of the list. */
  readonly until: number;
  /** Messages of one batch at most. */
  readonly batch: number;
  /** Messages of the pieces that the writers of a group share, on average. */
  readonly piece: number;
  readonly die: Death | null;
  /** Ends when all is imported and the product's group is through; else it goes on until SIGTERM. */
  readonly ends: boolean;
}

/** The product's group, and one that reads the whole log over again beside it, for as long as it lives. */
export const GROUPS = ["aggregator", "aggregator-2"] as const;

/** By what name the diary counts that a member of a group was given its partitions. */
export const REBALANCED = "times a member was given its partitions";

/** By what name the diary counts writers that read, and write only when all others are through. */
export const SLEPT = "writers that had read wrote last of all, or died";

/** The file in the folder that holds the list of events, for the importer's lives. */
export const LIST = "events.json";

/** Of each lane on Kafka: few, so that five brands meet in them, and batches are large enough to be shared out. */
export const PARTITIONS = 2;

export const STORE_USER = { name: "molva", password: "a password of tests", readonly: false } as const;
