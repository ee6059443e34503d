import { instantOf, reportSchema, type Report } from "@molva/contracts";

const WEEK = 7 * 86_400_000;
/** Monday 9 November 2026 in Moscow. */
const FROM = Date.UTC(2026, 10, 8, 21);

const comparison = (
  against: "week" | "four-weeks",
  changes: Partial<Report["figures"][number]["comparisons"][number]>,
) => ({
  against,
  previous: 12.3,
  previousN: against === "week" ? 210 : 850,
  change: -36.3,
  low: -45.1,
  high: -27.5,
  p: 0.000_01,
  verdict: "down" as const,
  claimed: true,
  ...changes,
});

const evidence = (id: string, text: string | null, changes: Partial<Report["negative"][number]> = {}) => ({
  id,
  source: "web-reviews",
  publishedAt: instantOf(FROM + 86_400_000),
  precision: "minute",
  label: "negative" as const,
  rating: 1,
  ratingMax: 5,
  topics: ["delivery"],
  text,
  url: `https://reviews.example/${id}`,
  copies: 0,
  answered: false,
  ...changes,
});

const SURVEY = {
  brand: "aurora",
  metric: "nps",
  population: "customers",
  wave: "2026 Q4",
  segment: null,
  question: null,
  scale: { min: 0, max: 10 },
  from: instantOf(FROM),
  to: instantOf(FROM + WEEK),
  n: 140,
  value: 21.4,
  low: 8.9,
  high: 33.7,
  state: "ok",
  previous: 25,
  verdict: "no significant change",
  formula: "",
  band: null,
  warnings: [{ code: "not-contacted", en: "12 low answers had no contact", ru: "С 12 недовольными не связались" }],
  benchmarks: [{ low: 43, high: null, en: "services", ru: "услуги" }],
  asOf: instantOf(FROM + WEEK),
} as const;

