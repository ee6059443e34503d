import type { Metrics } from "@molva/platform";
import { answered } from "./answered.ts";

interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
}

/** What this process says of itself: that it lives, and whether work may be sent to it. */
export interface Monitor {
  readonly metrics: Metrics;
  /** Asked at every `/readyz`: rejects when what it looks at does not answer. */
  check(name: string, look: () => Promise<unknown>): void;
  /** Everything is opened: from now on the checks decide. */
  opened(): void;
  /** It ends: ready no more. Called once more, nothing changes. */
  closing(): void;
  readiness(): Promise<{
    readonly state: "starting" | "ready" | "not ready" | "stopping";
    readonly checks: readonly CheckResult[];
  }>;
}

export const createMonitor = (metrics: Metrics): Monitor => {
  const checks = new Map<string, () => Promise<unknown>>();
  let phase: "starting" | "open" | "stopping" = "starting";
  const asked = async ([name, look]: readonly [string, () => Promise<unknown>]): Promise<CheckResult> => {
    const started = performance.now();
    const ok = await answered(look()).then(
      () => true,
      () => false,
    );
    return { name, ok, ms: Math.round(performance.now() - started) };
  };
  return {
    metrics,
    check: (name, look) => void checks.set(name, look),
    opened: () => {
      if (phase === "starting") phase = "open";
    },
    closing: () => (phase = "stopping"),
    readiness: async () => {
      if (phase !== "open") return { state: phase, checks: [] };
      const results = await Promise.all([...checks].map(asked));
      return { state: results.every(({ ok }) => ok) ? "ready" : "not ready", checks: results };
    },
  };
};
