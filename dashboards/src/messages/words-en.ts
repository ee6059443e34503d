import { plural } from "../wording/format.ts";
import type { MessageWords, VerdictParts } from "./words.ts";

const hours = (value: number): string =>
  value < 1
    ? plural("en", Math.round(value * 60), { one: "minute", other: "minutes" })
    : value % 24 === 0
      ? plural("en", value / 24, { one: "day", other: "days" })
      : plural("en", value, { one: "hour", other: "hours" });

const counted = (value: number): string => String(Math.round(value));

const against = ({ observed, expected, hours: window }: VerdictParts, what: string): string => {
  const number = observed === null ? what : `${counted(observed)} ${what}`;
  const usual = expected === null ? "" : `, usually ${expected < 1 ? "fewer than 1" : `about ${counted(expected)}`}`;
  return `${number} in ${hours(window)}${usual}`;
};

export const en: MessageWords = {
  severities: { info: "Note", warning: "Warning", critical: "Critical" },
  events: { opened: "New", escalated: "Grows", closed: "Over", digest: "Digest", test: "Test", report: "Report" },
  verdicts: {
    "negative-spike": (parts) => `${parts.brand}: ${against(parts, "negative mentions")}`,
    "volume-spike": (parts) => `${parts.brand}: ${against(parts, "mentions")}`,
    "topic-surge": (parts) => `${parts.brand}, ${parts.topic ?? "a topic"}: ${against(parts, "negative mentions")}`,
    "rating-drop": ({ brand, source, level, before }) =>
      `${brand}: rating at ${source ?? "a source"} fell to ${level ?? "?"}${before === null ? "" : ` from ${before}`}`,
    level: ({ brand, source, level }) =>
      `${brand}: ${source === "nps" ? "NPS" : "the rate"} is clearly below zero${level === null ? "" : `, ${level}`}`,
    silence: ({ brand, source, hours: window }) =>
      `${brand}: ${source ?? "a source"} has brought nothing for ${hours(window)}`,
    drift: ({ brand }) => `${brand}: the labels are not distributed as they were; the model may no longer fit`,
  },
  digest: ({ gathers }) => plural("en", gathers, { one: "incident held back", other: "incidents held back" }),
  test: ({ brand }) => `Test message for ${brand}: this channel works`,
  reasons: {
    size: "its size",
    reach: "its reach",
    safety: "words of safety",
    law: "words of law",
    planned: "a planned event",
    level: "the level",
  },
  severityLine: (severity, reasons) =>
    reasons.length === 0 ? severity : `${severity}, because of ${reasons.join(", ")}`,
  usual: (observed, expected, times, window) =>
    `${observed} in ${window}, usual for the hour: ${expected}${times === null ? "" : ` (× ${times})`}`,
  share: (now, low, high, usual) => `Negative share ${now} (95 %: ${low} to ${high}), usually ${usual}`,
  shareChange: (low, high) => `Difference to the usual share, 95 %: ${low} to ${high} points`,
  originals: (originals, mentions) =>
    `${plural("en", originals, { one: "different text", other: "different texts" })} among ${plural("en", mentions, { one: "mention", other: "mentions" })}`,
  level: (value, low, high, n) => `${value} (95 %: ${low} to ${high}, n = ${n})`,
  since: (at) => `Since ${at}`,
  lasted: (from, until) => `From ${from} to ${until}`,
  sources: (list) => `Where: ${list}`,
  topics: (list) => `About: ${list}`,
  quotes: "What people write",
  noText: "(the text is no longer kept)",
  unwell: {
    silent: (source, since) =>
      `${source} has been silent${since === null ? "" : ` since ${since}`}: the numbers may be too small`,
    blocked: (source, since) =>
      `${source} refuses us${since === null ? "" : ` since ${since}`}: what is there is not counted`,
    failing: (source, since) => `${source} cannot be read${since === null ? "" : ` since ${since}`}`,
  },
  unwellOther: (source, state, since) => `${source}: ${state}${since === null ? "" : ` since ${since}`}`,
  actionsTitle: "What to do next",
  actions: {
    open: "See the mentions",
    take: "I take it",
    useful: "This was useful",
    "not-useful": "This was not useful",
    mute: "Mute this incident",
  },
  advice: {
    "negative-spike": "Read the texts below, answer the first of them, and tell who owns the cause.",
    "volume-spike": "Look whether it is a campaign of yours; if not, read what is repeated most.",
    "topic-surge": "Ask the people behind this topic what has changed since then.",
    "rating-drop": "Read the newest low ratings there, and answer them where they stand.",
    level: "Look at what moved the rate: molva explain shows its parts.",
    silence: "Run molva crawl for this source and look at collection health; until then its mentions are missing.",
    drift: "Label a random sample (molva audit next) and compare.",
  },
  hours,
  picture: (brand, most, usual) =>
    `Counts by time for ${brand}: at most ${most}${usual === null ? "" : `, usually about ${usual}`}`,
  axis: "Negative mentions",
  axisAll: "Mentions",
  footer: (asOf, zone, id) => `${asOf === null ? "" : `As of ${asOf}. `}Times: ${zone}. Incident ${id}`,
  gathered: (verdict, since) => `${verdict} (since ${since})`,
};
