/** A whole answer, in the bytes of its format. */
export interface Answer {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface Piece {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/**
 * A connection of its own with the engine: it runs one statement at a time, and keeps every `SET` and `USE` until it is
 * closed. Texts may hold several statements; of the last the answer is given. Nothing here can be interrupted: a
 * connection is closed when its statement has ended, by itself or by `KILL QUERY` from another one.
 */
export interface EngineConnection {
  answer(sql: string, format: string): Promise<Answer>;
  /** Pieces as the engine makes them; each is a whole document of the format. Leaving the loop early ends the statement. */
  stream(sql: string, format: string): AsyncIterable<Piece>;
  /** `sql` is an INSERT up to and with its `FORMAT`; `data` may be of any format, binary ones too. */
  insert(sql: string, data: Buffer): Promise<{ readonly rowsWritten: number; readonly bytesWritten: number }>;
  close(): void;
}

/** The way to the engine of an open store. */
export interface Engine {
  /** The store's own. */
  readonly database: string;
  /** @throws {PipelineError} `STORE_UNAVAILABLE` (exit). */
  connect(): EngineConnection;
}
