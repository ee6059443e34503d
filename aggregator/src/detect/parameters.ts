/** What can be set of the detector. One setting for all series: a brand of ten mentions a day and one of ten thousand. */
export interface DetectParameters {
  /** Minutes over which counts are smoothed before they are judged: shorter is faster, longer is calmer. */
  readonly windowMinutes: number;
  /** How rare a row must be to alert, as −log10 of its share: 2.4 is one row in 250. */
  readonly rarity: number;
  /** A window must hold this many times what is usual for the hour. */
  readonly minRatio: number;
  /** Standard deviations (of a Poisson count) by which a window must exceed what is usual. */
  readonly minSigma: number;
  /** Mentions that a window must hold. */
  readonly minVolume: number;
  /** Added to both sides of every comparison, in mentions a window: from 0 to 3 is no news. */
  readonly floor: number;
  /** No second alert until the series was calm for this many hours. */
  readonly coolDownHours: number;
  /** No alert before this many days and rows of data. */
  readonly warmUpDays: number;
  readonly warmUpRows: number;
  /** Days after which what was seen counts half in what is held to be rare. */
  readonly memoryDays: number;
}

export const DETECT_DEFAULTS: DetectParameters = {
  windowMinutes: 40,
  rarity: 2.4,
  minRatio: 2.5,
  minSigma: 4,
  minVolume: 10,
  floor: 6,
  coolDownHours: 12,
  warmUpDays: 2,
  warmUpRows: 50,
  memoryDays: 28,
};
