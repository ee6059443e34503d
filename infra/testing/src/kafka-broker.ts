import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.mjs";
import { brokerAnswers, prepareBroker, spawnBroker } from "../kafka/broker.mjs";
import { ensureJars, javaProblem } from "../kafka/jars.mjs";

export interface BrokerOptions {
  /** Folder of the broker; kept after `close`. Default: a temporary one, removed by `close`. */
  readonly dir?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Adds a listener that asks for TLS and a password (SASL PLAIN, SCRAM-SHA-256, SCRAM-SHA-512). Letters and digits only. */
  readonly secure?: { readonly username: string; readonly password: string };
}

/** A real Apache Kafka broker on the loopback. */
export interface Broker {
  /** `host:port`, to be given to a client. */
  readonly brokers: string[];
  /** Present when `secure` was asked for: where to connect, and the authority that signed the broker's certificate (PEM). */
  readonly secure: { readonly brokers: string[]; readonly ca: string } | null;
  /** SIGKILL; resolves when it is gone. What it acknowledged lies in the page cache and survives. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder; resolves when it takes connections. */
  restart(): Promise<void>;
  /** Ends it, and removes its folder when that was a temporary one. */
  close(): Promise<void>;
}

/**
 * Why no broker can be started here, with what to do about it; null when one can. Fetches the jars when they are not there
 * yet, so the first call may take a minute.
 */
export const brokerProblem = async (): Promise<string | null> => {
  const problem = await javaProblem();
  if (problem !== null) return problem;
  return (await ensureJars()).problem ?? null;
};

const END_AFTER_MS = 20_000;

/**
 * Starts Apache Kafka 4 in KRaft mode, one node that is broker and controller, in about three seconds.
 * @throws {Error} when there is no Java, the jars cannot be fetched, or the broker does not come up; the message says what to do.
 */
export const startBroker = async (options: BrokerOptions = {}): Promise<Broker> => {
  const java = await javaProblem();
  if (java !== null) throw new Error(java);
  const { folder: jars, problem } = await ensureJars();
  if (jars === undefined) throw new Error(problem);
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "molva-kafka-"));
  const port = options.port ?? (await freePort());
  const secure = options.secure === undefined ? undefined : { ...options.secure, port: await freePort() };
  prepareBroker({ dir, port, controllerPort: await freePort(), jars, secure });
  let child: ChildProcess | null = null;

  const gone = (process: ChildProcess): boolean => process.exitCode !== null || process.signalCode !== null;
  const kill = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    const running = child;
    if (running === null || gone(running)) return;
    const exited = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    const deadline = setTimeout(() => running.kill("SIGKILL"), END_AFTER_MS);
    running.kill(signal);
    await exited;
    clearTimeout(deadline);
  };
  const killNow = (): void => void child?.kill("SIGKILL");
  const start = async (): Promise<void> => {
    const started = spawnBroker({ dir, jars });
    child = started;
    await brokerAnswers({ dir, port, hasEnded: () => gone(started) });
  };

  process.once("exit", killNow);
  const close = async (): Promise<void> => {
    await kill(options.dir === undefined ? "SIGKILL" : "SIGTERM");
    process.off("exit", killNow);
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    brokers: [`127.0.0.1:${port}`],
    secure:
      secure === undefined
        ? null
        : { brokers: [`127.0.0.1:${secure.port}`], ca: readFileSync(join(dir, "broker.pem"), "utf8") },
    kill: () => kill(),
    restart: start,
    close,
  };
};
