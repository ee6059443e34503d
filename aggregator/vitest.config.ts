import { packageTests } from "../vitest.base.ts";

export default packageTests({ testTimeout: 120_000 });
