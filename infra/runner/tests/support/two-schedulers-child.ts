/**
 * One of several schedulers on one store: it opens the store at an address, says that it is ready, waits for a line, and then looks for reports to send until
 * there is nothing left; for every brand it is given two readers stand in the list.
 */
import { once } from "node:events";
import { instantOf } from "@molva/contracts";
import { createLog, createMailer, openStore, storeCheckpoints } from "@molva/platform";
import { sharedClaims } from "../../src/claims.ts";
import { openFailures } from "../../src/report/failures.ts";
import { createReportLoop } from "../../src/report/report-loop.ts";
import { sentNotes } from "../../src/report/sent-notes.ts";
import { brandOf, configWith, sendParts } from "./sending-reports.ts";

const READERS = 2;
const [folder = "", url = "", password = "", port = "", count = ""] = process.argv.slice(2);
const clock = () => instantOf(Date.UTC(2026, 10, 23, 6));
const log = createLog("silent", { write: () => {} });
const store = await openStore({ url, user: "molva", password, database: "molva", log });
const checkpoints = storeCheckpoints(store);
const mailer = createMailer({
  host: "127.0.0.1",
  port: Number(port),
  security: "none",
  ca: null,
  login: null,
  from: "Molva <molva@example.org>",
});
const names = Array.from({ length: Number(count) }, (_, i) => `brand-${i}`);
const claims = sharedClaims(checkpoints, clock);
const loop = createReportLoop({
  brands: names.map((name) => brandOf(name)),
  config: configWith(names, {
    recipients: names.flatMap((name) => [
      { address: `olga-${name}@example.org`, brands: [name] },
      { address: `ivan-${name}@example.org`, language: "ru", brands: [name] },
    ]),
  }),
  parts: sendParts(folder, { checkpoints }, mailer, clock),
  channels: [],
  failures: openFailures({ checkpoints, claims, channels: [], clock, log }),
  claims,
  since: async () => "2026-11-20T00:00:00.000Z",
  clock,
  log,
});
process.stdout.write("ready\n");
await once(process.stdin, "data");
const notes = sentNotes(checkpoints);
const isSent = async (name: string): Promise<boolean> => (await notes.list("2026-W47", name)).length === READERS;
// A look finds some of them in the other's hands, and where both gave way in nobody's; a later one takes what is left.
do await loop.look();
while ((await Promise.all(names.map(isSent))).includes(false));
await store.close();
process.exit(0);
