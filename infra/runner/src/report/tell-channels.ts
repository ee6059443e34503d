import { randomUUID } from "node:crypto";
import type { Alert, BrandId, Instant, Log } from "@molva/contracts";
import type { AlertContent, WordedAlert } from "@molva/dashboards/messages";
import type { Channel } from "../alerts/channel.ts";
import { messageOf } from "../failure.ts";

/** Channels that show words; a webhook takes alerts alone, and mail has the report itself. */
const WORDED: readonly string[] = ["telegram", "slack", "teams", "mattermost"];
export const showsWords = ({ config }: Channel): boolean => WORDED.includes(config.kind);

/** What a channel asks for beside the words: an alert that is about nothing. */
const contentOf = (
  brand: BrandId,
  brandTitle: string,
  now: Instant,
  language: "en" | "ru",
  zone: string,
): AlertContent => {
  const id = `report-${randomUUID()}`;
  const alert: Alert = {
    alertId: id,
    incidentId: id,
    sequence: 0,
    event: "test",
    kind: "level",
    severity: "info",
    reasons: [],
    brandId: brand,
    topic: null,
    source: null,
    decidedAt: now,
    since: now,
    until: null,
    asOf: null,
    numbers: {
      hours: 168,
      observed: null,
      expected: null,
      n: null,
      originals: null,
      share: null,
      usualShare: null,
      shareChange: null,
      level: null,
      before: null,
      strength: 0,
      thresholds: {},
    },
    sources: [],
    topics: [],
    mentions: [],
    evidence: [],
    unwell: [],
    steps: [],
    gathers: [],
    channels: [],
  };
  return { alert, brandTitle, sourceTitles: {}, quotes: [], links: {}, language, zone };
};

export interface ToldWords {
  readonly brand: BrandId;
  readonly title: string;
  readonly zone: string;
  readonly worded: WordedAlert;
  readonly picture: Uint8Array | null;
}

/** Says something in one channel. True when the service took it; else it is logged. */
export const tellChannel = async (channel: Channel, told: ToldWords, now: Instant, log: Log): Promise<boolean> => {
  const { id, language } = channel.config;
  const content = contentOf(told.brand, told.title, now, language, told.zone);
  try {
    await channel.send(
      { content, worded: told.worded, picture: told.picture, thread: null },
      channel.recipients[0] ?? id,
    );
    return true;
  } catch (error) {
    log.warn("report.channel", { channel: id, message: messageOf(error) });
    return false;
  }
};
