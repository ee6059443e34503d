/** By language: absolute paths. */
export type WorkerFiles = Readonly<
  Record<string, { readonly model: string; readonly tokenizer: string; readonly marks: readonly [string, string] }>
>;

export interface WorkerText {
  readonly text: string;
  readonly brand: string | null;
}

export interface WorkerRequest {
  readonly language: string;
  readonly texts: readonly WorkerText[];
}

/** Three scores a text, in the order of the request. */
export type WorkerAnswer = { readonly scores: Float32Array } | { readonly error: string };
