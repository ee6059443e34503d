import { PipelineError, type Bus, type Checkpoints, type Log, type Store } from "@molva/contracts";

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId?: string;
  readonly topicPrefix?: string;
  readonly partitions?: number;
  readonly replication?: number;
  readonly ssl?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: string;
  };
  readonly log: Log;
}
const absent = () => new PipelineError("not built", { code: "USAGE", recovery: "exit" });
export const openKafkaBus = async (_: KafkaOptions): Promise<Bus & AsyncDisposable> => {
  throw absent();
};
export const storeCheckpoints = (_: Store): Checkpoints => {
  throw absent();
};
export const openHttpStore = async (_: object): Promise<Store & AsyncDisposable> => {
  throw absent();
};
export const serveClickHouse = async (_: object): Promise<{ url: string; port: number; close(): Promise<void> }> => {
  throw absent();
};
