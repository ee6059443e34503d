import { isPipelineError, type Bus, type Store } from "@molva/contracts";
import type { Metrics } from "./metrics.ts";

const codeOf = (error: unknown): string => (isPipelineError(error) ? error.code : "UNKNOWN");

/** The same log; what passes through it is counted. */
export const meteredBus = (bus: Bus, metrics: Metrics): Bus => ({
  ...bus,
  publish: async (topic, lane, values) => {
    await bus.publish(topic, lane, values);
    metrics.count("molva_log_published_total", { topic: topic.name, lane }, values.length);
  },
  subscribe: async (topic, group, handle, options) => {
    const counted: typeof handle = async (batch, signal) => {
      const { lane } = batch;
      const count = (outcome: string, messages: number): void =>
        metrics.count("molva_stage_messages_total", { stage: group, lane, outcome }, messages);
      const started = performance.now();
      try {
        const rejections = await handle(batch, signal);
        count("done", batch.messages.length - rejections.length);
        count("rejected", rejections.length);
        for (const { error } of rejections) {
          metrics.count("molva_dead_letters_total", { stage: group, code: error.code });
        }
        return rejections;
      } catch (error) {
        count("failed", batch.messages.length);
        throw error;
      } finally {
        metrics.observe("molva_stage_batch_seconds", { stage: group, lane }, (performance.now() - started) / 1000);
      }
    };
    return bus.subscribe(topic, group, counted, options);
  },
});

/** The same store; each statement is timed by its name. */
export const meteredStore = (store: Store, metrics: Metrics): Store => {
  const timed = async <T>(query: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await work();
    } catch (error) {
      metrics.count("molva_store_errors_total", { query, code: codeOf(error) });
      throw error;
    } finally {
      metrics.observe("molva_store_query_seconds", { query }, (performance.now() - started) / 1000);
    }
  };
  return {
    insert: (table, rows) => timed(`insert ${table.name}`, () => store.insert(table, rows)),
    execute: (command, params) => timed(command.name, () => store.execute(command, params)),
    query: (query, params, signal) => timed(query.name, () => store.query(query, params, signal)),
    stream: (query, params) => store.stream(query, params),
    close: () => store.close(),
  };
};
