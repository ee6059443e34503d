import type { ServerResponse } from "node:http";
import type { DeskReads } from "./reads.ts";

const MOST_LISTENERS = 64;
/** Under the half minute after which proxies drop a silent connection. */
const HEARTBEAT_MS = 20_000;

export interface Events {
  /** Takes the response over and writes to it until it closes; false when too many listen already. */
  admit(response: ServerResponse): boolean;
  close(): void;
}

/**
 * Server-Sent Events that say only "something changed": the page reads again what it shows. However often the reads
 * change, two messages are at least `apartMs` milliseconds apart, and the last change is always told.
 */
export const createEvents = (reads: Pick<DeskReads, "subscribe">, apartMs: number): Events => {
  const listeners = new Set<ServerResponse>();
  let sequence = 0;
  let pending = false;
  let pause: NodeJS.Timeout | null = null;

  const tell = (): void => {
    sequence += 1;
    for (const listener of listeners)
      listener.write(`id: ${String(sequence)}\nevent: changed\ndata: ${String(sequence)}\n\n`);
    pause = setTimeout(() => {
      pause = null;
      if (!pending) return;
      pending = false;
      tell();
    }, apartMs);
    pause.unref();
  };

  const unsubscribe = reads.subscribe(() => {
    if (pause === null) tell();
    else pending = true;
  });
  const heartbeat = setInterval(() => {
    for (const listener of listeners) listener.write(": still here\n\n");
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    admit: (response) => {
      if (listeners.size >= MOST_LISTENERS) return false;
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      response.write("retry: 2000\n\n");
      listeners.add(response);
      response.on("close", () => listeners.delete(response));
      return true;
    },
    close: () => {
      unsubscribe();
      clearInterval(heartbeat);
      if (pause !== null) clearTimeout(pause);
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
};
