import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory } from "./kafka-client.ts";

const KEEP_ALIVE_MS = 60_000;

/** The connections of one client of kafkajs. */
export interface Sockets {
  readonly open: ISocketFactory;
  /** Ends those that are still open, and opens no more. */
  close(): void;
}

/**
 * kafkajs loses sockets: two requests that find a connection closed open one each, and only the second is known afterwards; a broker that it
 * takes for gone is dropped with what is open to it; a request under way while it disconnects connects anew. Each would keep this process
 * alive until the broker closes it, ten minutes later.
 */
export const createSockets = (): Sockets => {
  const standing = new Set<Socket>();
  let closed = false;
  return {
    open: ({ host, port, ssl, onConnect }) => {
      // kafkajs makes a connection error of what is thrown here, so whoever asked is told.
      if (closed) throw new Error("this client is disconnected");
      // `ssl` is what the configuration says: false, true or certificates. The name that a certificate is for is no number.
      const socket = ssl
        ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
        : connect({ host, port }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      standing.add(socket);
      socket.once("close", () => standing.delete(socket));
      return socket;
    },
    close: () => {
      closed = true;
      for (const socket of standing) {
        // Told that it has ended, kafkajs stops the clock that it keeps for this connection's requests; of `destroy` alone it hears nothing.
        if (!socket.connecting) socket.emit("end");
        socket.destroy();
      }
    },
  };
};
