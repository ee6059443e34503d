/** Sends what stands in the log to one webhook and one mail server; killed at the step that it is told, at its first message. */
import { createMailer } from "@molva/platform";
import { channelConfig, channelParts, openAlertLog, sendAll } from "./alerting.ts";

const [folder = "", url = "", port = "", ca = "", killAt = ""] = process.argv.slice(2);
const bus = await openAlertLog(folder);
const mailer = createMailer({
  host: "localhost",
  port: Number(port),
  security: "starttls",
  ca,
  login: null,
  from: "Molva <molva@example.org>",
});
await sendAll(
  bus,
  [
    [channelConfig("webhook", { url }), channelParts({ secrets: new Map([["webhook", "a secret of the test"]]) })],
    [channelConfig("mail", { to: ["olga@example.org", "ivan@example.org"] }), channelParts({ mailer })],
  ],
  {
    onStep: (step) => {
      if (step === killAt) process.kill(process.pid, "SIGKILL");
    },
  },
);
await bus.close();