/** A bad week of an invented brand, with something in every section. */
export const badWeek = (changes: Partial<Report> = {}): Report =>
  reportSchema.parse({
    version: 1,
    id: "4f1c0a9be213",
    brand: "aurora",
    title: "Aurora",
    week: "2026-W46",
    from: instantOf(FROM),
    to: instantOf(FROM + WEEK),
    zone: "Europe/Moscow",
    asOf: instantOf(FROM + WEEK + 3_600_000),
    madeAt: instantOf(FROM + WEEK + 3_700_000),
    sourceTitles: { "web-reviews": "Review pages", rss: "Feeds" },
    counts: { positive: 50, neutral: 79, negative: 101, unscored: 6, originals: 201 },
    figures: [
      {
        key: "nsr",
        value: -22.1739,
        low: -31.6,
        high: -12.1,
        n: 230,
        state: "ok",
        comparisons: [comparison("week", {}), comparison("four-weeks", { previous: 10.1, change: -32.3 })],
      },
      {
        key: "volume",
        value: 236,
        low: 198,
        high: 281,
        n: 236,
        state: "ok",
        comparisons: [
          comparison("week", {
            previous: 214,
            change: 10.28,
            low: -14,
            high: 41,
            p: 0.4,
            verdict: "no significant change",
            claimed: false,
          }),
        ],
      },
      {
        key: "negative-share",
        value: 43.913,
        low: 37.6,
        high: 50.4,
        n: 230,
        state: "ok",
        comparisons: [comparison("week", { previous: 22.1, change: 21.8, low: 13.2, high: 30.1, verdict: "up" })],
      },
      {
        key: "mean-rating",
        value: 2.7431,
        low: 2.5,
        high: 3,
        n: 180,
        state: "ok",
        comparisons: [comparison("week", { previous: 3.6, change: -0.86, low: -1.2, high: -0.5, claimed: false })],
      },
    ],
    adjusted: { value: -27.4, low: -41.2, high: -13, state: "recalibrated", audits: 64 },
    publicRatings: [
      {
        source: "web-reviews",
        title: "aurora",
        value: 3.8,
        max: 5,
        count: 12_345,
        previous: 3.9,
        at: instantOf(FROM + WEEK),
      },
    ],
    line: {
      steps: Array.from({ length: 12 }, (_, i) => ({
        from: instantOf(FROM - (11 - i) * WEEK),
        n: i === 4 ? 0 : 210,
        nsr: i === 4 ? null : i === 11 ? -22.1739 : 10 + (i % 3),
        low: i === 4 ? null : i === 11 ? -31.6 : 0.5,
        high: i === 4 ? null : i === 11 ? -12.1 : 19.5,
        lastYear: i < 6 ? null : 5,
      })),
      marks: [
        { kind: "gap", at: instantOf(FROM - 7 * WEEK), en: "no mentions", ru: "нет упоминаний" },
        { kind: "incident", at: instantOf(FROM + 2 * 86_400_000), en: "38 negative mentions", ru: "38 негативных" },
      ],
    },
    moved: {
      against: "week",
      change: -34.5,
      by: [
        {
          dimension: "topic",
          mix: -10.2,
          rate: -24.3,
          parts: [
            { value: "delivery", n: 90, nBefore: 40, mix: -8, rate: -14, total: -22 },
            { value: "none", n: 140, nBefore: 170, mix: -2.2, rate: -10.3, total: -12.5 },
          ],
        },
      ],
    },
    negative: [
      evidence("a", "The parcel never came."),
      evidence("b", null, { url: null }),
      evidence("c", "", { copies: 3 }),
    ],
    positive: [evidence("d", "Спасибо, привезли за день!", { label: "positive", rating: 5, answered: true })],
    incidents: [],
    competitors: [
      {
        brand: "borealis",
        title: "Borealis",
        nsr: 31,
        low: 20,
        high: 41,
        n: 260,
        state: "ok",
        volume: 260,
        voice: { value: 52.4, low: 48, high: 56.8 },
        place: { best: 1, worst: 1 },
      },
      {
        brand: "aurora",
        title: "Aurora",
        nsr: -22.1739,
        low: -31.6,
        high: -12.1,
        n: 230,
        state: "ok",
        volume: 236,
        voice: { value: 47.6, low: 43.2, high: 52 },
        place: { best: 2, worst: 2 },
      },
    ],
    surveys: [SURVEY],
    openDetractors: 12,
    answers: { sources: ["web-reviews"], negative: 98, answered: 19, medianHours: null },
    quality: {
      unwell: [{ source: "rss", title: "https://feeds.example/a", state: "failing", since: instantOf(FROM) }],
      byModel: 230,
      unsure: 40,
      byPerson: 3,
      models: [{ model: "molva-linear@1.1.0", count: 230 }],
      audits: { n: 64, agreed: 57 },
      corrections: [
        {
          en: "NSR of 2026-11-02 changed from +18.0 to +21.4 after 40 corrections",
          ru: "NSR за 2026-11-02: было +18,0, стало +21,4",
        },
      ],
      earlier: [{ week: "2026-W45", sent: 12.3, sentN: 205, now: 11.9, nowN: 210 }],
    },
    ...changes,
  });

/** What somebody may write to harm the one who reads: markup, a formula, signs that turn the direction of writing, words without end. */
export const HOSTILE = [
  '<img src="https://evil.example/x.png" onerror="alert(1)"><script>alert(1)</script>',
  '=HYPERLINK("https://evil.example","click")',
  "\u202Egnp.exe\u202C \u2066x\u2069 \u200Fعربي",
  '</mj-text></mj-body><mj-include path="/etc/passwd"/><!--links-->',
  "W".repeat(100_000),
] as const;

export const hostileWeek = (): Report => {
  const week = badWeek();
  const all = HOSTILE.join(" ");
  return badWeek({
    title: all.slice(0, 400),
    sourceTitles: { "web-reviews": HOSTILE[0], rss: HOSTILE[4].slice(0, 1_000) },
    negative: HOSTILE.map((text, i) => ({
      ...evidence(`h${i}`, text.slice(0, 401)),
      ...(i === 0 ? { url: "javascript:alert(1)" } : i === 1 ? { url: `https://x.example/"onclick="alert(1)` } : {}),
    })),
    competitors: week.competitors.map((one, i) => ({ ...one, title: HOSTILE[i] ?? "" })),
    line: {
      ...week.line,
      marks: week.line.marks.map((mark, i) => ({ ...mark, en: HOSTILE[i] ?? "", ru: HOSTILE[3] })),
    },
    moved: {
      against: "week",
      change: -34.5,
      by: [
        {
          dimension: "topic",
          mix: 0,
          rate: -34.5,
          parts: HOSTILE.map((value) => ({
            value: value.slice(0, 3_000),
            n: 1,
            nBefore: 1,
            mix: 0,
            rate: -6.9,
            total: -6.9,
          })),
        },
      ],
    },
  });
};
