/** Sends the report of a week to two readers; killed at the step that it is told, the first time it comes there. */
import { instantOf } from "@molva/contracts";
import { createMailer } from "@molva/platform";
import { sendReport } from "../../src/report/send-report.ts";
import { weekNamed } from "../../src/report/weeks.ts";
import { brandOf, openNotesLog, sendParts } from "./sending-reports.ts";

const [folder = "", port = "", killAt = ""] = process.argv.slice(2);
const clock = () => instantOf(Date.UTC(2026, 10, 16, 6));
const bus = await openNotesLog(folder, clock);
const mailer = createMailer({
  host: "127.0.0.1",
  port: Number(port),
  security: "none",
  ca: null,
  login: null,
  from: "Molva <molva@example.org>",
});
const readers = [
  { address: "olga@example.org", language: "en" },
  { address: "ivan@example.org", language: "ru" },
] as const;
await sendReport(
  brandOf("aurora"),
  weekNamed("2026-W46", "UTC"),
  readers,
  sendParts(folder, bus, mailer, clock, {
    onStep: (step) => {
      if (step === killAt) process.kill(process.pid, "SIGKILL");
    },
  }),
);
await bus.close();
