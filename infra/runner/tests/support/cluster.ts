import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startMolva, type Ran, type Running } from "./molva.ts";

export const SECRETS = {
  MOLVA_STORE_PASSWORD: "who writes may do so",
  MOLVA_STORE_HTTP_PASSWORD: "who reads may do so",
  MOLVA_AUTHOR_KEY: "the same for every process",
  MOLVA_PASSWORD: "who looks at the page",
  MOLVA_LOG_LEVEL: "info",
} as const;

export interface ClusterConfig {
  readonly brokers: readonly string[];
  readonly storePort: number;
  /** Before the topics of this cluster, so that several may share a broker. */
  readonly prefix: string;
  readonly brands?: string;
}

/** A configuration for processes around these servers; each takes ports of its own. */
export const clusterYaml = ({ brokers, storePort, prefix, brands }: ClusterConfig): string => `${
  brands ?? "brands:\n  - {id: quiet, title: A brand nobody speaks of}\n"
}bus:
  kafka:
    brokers: ${JSON.stringify(brokers)}
    topicPrefix: ${prefix}.
    sessionTimeout: 6s
store:
  url: http://127.0.0.1:${storePort}
  http: {port: ${storePort}}
server:
  port: 0
  metrics: {port: 0}
`;

/** One process of Molva that can be killed and started again, until it is to end. */
export interface Part {
  readonly name: string;
  /** Resolves when the present process says that it is ready. */
  ready(): Promise<void>;
  kill(): Promise<void>;
  /** SIGTERM: ends in order. */
  end(): Promise<Ran>;
  readonly running: () => Running;
  start(): void;
}

/** Asks `/readyz` again and again until it says yes. */
export const untilReady = async (running: Running): Promise<void> => {
  const metrics = await running.said(/metrics at (http:\S+)/);
  for (;;) {
    const reply = await fetch(new URL("/readyz", metrics)).catch(() => null);
    if (reply?.status === 200) return;
    if (running.child.exitCode !== null || running.child.signalCode !== null) {
      const { code, signal, out, err } = await running.ended;
      throw new Error(`ended with ${code ?? signal} before it was ready:\n${out}${err}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

export const partOf = (name: string, only: string, cwd: string): Part => {
  let running = startMolva(["start", "--only", only, "--data", `data-${name}`], cwd, null, SECRETS);
  return {
    name,
    running: () => running,
    ready: () => untilReady(running),
    kill: async () => {
      running.child.kill("SIGKILL");
      await running.ended;
    },
    end: async () => {
      running.child.kill("SIGTERM");
      return running.ended;
    },
    start: () => {
      running = startMolva(["start", "--only", only, "--data", `data-${name}`], cwd, null, SECRETS);
    },
  };
};

export const writeCluster = (folder: string, config: ClusterConfig): Promise<void> =>
  writeFile(join(folder, "molva.yaml"), clusterYaml(config));
