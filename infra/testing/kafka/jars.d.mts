export function javaMajor(said: string): number | null;
export function javaProblem(): Promise<string | null>;
export function jarsFolder(): string;
export function hasJars(): boolean;
export function ensureJars(): Promise<
  { readonly folder: string; readonly problem?: never } | { readonly problem: string; readonly folder?: never }
>;
