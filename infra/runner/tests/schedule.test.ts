import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { createLog } from "@molva/platform";
import { repeat } from "../src/start/schedule.ts";

it("What is repeated all day listens once for the end, not once a round", async () => {
  let rounds = 0;
  let listeners = 0;
  await new Promise<void>((resolve) => {
    const loop = repeat({
      name: "a round",
      everyMs: 1,
      log: createLog("silent", { write: () => {} }),
      work: async (signal): Promise<void> => {
        rounds++;
        listeners = getEventListeners(signal, "abort").length;
        if (rounds === 30) void loop.stop().then(resolve);
      },
    });
  });
  expect(rounds).toBe(30);
  expect(listeners).toBe(0);
});
