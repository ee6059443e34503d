import type { AlertContent, WordedAlert } from "@molva/dashboards/messages";
import type { ChannelConfig } from "@molva/platform";

/** An alert as it goes to one recipient. */
export interface OutgoingAlert {
  readonly content: AlertContent;
  readonly worded: WordedAlert;
  readonly picture: Uint8Array | null;
  /** What the channel gave for the first message of the incident; null for the first, and where it gives nothing. */
  readonly thread: string | null;
}

/** A place that alerts go to. */
export interface Channel {
  readonly config: ChannelConfig;
  /** Told apart, tried and refused one by one: the addresses of a mail channel, else the channel itself. */
  readonly recipients: readonly string[];
  /** Whether its messages hold the small picture; where they do not, none is drawn. */
  readonly withPicture: boolean;
  /**
   * Resolves once the service has taken the message, with what a later message of the incident needs to stand in its thread, or null.
   * @throws {PipelineError} `CHANNEL_…` and `MAIL_…`, with recovery `retry` or `dead-letter`
   */
  send(message: OutgoingAlert, recipient: string): Promise<string | null>;
  close(): Promise<void>;
}
