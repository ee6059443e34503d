import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import {
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
  type MetricSpec,
} from "./list.ts";

/** What this process tells Prometheus. Names and labels are those of the list, and no others. */
export interface Metrics {
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Takes the value away: absent is not zero. */
  forget<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>): void;
  /** In the metric's unit: seconds. */
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Called before each scrape, for what is only known when asked. What it throws is the scrape's own business: it leaves its values absent. */
  onScrape(collect: () => Promise<void>): void;
  /** The text that Prometheus reads. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** A registry of its own: several may live in one process. `defaults`: the process's and Node's own metrics too. */
export const createMetrics = ({ defaults }: { readonly defaults: boolean }): Metrics => {
  const registry = new Registry();
  if (defaults) collectDefaultMetrics({ register: registry });
  const counters = new Map<MetricName, Counter>();
  const gauges = new Map<MetricName, Gauge>();
  const histograms = new Map<MetricName, Histogram>();
  for (const [name, spec] of Object.entries(METRICS) as readonly (readonly [MetricName, MetricSpec])[]) {
    const common = { name, help: spec.help, labelNames: [...spec.labels], registers: [registry] };
    if (spec.type === "counter") counters.set(name, new Counter(common));
    else if (spec.type === "gauge") {
      const gauge = new Gauge(common);
      if (spec.labels.length === 0) gauge.remove({}); // else it would stand at 0 before anybody has said so
      gauges.set(name, gauge);
    } else histograms.set(name, new Histogram({ ...common, buckets: [...(spec.buckets ?? [])] }));
  }
  const collectors: (() => Promise<void>)[] = [];
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    forget: (name, labels) => gauges.get(name)?.remove(labels),
    observe: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    onScrape: (collect) => void collectors.push(collect),
    scrape: async () => {
      await Promise.allSettled(collectors.map(async (collect) => collect()));
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
};
