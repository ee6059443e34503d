import type { Bus, Store } from "@molva/contracts";
import type { Kind } from "../support/parked.ts";

export interface FaultPlan {
  readonly seed: number;
  /** Facts in the list; what is told again comes on top. */
  readonly events: number;
  /** SIGKILLs, or more where the plan of a transport asks for it. */
  readonly kills: number;
  readonly kind: Kind;
  /** Messages of the pieces that the writers of a group share, on average. */
  readonly piece: number;
  readonly say: (line: string) => void;
}

/** Log and store after all is imported and every writer is through. */
export interface World {
  readonly bus: Bus;
  readonly store: Store;
  close(): Promise<void>;
}
