import { topicTitle, type Alert, type Estimate, type Incident } from "@molva/contracts";
import { createFormat, type Format } from "../wording/format.ts";
import type { AlertContent, Quote, WordedAlert } from "./content.ts";
import { en } from "./words-en.ts";
import { ru } from "./words-ru.ts";
import type { MessageWords, VerdictParts } from "./words.ts";

const WORDS = { en, ru } as const;

/** Longest quoted text, in characters. */
const QUOTE_LIMIT = 240;

/** One line, without what could turn the direction of the text around it or break it into several. */
const plainLine = (text: string, limit: number): string => {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const line = text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\u061C\uFEFF]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/\p{Surrogate}/gu, "\uFFFD")
    .trim();
  const signs = [...line];
  return signs.length <= limit
    ? line
    : `${signs
        .slice(0, limit - 1)
        .join("")
        .trimEnd()}…`;
};

interface Tongue {
  readonly words: MessageWords;
  readonly format: Format;
  readonly content: AlertContent;
}

const percent = (value: number): string => `${Math.round(value)} %`;
const points = (value: number): string => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(Math.round(value))}`;

/** Ratings have two decimals, rates one and a sign. */
const levelText = (alert: Pick<Alert, "kind">, value: number, format: Format): string =>
  alert.kind === "rating-drop" ? value.toFixed(2) : format.rate(value);

const sourceTitle = ({ content }: Tongue, source: string): string =>
  plainLine(content.sourceTitles[source] ?? source, 60);

const partsOf = (tongue: Tongue): VerdictParts => {
  const { content, format } = tongue;
  const { alert } = content;
  const { numbers } = alert;
  return {
    brand: plainLine(content.brandTitle, 60),
    topic: alert.topic === null ? null : plainLine(topicTitle(alert.topic, content.language), 40),
    source: alert.source === null ? null : sourceTitle(tongue, alert.source),
    observed: numbers.observed,
    expected: numbers.expected,
    hours: numbers.hours,
    level: numbers.level === null ? null : levelText(alert, numbers.level.value, format),
    before: numbers.before === null ? null : levelText(alert, numbers.before, format),
    gathers: alert.gathers.length,
  };
};

const verdictOf = (tongue: Tongue): string => {
  const { alert } = tongue.content;
  const { words } = tongue;
  const parts = partsOf(tongue);
  if (alert.event === "test") return words.test(parts);
  if (alert.event === "digest") return `${words.events.digest}: ${words.digest(parts)}`;
  const said = words.verdicts[alert.kind](parts);
  const before = alert.event === "opened" ? words.severities[alert.severity] : words.events[alert.event];
  return `${before}. ${said}`;
};

const shareLines = ({ share, usualShare, shareChange }: Alert["numbers"], words: MessageWords): readonly string[] => [
  ...(share === null || share.low === null || share.high === null || usualShare === null
    ? []
    : [words.share(percent(share.value), percent(share.low), percent(share.high), percent(usualShare))]),
  ...(shareChange === null ? [] : [words.shareChange(points(shareChange.low), points(shareChange.high))]),
];

const levelLine = (alert: Alert, level: Estimate, tongue: Tongue): readonly string[] => {
  if (level.low === null || level.high === null || alert.numbers.n === null) return [];
  const text = (value: number): string => levelText(alert, value, tongue.format);
  return [tongue.words.level(text(level.value), text(level.low), text(level.high), alert.numbers.n)];
};

const factsOf = (tongue: Tongue): readonly string[] => {
  const { content, words, format } = tongue;
  const { alert } = content;
  const { numbers } = alert;
  const at = format.dateTime;
  if (alert.event === "digest") {
    return alert.gathers.map((one) => {
      const inner: AlertContent = {
        ...content,
        alert: {
          ...alert,
          event: "opened",
          kind: one.kind,
          severity: one.severity,
          brandId: one.brandId,
          topic: one.topic,
          numbers: { ...numbers, observed: one.observed, expected: one.expected },
        },
      };
      return words.gathered(verdictOf({ ...tongue, content: inner }), at(one.since));
    });
  }
  if (alert.event === "test") return [];
  const observed =
    numbers.observed === null || numbers.expected === null
      ? []
      : [
          words.usual(
            format.count(numbers.observed),
            numbers.expected < 10 ? numbers.expected.toFixed(1) : format.count(numbers.expected),
            numbers.expected >= 0.5 ? (numbers.observed / numbers.expected).toFixed(1) : null,
            words.hours(numbers.hours),
          ),
        ];
  const listed = (items: readonly (readonly [name: string, count: number])[]): string =>
    items.map(([name, count]) => `${name} ${format.count(count)}`).join(", ");
  return [
    words.severityLine(
      words.severities[alert.severity],
      alert.reasons.map((reason) => words.reasons[reason]),
    ),
    ...observed,
    ...shareLines(numbers, words),
    ...(numbers.level === null ? [] : levelLine(alert, numbers.level, tongue)),
    ...(numbers.originals === null || numbers.observed === null
      ? []
      : [words.originals(numbers.originals, Math.round(numbers.observed))]),
    alert.until === null ? words.since(at(alert.since)) : words.lasted(at(alert.since), at(alert.until)),
    ...(alert.sources.length === 0
      ? []
      : [words.sources(listed(alert.sources.map(({ source, count }) => [sourceTitle(tongue, source), count])))]),
    ...(alert.topics.length === 0
      ? []
      : [
          words.topics(
            listed(alert.topics.map(({ topic, count }) => [plainLine(topicTitle(topic, content.language), 40), count])),
          ),
        ]),
  ];
};

/** Only addresses of the web are links: a mention's own address comes from outside. */
const webAddress = (url: string | null): string | null =>
  url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && url.length <= 1_000
    ? new URL(url).href
    : null;

const quoteOf = (quote: Quote, tongue: Tongue): WordedAlert["quotes"][number] => ({
  text: quote.text === null ? tongue.words.noText : plainLine(quote.text, QUOTE_LIMIT),
  from: `${sourceTitle(tongue, quote.source)}, ${tongue.format.precise(quote.publishedAt, quote.precision)}`,
  url: webAddress(quote.url),
});

const cautionsOf = (tongue: Tongue): readonly string[] =>
  tongue.content.alert.unwell.map(({ source, state, since }) => {
    const at = since === null ? null : tongue.format.dateTime(since);
    const name = sourceTitle(tongue, source);
    return tongue.words.unwell[state]?.(name, at) ?? tongue.words.unwellOther(name, state, at);
  });

const actionsOf = ({ content, words }: Tongue): WordedAlert["actions"] => {
  const { alert, links } = content;
  const linked = (Object.keys(words.actions) as (keyof typeof words.actions)[]).flatMap((action) => {
    const url = links[action];
    return url === undefined ? [] : [{ text: words.actions[action], url }];
  });
  const advice =
    alert.event === "opened" || alert.event === "escalated" ? [{ text: words.advice[alert.kind], url: null }] : [];
  return [...advice, ...linked];
};

/** Puts an alert into words of its reader's language. The first line is the verdict; no line holds markup. */
export const wordAlert = (content: AlertContent): WordedAlert => {
  const format = createFormat(content.language, content.zone);
  const words = WORDS[content.language];
  const tongue: Tongue = { words, format, content };
  const { alert } = content;
  const counts = alert.steps.map(({ count }) => count);
  const usual = alert.steps.findLast((step) => step.usual !== null)?.usual ?? null;
  return {
    verdict: verdictOf(tongue),
    facts: factsOf(tongue),
    quotes: content.quotes.map((quote) => quoteOf(quote, tongue)),
    quotesTitle: words.quotes,
    cautions: cautionsOf(tongue),
    actions: actionsOf(tongue),
    actionsTitle: words.actionsTitle,
    footer: words.footer(alert.asOf === null ? null : format.dateTime(alert.asOf), content.zone, alert.incidentId),
    pictureText: words.picture(
      plainLine(content.brandTitle, 60),
      Math.max(0, ...counts),
      usual === null ? null : usual.toFixed(usual < 10 ? 1 : 0),
    ),
    pictureAxis: alert.kind === "volume-spike" || alert.kind === "silence" ? words.axisAll : words.axis,
  };
};

/** The line of an incident on a chart or in a list: its verdict at its worst, without how severe it is. */
export const wordIncident = (
  { kind, topic, source, numbers, peak }: Incident,
  brandTitle: string,
  language: AlertContent["language"],
  zone: string,
): string => {
  const format = createFormat(language, zone);
  const level = numbers.level === null ? null : levelText({ kind }, numbers.level.value, format);
  return WORDS[language].verdicts[kind]({
    brand: plainLine(brandTitle, 60),
    topic: topic === null ? null : plainLine(topicTitle(topic, language), 40),
    source,
    observed: peak.observed,
    expected: numbers.expected,
    hours: numbers.hours,
    level,
    before: numbers.before === null ? null : levelText({ kind }, numbers.before, format),
    gathers: 0,
  });
};
