// A port for a server that another process is to start, or that dies and comes back. Plain Node, so that `npm run kafka` needs no build.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that the system gives to outgoing connections (32768 and up on Linux, 49152 and up elsewhere): one of those may be taken while its
 * server is away, and by the server's own clients, who knock all that time: a connection whose two ends are the same port connects to itself.
 */
const FROM = 12_000;
const UNTIL = 32_000;

/** Each process walks from a place of its own, so that two rarely meet and no port is given out twice. */
let next = randomInt(FROM, UNTIL);

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

/** A port of the loopback that nobody listens at. */
export const freePort = async () => {
  for (let tried = FROM; tried < UNTIL; tried += 1) {
    const port = next;
    next = next + 1 < UNTIL ? next + 1 : FROM;
    if (await isFree(port)) return port;
  }
  throw new Error(`No port of the loopback from ${FROM} to ${UNTIL} is free.`);
};
