export { CHART_COLOURS } from "./colours.ts";
export { countLine, type CountLine, type CountStep } from "./count-line.ts";
export { rateLine, type RateLine, type RateMark, type RateStep } from "./rate-line.ts";
export { CHART_FONT, renderChart, type PictureSize } from "./render.ts";
