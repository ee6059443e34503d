import type { Words } from "./words.ts";

const NSR =
  "NSR = (P − N) / n × 100, in percent from −100 to 100, with P positive, N negative mentions and n = positive + neutral + negative. The band is the 95 % adjusted Wald interval.";
const POLAR =
  "NSR polar = (P − N) / (P + N) × 100, in percent from −100 to 100: neutral mentions are left out. The band is the 95 % Wilson interval.";
const SHARE = "Share of negative = N / n × 100, in percent. The band is the 95 % Wilson interval.";
const BASE =
  "No rate below n = 10; grey and dashed from 10 to 29 (low base). A gap is a time without enough mentions, not a zero. Unscored mentions are never in n.";
const at = (window: string): string => `Each point is the window of ${window} that ends there.`;

export const en: Words = {
  language: "en",
  other: { language: "ru", title: "По-русски" },
  overview: {
    title: "Molva: overview",
    description:
      "All brands: the rolling net sentiment rate with its interval, n and verdict, and how collection stands.",
  },
  brandDashboard: {
    title: "Molva: brand",
    description:
      "One brand: the rolling rate over 24 hours, 7 and 30 days, by both formulas, with the mentions behind it.",
  },
  variables: {
    datasource: "Data source",
    brand: "Brand",
    window: "Rolling window",
    source: "Source",
    label: "Label",
    all: "All",
  },
  rows: {
    rates: "Rolling NSR, brand by brand",
    shares: "Share of negative, brand by brand",
    volume: "Volume",
    nsr: "NSR = (P − N) / n × 100",
    polar: "NSR polar = (P − N) / (P + N) × 100",
    mentions: "Mentions",
    collection: "Collection",
    topics: "Topics and audits",
  },
  panels: {
    asOf: {
      title: "In the numbers up to",
      description:
        "asOf: the point of the log up to which everything is in the numbers, in UTC, and how many messages (n) still wait. Told after each round of crawling.",
    },
    targets: {
      title: "Targets",
      description:
        "n of targets that are crawled, and of those that do not work at the moment. Silence there is not calm: numbers may miss mentions.",
    },
    brands: {
      title: "Brands: rolling ${window:text} up to the end of the period",
      description: `${NSR} Share of negative = N / n × 100 with its 95 % Wilson interval. Verdict: against the window before of the same length, by the 95 % interval of the difference; none below n = 100 on either side. No rate below n = 10; n from 10 to 29 stands in the grey column (low base). An empty cell is no data, not zero.`,
    },
    collection: {
      title: "Collection: how each target stands",
      description:
        "State after the newest round, last success, errors (n of the round) and failures in a row (n). Silent: hours that a working target is overdue, or since another one last delivered.",
    },
    rate: { title: "${brand:text}: NSR, rolling ${window:text}", description: `${NSR} ${BASE} n: right axis.` },
    share: {
      title: "${brand:text}: share of negative, rolling ${window:text}",
      description: `${SHARE} ${BASE} n: right axis.`,
    },
    brandVolume: {
      title: "Mentions per day or longer step",
      description:
        "n = positive + neutral + negative mentions per step (a day or longer, in UTC), one colour a brand. A step without a bar has no mention; look at the collection before reading it as calm.",
    },
    now: {
      title: "${brand:text}: the newest windows",
      description: `${NSR} ${POLAR} Share of negative = N / n × 100 with its 95 % Wilson interval. Verdict: against the window before of the same length; none below n = 100. No rate below n = 10; low base from 10 to 29.`,
    },
    nsr24: { title: "NSR, rolling 24 hours", description: `${NSR} ${at("24 hours")} ${BASE} n: right axis.` },
    nsr168: { title: "NSR, rolling 7 days", description: `${NSR} ${at("7 days")} ${BASE} n: right axis.` },
    nsr720: { title: "NSR, rolling 30 days", description: `${NSR} ${at("30 days")} ${BASE} n: right axis.` },
    polar24: { title: "NSR polar, rolling 24 hours", description: `${POLAR} ${at("24 hours")} ${BASE} n: right axis.` },
    polar168: { title: "NSR polar, rolling 7 days", description: `${POLAR} ${at("7 days")} ${BASE} n: right axis.` },
    polar720: { title: "NSR polar, rolling 30 days", description: `${POLAR} ${at("30 days")} ${BASE} n: right axis.` },
    labelVolume: {
      title: "Mentions by label",
      description:
        "Counts per step (a day or longer, in UTC); n = positive + neutral + negative, unscored mentions stand apart. A step without a bar has no mention.",
    },
    sourceVolume: {
      title: "Mentions by source",
      description:
        "n = positive + neutral + negative mentions per step (a day or longer, in UTC), one colour a source; the variable “Source” chooses.",
    },
    mentions: {
      title: "Newest mentions of the period",
      description:
        "At most 100 counted mentions, newest first, with the label that counts, how sure the model was (percent) and where the label came from. They are the n behind the rates.",
    },
    brandCollection: {
      title: "Collection for this brand",
      description:
        "Targets of this brand: state after the newest round, last success, errors (n of the round). Silent: hours overdue, or since the last delivery.",
    },
    topics: {
      title: "What mentions are about",
      description:
        "NSR = (P − N) / n × 100 over the clauses that speak of a topic, with the 95 % adjusted Wald interval. A mention stands in each of its topics, so n adds up to more than the mentions. No rate below n = 10.",
    },
    adjusted: {
      title: "NSR corrected for the model's errors",
      description:
        "NSR = (P − N) / n × 100 of the newest windows, and the same with the model's errors taken out as far as audits (mentions drawn at random, labelled by people) tell them, with its 95 % interval. Uncorrected: the plain rate with how far it may be off on a brand that nobody audited. n is of the window.",
    },
  },
  adjustedStates: {
    uncorrected: "uncorrected: too few audits",
    recalibrated: "corrected by audits",
    measured: "measured: 100 audits or more here",
  },
  noTopic: "none of them",
  windows: { "24": "24 hours", "168": "7 days", "720": "30 days" },
  fields: {
    asOf: "As of",
    waiting: "Waiting (n)",
    targets: "Targets (n)",
    failing: "Not working (n)",
    brand: "Brand",
    window: "Window",
    at: "Window ends",
    nsr: "NSR = (P − N) / n × 100",
    nsrShort: "NSR, %",
    lowBase: "Low base (n 10–29)",
    low: "95 % from",
    high: "95 % to",
    interval: "95 % interval (adjusted Wald)",
    polar: "NSR polar = (P − N) / (P + N) × 100",
    polarShort: "NSR polar, %",
    polarInterval: "95 % interval (Wilson)",
    share: "Share of negative = N / n × 100",
    shareShort: "Negative, %",
    shareLow: "95 % from",
    shareHigh: "95 % to",
    shareInterval: "95 % interval (Wilson)",
    n: "n",
    unscored: "Unscored",
    previous: "Before, %",
    verdict: "Verdict",
    state: "State",
    source: "Source",
    target: "Target",
    lastSuccess: "Last success",
    lastAttempt: "Last attempt",
    lastNewMention: "Last new mention",
    nextAttempt: "Next attempt",
    failures: "Failures in a row (n)",
    errors: "Errors (n)",
    error: "Error",
    silent: "Silent, hours",
    published: "Published",
    label: "Label",
    confidence: "Sure, %",
    provenance: "Label from",
    rating: "Rating",
    text: "Text",
    link: "Link",
    topic: "Topic",
    adjusted: "NSR corrected",
    audits: "Audits",
  },
  states: { empty: "no mentions", "counts-only": "counts only (n < 10)", "low-base": "low base (n < 30)", ok: "ok" },
  verdicts: { up: "▲ up", down: "▼ down", "no significant change": "≈ no significant change", none: "none (n < 100)" },
  labels: { positive: "Positive", neutral: "Neutral", negative: "Negative", unscored: "Unscored" },
  health: {
    never: "… not yet crawled",
    ok: "✓ working",
    partial: "◐ partly working",
    failing: "✗ failing",
    blocked: "✗ blocked",
    forbidden: "✗ not allowed",
  },
  nothing: {
    rate: "No mentions in reach: there is no rate, which is not a rate of zero",
    mentions: "No mention in this period",
    collection: "No target is crawled: mentions come by import only",
    progress: "Nothing told yet",
    words: "removed when its retention ended",
    never: "never",
  },
  events: { incidents: "Incidents", notes: "Notes" },
  openBrand: "Open the brand",
  openMention: "Open the mention",
  backToOverview: "All brands",
};
