import { describe } from "vitest";
import type { Bus } from "@molva/contracts";
import { deliveryContract } from "./bus-contract-delivery.ts";
import { endingContract } from "./bus-contract-ending.ts";
import { positionContract } from "./bus-contract-position.ts";
import { publishContract } from "./bus-contract-publish.ts";

/** One log that a test may use up. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** Closes the bus when it is still open, and opens the same log again. */
  reopen(): Promise<Bus>;
  /** Closes what is open and removes the log. */
  dispose(): Promise<void>;
}

/**
 * @param clock The log's clock in milliseconds since 1970, which tests turn back; an adapter whose server keeps its own ignores it.
 */
export type OpenBus = (clock: () => number) => Promise<BusUnderTest>;

/**
 * What every implementation of `Bus` must do. It asserts nothing that Kafka does not promise (offsets may have gaps there);
 * what one adapter promises beyond it belongs into that adapter's own tests.
 */
export const busContract = (name: string, open: OpenBus): void => {
  describe(`${name} keeps the contract of the log`, () => {
    describe("publish and read", () => publishContract(open));
    describe("delivery", () => deliveryContract(open));
    describe("settled, progress, retention", () => positionContract(open));
    describe("ending", () => endingContract(open));
  });
};
