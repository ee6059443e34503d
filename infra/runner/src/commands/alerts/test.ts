import { randomUUID } from "node:crypto";
import { emptyAlert, instantOf, millisOf, type Alert, type Instant } from "@molva/contracts";
import { z } from "zod";
import { brandNamed, defineCommand, JSON_FLAG, usageError } from "../../command.ts";
import { table } from "../../table.ts";

const input = z.strictObject({
  channel: z.string().optional(),
  brand: z.string().optional(),
  json: z.boolean().default(false),
});

const HOUR_MS = 3_600_000;

/** A message that looks like a real one, with counts that nobody takes for real. */
const testAlert = (brandId: Alert["brandId"], channels: readonly string[], now: Instant): Alert => {
  const at = millisOf(now);
  return {
    ...emptyAlert({ id: `test-${randomUUID()}`, event: "test", kind: "negative-spike", brandId, at: now }),
    steps: Array.from({ length: 24 }, (_, hour) => ({
      at: instantOf(at - (24 - hour) * HOUR_MS),
      count: hour < 20 ? 2 + (hour % 3) : 12,
      usual: 3,
      unusual: hour >= 20,
    })),
    channels: [...channels],
  };
};

export const alertsTest = defineCommand({
  name: "alerts test",
  summary: "send a test message to every channel, now, and show what each service said",
  details:
    "Each channel of alerts.channels is asked once, in words and with a picture like a real message. Nothing is kept in the list of incidents.",
  flags: [
    { flags: "--channel <id>", help: "only this channel" },
    { flags: "--brand <brand>", help: "the brand that the message names (default: the first)" },
    JSON_FLAG,
  ],
  examples: ["molva alerts test", "molva alerts test --channel team-chat"],
  folder: "held",
  input,
  run: async (call, { channel: told, brand: name, json }) => {
    const { config } = await call.config();
    const all = config.alerts.channels;
    if (all.length === 0)
      throw usageError("no channel is configured: add alerts.channels to molva.yaml (docs/alerts.md shows each kind)");
    if (told !== undefined && !all.some(({ id }) => id === told))
      throw usageError(`--channel: ${told} is none; there are ${all.map(({ id }) => id).join(", ")}`);
    const brand = name === undefined ? config.brands[0] : brandNamed(config.brands, name);
    if (brand === undefined)
      throw usageError(
        `--brand: ${name ?? "?"} is not configured; there are ${config.brands.map(({ id }) => id).join(", ")}`,
      );
    const runtime = await call.runtime();
    const { openChannels } = await import("../../alerts/open-channels.ts");
    const { sendOnce } = await import("../../alerts/send-once.ts");
    const channels = (await openChannels({ ...call, config })).filter(
      ({ config: { id } }) => told === undefined || id === told,
    );
    const alert = testAlert(
      brand.id,
      channels.map(({ config: { id } }) => id),
      runtime.clock(),
    );
    const outcomes = await sendOnce(alert, channels, runtime, { ...call, config });
    if (json) await call.io.out(`${JSON.stringify(outcomes, null, 2)}\n`);
    else
      await call.io.out(
        table(
          [
            { title: "channel" },
            { title: "kind" },
            { title: "to", most: 40 },
            { title: "outcome" },
            { title: "what it said", most: 300 },
          ],
          outcomes.map((one) => [one.channel, one.kind, one.to, one.outcome, one.why ?? ""]),
        ),
      );
    return outcomes.every(({ outcome }) => outcome === "sent") ? 0 : 1;
  },
});
