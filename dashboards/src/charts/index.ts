export { CHART_COLOURS } from "./colours.ts";
export { countLine } from "./count-line.ts";
export { rateLine, type RateStep } from "./rate-line.ts";
export { rateRows } from "./rate-rows.ts";
export { renderChart } from "./render.ts";
