import type { Store } from "@molva/contracts";
import { afterAll, beforeAll, describe } from "vitest";
import { statementTests } from "./statements.ts";
import { streamTests } from "./streams.ts";
import { newName, type OpenStore } from "./support.ts";
import { trapTests } from "./traps.ts";
import { valueTests } from "./values.ts";

/**
 * What every store promises, whatever engine is behind it. `open` gives a store on an empty database of the name it is
 * given; the suite closes what it opens. A second adapter adds one line.
 */
export const storeContract = (name: string, open: OpenStore): void => {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open(newName());
    });
    afterAll(async () => store.close());
    valueTests(() => store);
    trapTests(() => store);
    statementTests(() => store);
    streamTests(() => store, open);
  });
};
