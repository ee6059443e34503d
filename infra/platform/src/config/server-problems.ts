import type { ConfigProblem } from "./problem.ts";

interface Told {
  readonly bus?: { readonly kafka?: { readonly ssl?: unknown; readonly sasl?: unknown } } | null;
  readonly store?: { readonly url?: unknown; readonly cluster?: unknown } | null;
}

/**
 * What no single key can see: Kafka and a ClickHouse server come together or not at all, for several processes share
 * both, and one process keeps both in its folder.
 */
export const serverProblems = (
  value: unknown,
  at: (path: readonly PropertyKey[]) => Omit<ConfigProblem, "found" | "expected">,
): readonly ConfigProblem[] => {
  const { bus, store } = (value ?? {}) as Told;
  const kafka = bus?.kafka;
  const shared = kafka !== undefined && kafka !== null;
  const url = store?.url;
  const served = url !== undefined && url !== null;
  if (shared && !served) {
    return [
      {
        ...at(["bus", "kafka"]),
        found: "Kafka, and no store.url",
        expected:
          "store.url beside it: the address of the ClickHouse that the processes share (or no bus.kafka at all)",
      },
    ];
  }
  if (served && !shared) {
    return [
      {
        ...at(["store", "url"]),
        found: "a ClickHouse server, and no bus.kafka",
        expected: "bus.kafka beside it: the log that the processes share (or no store.url: then the embedded engine)",
      },
    ];
  }
  if (store?.cluster !== undefined && !served) {
    return [
      {
        ...at(["store", "cluster"]),
        found: "a cluster, and no store.url",
        expected: "store.url beside it: the address of one of its servers",
      },
    ];
  }
  const ssl = kafka?.ssl;
  if (typeof ssl === "object" && ssl !== null && "cert" in ssl !== "key" in ssl) {
    return [
      {
        ...at(["bus", "kafka", "ssl"]),
        found: "cert" in ssl ? "a certificate without its key" : "a key without its certificate",
        expected: "both cert and key, or neither",
      },
    ];
  }
  return [];
};
