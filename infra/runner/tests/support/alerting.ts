import { createServer, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import {
  ALERTS,
  brandIdSchema,
  emptyAlert,
  instantOf,
  NOTHING_MEASURED,
  type Alert,
  type Store,
} from "@molva/contracts";
import { createLog, linkSigner, openEmbeddedBus, type ChannelConfig, type EmbeddedBus } from "@molva/platform";
import { openChannel, type ChannelParts } from "../../src/alerts/open-channel.ts";
import { sendAlerts, type SenderParts } from "../../src/alerts/send-alerts.ts";

export const DECIDED = Date.UTC(2026, 10, 12, 11);

export const alertOf = (id: string, changes: Partial<Alert> = {}): Alert => ({
  ...emptyAlert({
    id: `incident-${id}`,
    event: "opened",
    kind: "negative-spike",
    brandId: brandIdSchema.parse("aurora"),
    at: instantOf(DECIDED),
  }),
  alertId: `alert-of-${id}`,
  severity: "warning",
  reasons: ["size"],
  since: instantOf(DECIDED - 7_200_000),
  asOf: instantOf(DECIDED),
  numbers: {
    ...NOTHING_MEASURED,
    hours: 6,
    observed: 38,
    expected: 6.2,
    n: 61,
    originals: 29,
    share: { value: 62.3, low: 50, high: 73.5 },
    usualShare: 18,
    shareChange: { low: 31, high: 56 },
    strength: 3.1,
    thresholds: { minRatio: 2.5 },
  },
  steps: Array.from({ length: 12 }, (_, hour) => ({
    at: instantOf(DECIDED - (12 - hour) * 3_600_000),
    count: hour < 9 ? 3 : 12,
    usual: 3,
    unusual: hour >= 9,
  })),
  ...changes,
});

/** What a service received. */
export interface ReceivedPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly ReceivedPost[];
  /** Resolves once so many posts came, those that were turned away counted too. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
}

type Reply = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** A real HTTP service on the loopback that answers as it is told, by the number of the post (from 0). */
export const startReceiver = async (
  reply: (post: ReceivedPost, number: number) => Reply = () => ({ status: 200 }),
): Promise<Receiver> => {
  const received: ReceivedPost[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const post = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(parts).toString("latin1") };
      const { status, headers = {}, body = "" } = reply(post, received.length);
      received.push(post);
      response.writeHead(status, headers).end(body);
      for (const look of waiting) look();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
};

/** Alerts without evidence read nothing; what does ask is told that it should not. */
const noStore = new Proxy({} as Store, {
  get: () => () => {
    throw new Error("these alerts quote nothing");
  },
});

export const openAlertLog = (folder: string): Promise<EmbeddedBus> =>
  openEmbeddedBus({ dir: join(folder, "log"), clock: Date.now });

export const senderParts = (bus: EmbeddedBus, changes: Partial<SenderParts> = {}): SenderParts => ({
  bus,
  checkpoints: bus.checkpoints,
  store: noStore,
  brands: [{ id: brandIdSchema.parse("aurora"), title: "Aurora", query: null, timezone: null, targets: [] }],
  sourceTitles: {},
  zone: "UTC",
  publicUrl: null,
  signer: linkSigner("a key of the test"),
  clock: () => instantOf(DECIDED),
  log: createLog("silent", { write: () => {} }),
  metrics: null,
  ...changes,
});

export const channelConfig = (kind: ChannelConfig["kind"], changes: object): ChannelConfig =>
  ({ id: kind, kind, language: "en", least: "warning", brands: [], perHour: 20, ...changes }) as ChannelConfig;

export const channelParts = (changes: Partial<ChannelParts> = {}): ChannelParts => ({
  secrets: new Map(),
  mailer: null,
  mailDomain: "example.org",
  timeoutMs: 10_000,
  ...changes,
});

/** Opens a sender for each channel and resolves once each has handled all that stands in the log; they are stopped then. */
export const sendAll = async (
  bus: EmbeddedBus,
  channels: readonly (readonly [ChannelConfig, ChannelParts])[],
  changes: Partial<SenderParts> = {},
): Promise<void> => {
  const running = [];
  for (const [config, parts] of channels)
    running.push(await sendAlerts(openChannel(config, parts), senderParts(bus, changes)));
  await Promise.all(channels.map(([{ id }]) => bus.settled(ALERTS, `alerts-${id}`)));
  await Promise.all(running.map((one) => one.stop()));
};
