export function javaMajor(said: string): number | null;
export function javaProblem(): Promise<string | null>;
export interface Jars {
  readonly pom: string;
  readonly folder: string;
  readonly what: string;
}
export const MAILBOX: Jars;
export function jarsFolder(which?: Jars): string;
export function hasJars(which?: Jars): boolean;
export function ensureJars(
  which?: Jars,
): Promise<
  { readonly folder: string; readonly problem?: never } | { readonly problem: string; readonly folder?: never }
>;
