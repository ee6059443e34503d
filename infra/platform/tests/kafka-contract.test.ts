import { busContract } from "@molva/testing";
import type { Bus } from "@molva/contracts";
import { describeWithKafka, freshPrefix, openBus, useBrokers } from "./kafka-world.ts";

describeWithKafka("Kafka", () => {
  const brokers = useBrokers();
  busContract("The log on Kafka", async () => {
    const prefix = freshPrefix();
    let current: Bus = await openBus(brokers(), prefix);
    return {
      bus: current,
      reopen: async () => {
        await current.close();
        current = await openBus(brokers(), prefix);
        return current;
      },
      dispose: async () => {
        await current.close();
      },
    };
  });
});
