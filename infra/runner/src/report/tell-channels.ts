import { emptyAlert, isPipelineError, type BrandId, type Instant, type Log } from "@molva/contracts";
import type { AlertContent, WordedAlert } from "@molva/dashboards/messages";
import type { Channel } from "../alerts/channel.ts";
import { messageOf } from "../failure.ts";

/** Channels that get a report's short form: a webhook takes what is to be acted on, and mail has the report itself. */
const WORDED: readonly string[] = ["telegram", "slack", "teams", "mattermost"];
export const showsWords = ({ config }: Channel): boolean => WORDED.includes(config.kind);

/** What a channel asks for beside the words: an alert that is about a report, and no incident. */
const contentOf = ({ id: of, brand, title, zone, at: now }: ToldWords, language: "en" | "ru"): AlertContent => {
  const about = { id: `report-${of}`, event: "report", kind: "silence", brandId: brand as BrandId, at: now } as const;
  const alert = emptyAlert(about);
  return {
    alert: { ...alert, numbers: { ...alert.numbers, hours: 168 } },
    brandTitle: title,
    sourceTitles: {},
    quotes: [],
    links: {},
    language,
    zone,
  };
};

export interface ToldWords {
  /** Of the same words always the same, so that a second delivery is known; letters and digits, at most 40. */
  readonly id: string;
  readonly brand: string;
  readonly title: string;
  readonly zone: string;
  readonly at: Instant;
  readonly worded: WordedAlert;
  readonly picture: Uint8Array | null;
}

/** Says something in one channel, to one who reads it. `refused`: it never will be taken; `later`: it may be asked again. Both are logged. */
export const tellChannel = async (
  channel: Channel,
  to: string,
  told: ToldWords,
  log: Log,
): Promise<"told" | "refused" | "later"> => {
  const { id, language } = channel.config;
  try {
    const content = contentOf(told, language);
    await channel.send({ content, worded: told.worded, picture: told.picture, thread: null }, to);
    return "told";
  } catch (error) {
    log.warn("report.channel", { channel: id, message: messageOf(error) });
    return isPipelineError(error) && error.recovery === "dead-letter" ? "refused" : "later";
  }
};
