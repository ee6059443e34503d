/** Colours of pictures: they read on white and, framed by it, in dark mail programs; told apart by the colour-blind. */
export const CHART_COLOURS = {
  ground: "#ffffff",
  ink: "#1c2430",
  quiet: "#5b6675",
  grid: "#e3e7ec",
  rate: "#1f5fae",
  band: "#1f5fae2e",
  usual: "#8a94a2",
  usualBand: "#8a94a233",
  negative: "#b3361e",
  mark: "#7a4fb5",
} as const;
