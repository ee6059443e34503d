import type { FigureKey } from "@molva/contracts";
import { plural } from "../wording/format.ts";

const count = (value: number, one: string, other: string): string => plural("en", value, { one, other });

/** Every word of a report. The Russian ones have the same shape. */
export const en = {
  week: (number: number, from: string, to: string) => `week ${number}, ${from} – ${to}`,
  weekShort: (number: number) => `week ${number}`,
  figures: {
    nsr: "Net sentiment rate (NSR), %",
    volume: "Mentions",
    "negative-share": "Share of negative, %",
    "mean-rating": "Mean rating, of 5",
  } satisfies Record<FigureKey, string>,
  interval: (low: string, high: string) => `95 %: ${low} … ${high}`,
  noInterval: "no interval",
  n: (n: string) => `n\u00A0=\u00A0${n}`,
  none: "no data",
  countsOnly: (n: string) => `n = ${n}, too few for a rate (10 needed)`,
  lowBase: "low base",
  changeOf: (figure: string, change: string) => `${figure}. ${change}`,
  against: { week: "Week before", "four-weeks": "Four weeks before, mean" },
  noPrevious: (against: string, n: string) => `${against}: no number (n = ${n})`,
  noVerdict: "below n = 100 on one side, no verdict",
  lowBaseChange: "below n = 30 on one side, not compared",
  up: "up by",
  down: "down by",
  same: "no significant change",
  sameOfAll: "no significant change among all that is compared here",
  points: (value: string) => `${value} points`,
  percent: (value: string) => `${value} %`,
  stars: (value: string) => `${value} stars`,
  publicRating: (source: string, value: string, max: string, n: string | null, before: string | null) =>
    `Rating shown by ${source}: ${value} of ${max}${n === null ? "" : ` (${n} ratings)`}${before === null ? "" : `, a week before ${before}`}`,
  verdict: {
    empty: (brand: string) => `${brand}: no mentions this week`,
    few: (brand: string, n: number) =>
      `${brand}: ${count(n, "labelled mention", "labelled mentions")}, too few for a rate`,
    moved: (brand: string, up: boolean, now: string, before: string) =>
      `${brand}: NSR ${up ? "rose" : "fell"} to ${now} from ${before}`,
    movedFour: (brand: string, up: boolean, now: string, before: string) =>
      `${brand}: NSR ${now}, ${up ? "above" : "below"} the four weeks before (${before})`,
    other: (brand: string, what: string, now: string) => `${brand}: ${what}; NSR ${now} without significant change`,
    unsure: (brand: string, now: string, n: string) => `${brand}: NSR ${now}, n = ${n}: too few for a verdict`,
    same: (brand: string, now: string) => `${brand}: no significant change, NSR ${now}`,
    figure: (name: string, up: boolean, now: string, before: string) =>
      `${name} ${up ? "up" : "down"} to ${now} from ${before}`,
  },
  figureShort: {
    nsr: "NSR",
    volume: "mentions",
    "negative-share": "share of negative",
    "mean-rating": "mean rating",
  } satisfies Record<FigureKey, string>,
  belowZero: "The whole interval of NSR is below zero: more people are displeased than pleased.",
  emptyRemark: "Nothing was counted in this week. That is not the same as calm: look at the sources below.",
  openIncidents: (n: number) => `${count(n, "incident is", "incidents are")} still open.`,
  sectionFigures: "The week in four numbers",
  formulas:
    "NSR = (P − N) / n × 100 with its adjusted-Wald 95 % interval; shares: Wilson; rating: Student's t; mentions: quasi-Poisson over twelve weeks.",
  adjusted: (value: string, low: string, high: string, audits: number) =>
    `NSR with the model's error taken out: ${value} (95 %: ${low} … ${high}; ${count(audits, "audit", "audits")}). It stands beside NSR, not instead of it.`,
  sectionLine: "Twelve weeks",
  lineAxis: "NSR, %",
  lineAlt: (brand: string, first: string, last: string) =>
    `NSR of ${brand} by week with its 95 % band: ${first}; ${last}.`,
  lineFirst: (day: string, value: string) => `from ${value} in the week of ${day}`,
  lineLast: (value: string) => `${value} in the reported week`,
  lineNone: "no rate",
  lastYear: "Dashed: the same weeks a year before.",
  sameWeekLastYear: (value: string, interval: string, n: string) =>
    `The same week a year before: ${value} (${interval}; ${n}).`,
  noLastYear: "The same weeks a year before are not known.",
  marks: { incident: "incident", correction: "corrected", note: "note", gap: "no data" },
  markLine: (number: string, day: string, kind: string, text: string) => `${number} · ${day}, ${kind}: ${text}`,
  weekTable: "NSR by week",
  weekColumns: ["Week of", "NSR", "95 %", "n"],
  sectionMoved: "What moved NSR",
  movedChange: {
    week: "Change against the week before, points:",
    "four-weeks": "Change against the four weeks before together, points:",
  },
  movedNoise: "No significant change: it is within what chance brings, and the parts below are no causes.",
  movedFew: "Below n = 100 on one side, so nothing is claimed: the parts below are what was counted, not causes.",
  movedNone: "NSR has no number in one of the two weeks, so there is nothing to divide.",
  dimension: { source: "Source", language: "Language", topic: "Main topic" },
  movedColumns: ["n before → n", "Points"],
  movedMore: (n: number) => `${n} more`,
  noTopic: "no topic",
  noLanguage: "not known",
  sectionNegative: "What displeased",
  sectionPositive: "What pleased",
  noEvidence: "Nothing of this kind this week.",
  noText: "(the text is no longer kept)",
  noWords: "(a rating without words)",
  copies: (n: number) => `repeated ${count(n, "time", "times")}`,
  answered: "answered",
  rating: (value: string, max: string) => `${value} of ${max}`,
  sectionIncidents: "Incidents",
  noIncidents: "No incident this week.",
  incidentOpen: "still open",
  incidentLasted: (from: string, to: string) => `${from} – ${to}`,
  useful: {
    yes: "somebody found the alert useful",
    no: "somebody found the alert not useful",
    unknown: "nobody said whether the alert was useful",
  },
  sectionCompetitors: "Beside others",
  competitorColumns: ["NSR (95 %)", "n", "Place"],
  place: (best: number, worst: number) => (best === worst ? String(best) : `${best}–${worst}`),
  placeNote: "A place is one number only where the 95 % intervals do not overlap.",
  voice: (value: string, low: string, high: string, brands: string) =>
    `Share of voice: ${value} % of the mentions of ${brands} (95 %: ${low} … ${high}).`,
  sectionSurveys: "Surveys",
  surveyNames: { nps: "NPS", enps: "eNPS", csat: "CSAT, %", csi: "CSI", churn: "Churn, %" },
  surveyColumns: ["Value (95 %)", "n", "Before"],
  surveyBand: { excellent: "excellent", alarm: "alarm" },
  benchmarks: (name: string, list: string) => `Benchmarks of ${name}: ${list}.`,
  openDetractors: (n: number) => `${count(n, "low answer has", "low answers have")} had no contact yet.`,
  sectionAnswers: "Answers",
  answersUnknown: "No source of this week shows answers of the brand, so nothing is known of them.",
  answers: (open: number, all: number, share: string | null, sources: string) =>
    `${open} of ${count(all, "negative mention", "negative mentions")} without an answer${share === null ? "" : ` (${share})`}, at sources that show answers: ${sources}.`,
  answersNotKnown: (sources: string) =>
    `Not known for ${sources}: no answer of the brand was seen there in twelve weeks, and not every source shows them.`,
  answerTime: (hours: string, interval: string, n: number) =>
    `Median time to answer: ${hours} hours (${interval}), over ${count(n, "answer", "answers")} of this week's negative mentions that have one by now, where both times are known to the hour.`,
  answerTimeFew: (n: number) =>
    `Time to answer: of ${count(n, "answer", "answers")} the time is known to the hour, too few for a median (10 needed).`,
  answerTimeUnknown: "The time to answer is not known: none of this week's answers tells its hour.",
  sectionActions: "What to do next",
  nothing: "Nothing needs to be done this week.",
  actAnswer: (n: number) => `Answer ${n === 1 ? "this one" : `these ${n}`} first:`,
  actOne: (source: string, text: string) => `${source}: ${text}`,
  actTopic: (topic: string, share: string, up: boolean) =>
    `${topic} is behind ${share} % of the ${up ? "rise" : "fall"}.`,
  actMany: (topics: string, share: string, up: boolean) =>
    `${topics} together are behind ${share} % of the ${up ? "rise" : "fall"}.`,
  actIncidents: (n: number) => `See to ${count(n, "open incident", "open incidents")}.`,
  actSources: (list: string) => `Look at collection: ${list}. Until then the numbers may be too small.`,
  actDetractors: (n: number) =>
    `Get in touch with ${count(n, "survey respondent who gave", "survey respondents who gave")} a low answer.`,
  actAudit: "Many labels are unsure: label a random sample (molva audit next), so that the error is measured.",
  actThanks: (n: number) => `Thank ${n === 1 ? "this person" : `these ${n}`}:`,
  sectionQuality: "How good the data is",
  allWell: "Every source was read.",
  unwell: (source: string, state: string, since: string | null) =>
    `${source}: ${state}${since === null ? "" : `, last read ${since}`}`,
  states: {
    partial: "read in part",
    failing: "cannot be read",
    blocked: "refuses us",
    forbidden: "forbidden by its rules",
    silent: "brings far less than usual",
  } as Readonly<Record<string, string>>,
  unscored: (n: number) =>
    `${count(n, "mention", "mentions")} without a label (no text, or a language the model does not read), not in n.`,
  originals: (originals: number, volume: number) =>
    `${count(originals, "text", "texts")} of ${volume} are no copies of an earlier one.`,
  unsure: (share: string, n: number) => `${share} % of ${n} labels by models are below 60 % sure.`,
  byPerson: (n: number) => `${count(n, "label was", "labels were")} set by people.`,
  models: (list: string) => `Model: ${list}.`,
  audits: (agreed: number, n: number) =>
    `Measured error: of ${n} mentions drawn at random the model labelled ${agreed} as people did.`,
  noAudits: "Measured error: none was measured for this brand yet (molva audit next).",
  corrections: "Corrections decided this week:",
  earlier: (week: string, sent: string, sentN: number, now: string, nowN: number) =>
    `The report of ${week} said NSR ${sent} (n = ${sentN}); it is ${now} (n = ${nowN}) now.`,
  sectionMethod: "How it was counted",
  method: [
    "Every mention counts once, in the week of its own date. Mentions without a label are not in n. Below n = 10 there is no rate, below 30 it is called low base, below 100 nothing is claimed.",
    "“Up” and “down” need an interval of the difference without zero, and of all that this report compares at most one claim in ten may be false (Benjamini–Hochberg). Rates: adjusted Wald; shares: Agresti–Caffo; ratings: Welch; mentions: quasi-Poisson.",
  ],
  asOf: (at: string | null, zone: string) =>
    `${at === null ? "Nothing was collected yet." : `Counted up to ${at}.`} Times: ${zone}.`,
  reportId: (id: string) => `Report ${id}`,
  page: "Open the page",
  unsubscribe: "Unsubscribe from this report",
  topics: {} as Readonly<Record<string, string>>,
  brandColumn: "Brand",
  summary: {
    title: "All brands",
    brands: (n: number) => count(n, "brand", "brands"),
    empty: (n: number) => `${count(n, "brand", "brands")}: no mentions this week`,
    few: (n: number) => `${count(n, "brand", "brands")}: too few mentions for a verdict`,
    same: (n: number) => `${count(n, "brand", "brands")}: no significant change`,
    sameOf: (judged: number, n: number) =>
      `No significant change in ${judged} of ${count(n, "brand", "brands")}; the others have too few mentions for a verdict`,
    changed: (list: string, changed: number, n: number) =>
      `${list}; ${changed} of ${count(n, "brand", "brands")} changed`,
    nsr: (brand: string, up: boolean, now: string, before: string) =>
      `${brand}: NSR ${up ? "rose" : "fell"} to ${now} from ${before}`,
    other: (brand: string, what: string) => `${brand}: ${what}`,
    belowZero: (brands: string) =>
      `The whole interval of NSR is below zero, more people are displeased than pleased: ${brands}.`,
    silent: (brands: string) => `No mentions, which is not the same as calm: ${brands}.`,
    mentions: (n: string) => `${n} mentions`,
    sectionNsr: "NSR, brand by brand",
    nsrColumns: ["Brand", "NSR (95 %)", "n", "Change (95 %)"],
    place: (place: string, brand: string) => `${place}. ${brand}`,
    verdicts: { up: "up", down: "down", same: "not significant", few: "n < 100" },
    sectionRest: "Mentions, negative, rating",
    restColumns: ["Brand", "Mentions (95 %)", "Negative, % (95 %)", "Rating of 5 (95 %)"],
    left: (n: number) =>
      `${count(n, "brand is", "brands are")} left out of this table for its length; numbers.csv and numbers.xlsx hold all.`,
    sectionChanged: "What changed",
    alt: (n: string, best: string, worst: string) =>
      `NSR of ${n} with 95 % intervals. Highest: ${best}. Lowest: ${worst}.`,
    altNone: (n: string) => `NSR of ${n}: none has a rate.`,
    actIncidents: (brand: string, n: number) => `${brand}: see to ${count(n, "open incident", "open incidents")}.`,
    actFell: (brand: string) => `${brand}: find out why NSR fell (its own report says what moved it).`,
    actSources: (brand: string, list: string) =>
      `${brand}: look at collection (${list}); until then the numbers may be too small.`,
    actAnswer: (brand: string, open: number, all: number) =>
      `${brand}: answer; ${open} of ${count(all, "negative mention has", "negative mentions have")} no answer.`,
    actDetractors: (brand: string, n: number) =>
      `${brand}: get in touch with ${count(n, "survey respondent who gave", "survey respondents who gave")} a low answer.`,
    more: (n: number) => `And ${n} more.`,
    answers: (brand: string, open: number, all: number, share: string | null) =>
      `${brand}: ${open} of ${all} negative mentions without an answer${share === null ? "" : ` (${share})`}`,
    answersUnknown: (brands: string) => `Not known for ${brands}: no source of theirs shows answers.`,
    unwell: (brand: string, list: string) => `${brand}: ${list}`,
    zones: "Each brand's week is that of its own time zone.",
    claims:
      "A brand is said to have changed only where it stands among all brands of this summary: of those it names at most one in ten may be named falsely, and so of what it says of them (Benjamini–Hochberg, Benjamini–Bogomolov). A brand's own report compares less, and may claim what this one does not.",
    order:
      "A place is one number only where the 95 % intervals do not overlap; brands that share places stand by their names.",
  },
  shortMore: "The whole report",
} as const;
