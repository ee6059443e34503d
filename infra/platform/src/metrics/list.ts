/** What one metric is: how it is counted, what it tells, and which labels it has. Labels are of low cardinality, and never text. */
export interface MetricSpec {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds in the metric's unit; of histograms only. */
  readonly buckets?: readonly number[];
}

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Every metric of ours. `docs/metrics.md` is made from it, and a test compares a real scrape with it. */
export const METRICS = {
  molva_build_info: {
    type: "gauge",
    help: "1; the labels tell the version of Molva, of Node, and what this process does.",
    labels: ["version", "node", "roles"],
  },
  molva_stage_messages_total: {
    type: "counter",
    help: "Messages a stage has handled. outcome: done, rejected (to the dead letters), failed (they come again).",
    labels: ["stage", "lane", "outcome"],
  },
  molva_incidents_open: { type: "gauge", help: "Incidents that are open, over all brands.", labels: [] },
  molva_alerts_judged: {
    type: "gauge",
    help: "Incidents that people called useful or not useful; of each the last word counts.",
    labels: ["answer"],
  },
  molva_alerts_last_look_timestamp_seconds: {
    type: "gauge",
    help: "When the brands were last looked at for incidents (Unix time).",
    labels: [],
  },
  molva_alert_messages_total: {
    type: "counter",
    help: "Messages about incidents. outcome: sent, refused (for good), later (the channel is down or asked to wait; it is tried again).",
    labels: ["channel", "outcome"],
  },
  molva_report_mails_total: {
    type: "counter",
    help: "Weekly reports by e-mail. outcome: sent, refused (for good), later (the server is away; it is tried again).",
    labels: ["outcome"],
  },
  molva_report_bounces_total: {
    type: "counter",
    help: "Weekly reports that came back to report.bounces. kind: hard (there is no such mailbox; nothing more is sent there), soft (the next report is tried again).",
    labels: ["kind"],
  },
  molva_stage_batch_seconds: {
    type: "histogram",
    help: "How long a stage worked on one batch, its outputs published, until it could be acknowledged.",
    labels: ["stage", "lane"],
    buckets: SECONDS,
  },
  molva_dead_letters_total: {
    type: "counter",
    help: "Messages that can never succeed, by the code of the error.",
    labels: ["stage", "code"],
  },
  molva_log_published_total: {
    type: "counter",
    help: "Messages the log has acknowledged to this process.",
    labels: ["topic", "lane"],
  },
  molva_log_lag_messages: {
    type: "gauge",
    help: "Messages that a group has not acknowledged, both lanes. Absent while the log does not answer.",
    labels: ["topic", "group"],
  },
  molva_log_oldest_unacknowledged_seconds: {
    type: "gauge",
    help: "Age of the oldest message that a group has not acknowledged; 0 when none waits. Absent while the log does not answer.",
    labels: ["topic", "group"],
  },
  molva_intake_items_total: {
    type: "counter",
    help: "Items that came by POST /intake. kind: mentions, surveys. result: accepted, unchanged, rejected.",
    labels: ["kind", "result"],
  },
  molva_store_query_seconds: {
    type: "histogram",
    help: "How long the store took, by the query's, command's or table's name.",
    labels: ["query"],
    buckets: SECONDS,
  },
  molva_store_errors_total: {
    type: "counter",
    help: "Statements that the store failed or refused, by the code of the error.",
    labels: ["query", "code"],
  },
  molva_crawl_pages_total: {
    type: "counter",
    help: "Pages read.",
    labels: ["source"],
  },
  molva_crawl_mentions_total: {
    type: "counter",
    help: "Mentions on the pages read. state: new, changed, unchanged, removed.",
    labels: ["source", "state"],
  },
  molva_crawl_errors_total: {
    type: "counter",
    help: "Rounds in which a target could not be read or not be read whole, by the code of the error.",
    labels: ["source", "code"],
  },
  molva_target_last_success_timestamp_seconds: {
    type: "gauge",
    help: "When a target was last read, as seconds since 1970. Absent for a target that never was.",
    labels: ["source", "target"],
  },
  molva_crawl_page_errors_total: {
    type: "counter",
    help: "Pages that failed, by the code of the error.",
    labels: ["source", "code"],
  },
  molva_target_refused_since_timestamp_seconds: {
    type: "gauge",
    help: "Since when a site refuses a target (block, robot check, robots.txt), as seconds since 1970. Absent while it does not.",
    labels: ["source", "target"],
  },
  molva_target_new_mentions: {
    type: "gauge",
    help: "New mentions of the last seven days, first rounds and backfills left out.",
    labels: ["source", "target"],
  },
  molva_target_usual_mentions: {
    type: "gauge",
    help: "New mentions that a target's own history lets one expect for the same seven days. Absent for the first two weeks.",
    labels: ["source", "target"],
  },
  molva_target_quiet: {
    type: "gauge",
    help: "1 where far fewer mentions came than usual though no error tells why, else 0.",
    labels: ["source", "target"],
  },
  molva_target_unreadable_entries: {
    type: "gauge",
    help: "Entries of the last round that stood on pages and could not be read.",
    labels: ["source", "target"],
  },
  molva_verify_differences: {
    type: "gauge",
    help: "Stored numbers that the last recount did not confirm. Absent until this process has recounted.",
    labels: [],
  },
  molva_verify_last_timestamp_seconds: {
    type: "gauge",
    help: "When this process last recounted, as seconds since 1970.",
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricName = keyof typeof METRICS;

export type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof METRICS)[Name]["labels"][number], string>>;

type OfType<Type extends MetricSpec["type"]> = {
  [Name in MetricName]: (typeof METRICS)[Name]["type"] extends Type ? Name : never;
}[MetricName];

export type CounterName = OfType<"counter">;
export type GaugeName = OfType<"gauge">;
export type HistogramName = OfType<"histogram">;

/** `docs/metrics.md`. */
export const metricsReference = (): string => {
  const specs: readonly (readonly [string, MetricSpec])[] = Object.entries(METRICS);
  const rows = specs.map(
    ([name, { type, labels, help }]) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`,
  );
  return `# Metrics

Generated by \`npm run generate\` from \`infra/platform/src/metrics/list.ts\`; a test compares it with a real scrape. \`server.metrics\` in molva.yaml turns them on;
beside these there are \`process_*\` and \`nodejs_*\` of prom-client. Several processes of one stage report the same lag, for it is the group's: take \`max by (topic, group)\`.

| name | type | labels | meaning |
|---|---|---|---|
${rows.join("\n")}
`;
};
