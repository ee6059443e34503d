/** A published value that a survey's number is read beside. In the unit of the metric. */
export interface Benchmark {
  readonly low: number;
  /** Null: one value and no range. */
  readonly high: number | null;
  readonly en: string;
  readonly ru: string;
}

/** The survey benchmarks of the project's brief. They belong on the metric's own panel, never on an axis of NSR. */
export const BENCHMARKS: Readonly<Record<"nps" | "enps" | "csat" | "csi" | "churn", readonly Benchmark[]>> = {
  nps: [
    { low: 32, high: null, en: "mean of all industries", ru: "среднее по отраслям" },
    { low: 43, high: null, en: "services", ru: "услуги" },
    { low: 35, high: null, en: "technology", ru: "технологии" },
    { low: 43, high: null, en: "consumer goods", ru: "потребительские товары" },
    { low: 70, high: 100, en: "excellent", ru: "отлично" },
    { low: -100, high: 0, en: "alarm", ru: "тревога" },
  ],
  enps: [],
  csat: [],
  csi: [
    { low: 74.4, high: null, en: "ACSI mean", ru: "среднее ACSI" },
    { low: 82, high: null, en: "ACSI best: food production", ru: "лучшее ACSI: производство продуктов" },
    { low: 64, high: null, en: "ACSI worst: subscription TV", ru: "худшее ACSI: платное ТВ" },
  ],
  churn: [
    { low: 10, high: 15, en: "start-up", ru: "стартап" },
    { low: 3, high: 6, en: "small and middle business", ru: "малый и средний бизнес" },
    { low: 0, high: 1, en: "large business", ru: "крупный бизнес" },
  ],
};

const EXCELLENT = 70;

/** NPS and eNPS: `excellent` above 70, `alarm` where the rate is not told apart from zero or lies below it. */
export const npsBand = (value: number | null, low: number | null): "excellent" | "alarm" | null => {
  if (value === null || low === null) return null;
  if (value > EXCELLENT) return "excellent";
  return low <= 0 ? "alarm" : null;
};
