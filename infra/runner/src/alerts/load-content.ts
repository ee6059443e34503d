import { readMention } from "@molva/aggregator";
import { instantOf, millisOf, type Alert, type Brand, type Precision, type Store } from "@molva/contracts";
import type { AlertContent, MessageAction, Quote } from "@molva/dashboards/messages";
import type { ChannelConfig, LinkSigner } from "@molva/platform";

export interface ContentParts {
  readonly store: Store;
  readonly brands: readonly Brand[];
  readonly sourceTitles: Readonly<Record<string, string>>;
  readonly zone: string;
  /** Where people reach the page; null: messages hold no links to it. */
  readonly publicUrl: string | null;
  readonly signer: LinkSigner;
}

/** How long a link in a message acts. */
const LINK_DAYS = 7;
const DAY_MS = 86_400_000;

const ACTS: readonly Exclude<MessageAction, "open">[] = ["take", "useful", "not-useful", "mute"];

const linksOf = (alert: Alert, who: string, { publicUrl, signer }: ContentParts): AlertContent["links"] => {
  if (publicUrl === null || alert.event === "test") return {};
  const base = publicUrl.replace(/\/$/, "");
  const open = new URL(`${base}/`);
  open.searchParams.set("brand", alert.brandId);
  if (alert.event === "digest") return { open: open.href };
  const until = instantOf(millisOf(alert.decidedAt) + LINK_DAYS * DAY_MS);
  const acts = ACTS.map((act) => {
    const token = signer.sign({ act: `alert/${act}`, on: alert.incidentId, who, until });
    return [act, `${base}/do/${token}`] as const;
  });
  return { open: open.href, ...Object.fromEntries(acts) };
};

/** Channels send the same alert at the same time: they read its texts once. Not for longer, so that what is erased is not sent. */
const SHARED_MS = 3_000;
const shared = new WeakMap<
  Store,
  { readonly id: string; readonly until: number; readonly quotes: Promise<readonly Quote[]> }
>();

const quotesOf = (alert: Alert, store: Store): Promise<readonly Quote[]> => {
  const known = shared.get(store);
  if (known?.id === alert.alertId && performance.now() < known.until) return known.quotes;
  const quotes = readQuotes(alert, store);
  shared.set(store, { id: alert.alertId, until: performance.now() + SHARED_MS, quotes });
  return quotes;
};

const readQuotes = async (alert: Alert, store: Store): Promise<readonly Quote[]> => {
  const found = await Promise.all(alert.evidence.slice(0, 3).map((id) => readMention(store, id)));
  return found.flatMap((mention) =>
    mention === null
      ? []
      : [
          {
            source: mention.source,
            publishedAt: mention.publishedAt,
            precision: mention.precision as Precision,
            label: mention.label,
            text: mention.text === null ? null : [mention.title, mention.text].filter((part) => part).join(". "),
            url: mention.url,
          },
        ],
  );
};

/** What the message says now: titles and texts as they are when it is sent. `who`: its one recipient, for whom its links act. */
export const loadContent = async (
  alert: Alert,
  { language }: Pick<ChannelConfig, "language">,
  who: string,
  parts: ContentParts,
): Promise<AlertContent> => {
  const brand = parts.brands.find(({ id }) => id === alert.brandId);
  return {
    alert,
    brandTitle: brand?.title ?? alert.brandId,
    sourceTitles: parts.sourceTitles,
    quotes: await quotesOf(alert, parts.store),
    links: linksOf(alert, who, parts),
    language,
    zone: brand?.timezone ?? parts.zone,
  };
};
