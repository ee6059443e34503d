export { METRICS, metricsReference } from "./list.ts";
export { meteredBus, meteredStore } from "./metered.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
