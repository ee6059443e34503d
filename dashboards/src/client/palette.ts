/** The colours of the style sheet, for what is drawn on a canvas. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly surface: string;
  readonly positive: string;
  readonly negative: string;
  readonly neutral: string;
  readonly unscored: string;
  readonly low: string;
  readonly band: string;
  readonly bandLow: string;
  readonly gap: string;
  readonly volume: string;
}

const NAMES = {
  ink: "--ink",
  quiet: "--quiet",
  line: "--line",
  surface: "--surface",
  positive: "--positive",
  negative: "--negative",
  neutral: "--neutral",
  unscored: "--unscored",
  low: "--low",
  band: "--band",
  bandLow: "--band-low",
  gap: "--gap",
  volume: "--volume",
} as const;

export const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]),
  ) as unknown as Palette;
};
