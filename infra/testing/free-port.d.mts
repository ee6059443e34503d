/** A port of the loopback that nobody listens at, and that no outgoing connection is given. */
export function freePort(): Promise<number>;
