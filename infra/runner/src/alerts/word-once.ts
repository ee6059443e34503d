import type { Alert } from "@molva/contracts";
import { alertPicture, wordAlert, type AlertContent, type WordedAlert } from "@molva/dashboards/messages";
import type { Channel } from "./channel.ts";

/** Draws the small picture of an alert once for all recipients of a channel, and not at all where the channel shows none. */
export const createWording = ({ withPicture }: Pick<Channel, "withPicture">) => {
  let last: { readonly alert: Alert; readonly picture: Promise<Uint8Array | null> } | null = null;
  return async (
    content: AlertContent,
  ): Promise<{ readonly worded: WordedAlert; readonly picture: Uint8Array | null }> => {
    const worded = wordAlert(content);
    if (!withPicture) return { worded, picture: null };
    const { alert, language, zone } = content;
    if (last?.alert !== alert) last = { alert, picture: alertPicture(alert, worded.pictureAxis, language, zone) };
    return { worded, picture: await last.picture };
  };
};
