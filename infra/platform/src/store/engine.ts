/** A whole answer, in the bytes of its format. */
export interface Answer {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

interface Piece {
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
  /** Runs `head tail` over rows of any format, binary ones too: `INSERT INTO t (a)`, `FORMAT CSV`. Gives how many they were. */
  insert(sql: { readonly head: string; readonly tail: string }, data: Buffer): Promise<number>;
  close(): void;
}

/** The way to the engine of an open store. */
export interface Engine {
  /** The store's own. */
  readonly database: string;
  /** @throws {PipelineError} `STORE_UNAVAILABLE` (exit). */
  connect(): EngineConnection;
}
