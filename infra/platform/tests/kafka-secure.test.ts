import { inspect } from "node:util";
import { expect, it } from "vitest";
import type { Bus } from "@molva/contracts";
import { idsIn, note, noteTopic } from "@molva/testing";
import type { KafkaSasl } from "../src/bus/kafka/kafka-options.ts";
import { describeWithKafka, freshPrefix, openBus, useOwnBroker } from "./kafka-world.ts";

const TOPIC = noteTopic("notes");
const username = "molva";
const password = "broomstick7";
const MECHANISMS: readonly KafkaSasl["mechanism"][] = ["plain", "scram-sha-256", "scram-sha-512"];

describeWithKafka("A broker that asks for TLS and a password", () => {
  const broker = useOwnBroker({ secure: { username, password } });
  const open = (sasl: KafkaSasl | null, ca: string | null): Promise<Bus & AsyncDisposable> =>
    openBus(broker().secure?.brokers ?? [], freshPrefix(), {
      ssl: ca === null ? true : { ca },
      ...(sasl === null ? {} : { sasl }),
    });
  const ca = (): string => broker().secure?.ca ?? "";

  it.each(MECHANISMS)("takes us by %s", async (mechanism) => {
    await using bus = await open({ mechanism, username, password }, ca());
    await bus.publish(TOPIC, "live", [note(0)]);
    expect(await idsIn(bus, TOPIC, "live")).toEqual([0]);
  });

  it.each(MECHANISMS)(
    "refuses a wrong password by %s, which ends the process and is not tried for ever",
    async (mechanism) => {
      await expect(open({ mechanism, username, password: "wrong" }, ca())).rejects.toMatchObject({
        code: "CONFIG_INVALID",
        recovery: "exit",
      });
    },
  );

  it("is refused by us when its certificate is not signed by an authority that we know", async () => {
    await expect(open({ mechanism: "plain", username, password }, null)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      recovery: "exit",
    });
  });

  it("keeps the password out of the error", async () => {
    const [refused] = await Promise.allSettled([open({ mechanism: "plain", username, password: "secret-9" }, ca())]);
    expect(refused?.status).toBe("rejected");
    expect(inspect(refused, { depth: 10, showHidden: true })).not.toContain("secret-9");
  });
});
