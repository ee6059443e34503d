/** A Chromium that answered `--version`. */
export interface Chromium {
  readonly path: string;
  /** As it prints it, e.g. `156.0.8078.79`; `unknown` on Windows, where it cannot be asked. */
  readonly version: string;
  readonly origin: "MOLVA_CHROMIUM" | "system" | "playwright";
}

type Environment = Readonly<Record<string, string | undefined>>;

export function chromiumPlaces(
  env: Environment,
  platform?: NodeJS.Platform,
): { readonly path: string; readonly origin: Chromium["origin"] }[];
export function chromiumVersion(path: string, env: Environment, platform?: NodeJS.Platform): Promise<string | null>;
export function findChromium(env: Environment, platform?: NodeJS.Platform): Promise<Chromium | null>;
