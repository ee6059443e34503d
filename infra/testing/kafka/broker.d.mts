import type { ChildProcess } from "node:child_process";

export interface BrokerSettings {
  readonly dir: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly jars: string;
  readonly secure?: { readonly port: number; readonly username: string; readonly password: string } | undefined;
}

export function prepareBroker(settings: BrokerSettings): void;
export function spawnBroker(settings: {
  readonly dir: string;
  readonly jars: string;
  readonly detached?: boolean;
}): ChildProcess;
export function brokerAnswers(settings: {
  readonly dir: string;
  readonly port: number;
  readonly hasEnded?: () => boolean;
}): Promise<void>;
