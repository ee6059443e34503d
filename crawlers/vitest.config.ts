// @boundaries-ignore one configuration for all packages stands at the root
import { packageTests } from "../vitest.base.ts";

export default packageTests();
