export interface HttpLimits {
  /** Queries that may be there at once, waiting or worked on; one more is refused with 202. Default 32. */
  readonly queries: number;
  /** Queries that the engine works on at the same time. Default 3: Node's pool has 4 threads unless UV_THREADPOOL_SIZE says more. */
  readonly threads: number;
  /** Bytes of a body, as sent and as unpacked. Default 64 MiB. */
  readonly bodyBytes: number;
  /** Largest `max_query_size` that a request may ask for, in bytes; without one 256 KiB hold, as in ClickHouse. Default 32 MiB. */
  readonly queryBytes: number;
  /** Bytes of an answer that is made as a whole (formats such as JSON or Parquet). Default 256 MiB. */
  readonly answerBytes: number;
  /** Seconds a query of a reader may run. Default 60. */
  readonly readerSeconds: number;
  /** Seconds a statement of a writer runs unless it asks for more. Default 600. */
  readonly writerSeconds: number;
  /** Bytes one statement may hold. Default 2 GiB. */
  readonly memoryBytes: number;
  /** Milliseconds in which a client must send or take something. Default 30 000. */
  readonly idleMs: number;
  /** Named sessions that may be open. Default 32. */
  readonly sessions: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  queries: 32,
  threads: 3,
  bodyBytes: 64 * 1024 ** 2,
  queryBytes: 32 * 1024 ** 2,
  answerBytes: 256 * 1024 ** 2,
  readerSeconds: 60,
  writerSeconds: 600,
  memoryBytes: 2 * 1024 ** 3,
  idleMs: 30_000,
  sessions: 32,
};
