import { writeSync } from "node:fs";
import { isPipelineError } from "@molva/contracts";
import { looseTopic } from "@molva/testing";
import { openEmbeddedBus } from "../src/bus/embedded-bus.ts";

/** Publishes until the operating system refuses a write, and says how many calls were acknowledged and how the last one failed. */
const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error("Arguments: FOLDER");
const bus = await openEmbeddedBus({ dir, freeBytes: () => Number.MAX_SAFE_INTEGER });
const texts = looseTopic("texts");
let acknowledged = 0;
let failure: unknown = null;
while (failure === null && acknowledged < 1_000) {
  await bus.publish(texts, "live", [`${acknowledged} ${"x".repeat(100_000)}`]).then(
    () => (acknowledged += 1),
    (error: unknown) => (failure = error),
  );
}
const smallAfter = await bus.publish(texts, "live", ["small"]).then(
  () => true,
  () => false,
);
await bus.close();
writeSync(
  1,
  JSON.stringify({
    acknowledged,
    smallAfter,
    ...(isPipelineError(failure) ? { code: failure.code, recovery: failure.recovery } : {}),
  }),
);
