// @boundaries-ignore one configuration for all packages stands at the root
import { packageTests } from "../vitest.base.ts";

// Browsers and killed children start in seconds on a busy machine.
export default packageTests({ testTimeout: 120_000 });
