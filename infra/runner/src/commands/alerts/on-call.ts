import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, TZ_FLAG, usageError } from "../../command.ts";
import { momentOf } from "../../moment.ts";
import { table } from "../../table.ts";

const input = z.strictObject({
  who: z.string().trim().min(1).max(320).optional(),
  channel: z.string().optional(),
  from: z.string().optional(),
  until: z.string().optional(),
  clear: z.boolean().default(false),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});

export const alertsOnCall = defineCommand({
  name: "alerts oncall",
  summary: "who is told of alerts until when; without a name, who is now",
  details: "While somebody is on call, alerts go to that person's channel and to no other. Several may be.",
  arguments: [{ key: "who", flags: "[who]", help: "the person" }],
  flags: [
    { flags: "--channel <id>", help: "the channel of alerts.channels that reaches the person" },
    { flags: "--from <time>", help: "from when on (default: now)" },
    { flags: "--until <time>", help: "until when" },
    { flags: "--clear", help: "nobody in particular: every channel is told again" },
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: ["molva alerts oncall olga --channel olga-phone --until 2026-11-30T09:00", "molva alerts oncall"],
  folder: "held",
  input,
  run: async (call, told) => {
    const { checkpoints, clock } = await call.runtime();
    const { readOnCall, writeOnCall } = await import("../../alerts/watch-memory.ts");
    const now = clock();
    const list = told.clear ? [] : (await readOnCall(checkpoints)).filter(({ until }) => until > now);
    if (told.clear) await writeOnCall(checkpoints, []);
    if (told.who !== undefined) {
      const { config } = await call.config();
      const known = config.alerts.channels.map(({ id }) => id);
      if (told.channel === undefined || !known.includes(told.channel))
        throw usageError(
          `--channel: name the channel that reaches ${told.who}; there are ${known.join(", ") || "none configured"}`,
        );
      if (told.until === undefined) throw usageError("--until: say until when, or nobody else would ever be told");
      const zone = told.tz ?? (await call.zone());
      const from = told.from === undefined ? now : momentOf(told.from, zone, "from");
      const until = momentOf(told.until, zone, "until");
      if (from >= until) throw usageError("--until must lie after the begin");
      list.push({ channel: told.channel, who: told.who, from, until });
      await writeOnCall(checkpoints, list);
    }
    await call.io.out(
      told.json
        ? `${JSON.stringify(list, null, 2)}\n`
        : list.length === 0
          ? "Nobody in particular: every channel is told.\n"
          : table(
              [{ title: "who" }, { title: "channel" }, { title: "from" }, { title: "until" }],
              list.map(({ who, channel, from, until }) => [who, channel, from, until]),
            ),
    );
    return 0;
  },
});
