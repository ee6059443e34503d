import { mergeConfig, type ViteUserConfig } from "vitest/config";
// @boundaries-ignore one configuration for all packages stands at the root
import { packageTests } from "../vitest.base.ts";

/** The page's client is read by a browser: it is compiled before the tests, so that they never see an old one. */
export default mergeConfig(packageTests() as ViteUserConfig, {
  test: { globalSetup: ["tests/support/build-client.ts"] },
});
