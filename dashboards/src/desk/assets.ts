import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { PipelineError } from "@molva/contracts";

/** One file of the page, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

// Both are equally deep in src/desk and dist/desk.
const ASSETS = fileURLToPath(new URL("../../assets/desk/", import.meta.url));
const CLIENT = fileURLToPath(new URL("../../dist/client/", import.meta.url));
/** What page, messages and reports share. */
const WORDING = fileURLToPath(new URL("../../dist/wording/", import.meta.url));

const assetOf = (path: string): Asset => {
  const bytes = readFileSync(path);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { type: TYPES[extname(path)] ?? "application/octet-stream", bytes, gzipped: gzipSync(bytes), etag };
};

const echartsFile = (): string =>
  join(dirname(createRequire(import.meta.url).resolve("echarts/package.json")), "dist", "echarts.esm.min.mjs");

const scriptsOf = (path: string, folder: string): readonly (readonly [url: string, path: string])[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [`${path}/${name}`, join(folder, name)] as const);

/**
 * Every file the page may ask for, read once: what is not in this map does not exist, so no request names a path.
 * @throws {PipelineError} `USAGE` when the client was not compiled.
 */
export const loadAssets = (): ReadonlyMap<string, Asset> => {
  if (!existsSync(join(CLIENT, "main.js"))) {
    throw new PipelineError("The page's client is not built: run `npm run build` once.", {
      code: "USAGE",
      recovery: "exit",
    });
  }
  const listed = [
    ...readdirSync(ASSETS)
      .filter((name) => !name.endsWith(".html"))
      .map((name) => [`/assets/${name}`, join(ASSETS, name)] as const),
    ...scriptsOf("/client", CLIENT),
    ...scriptsOf("/wording", WORDING),
    ["/vendor/echarts.js", echartsFile()] as const,
  ];
  return new Map(listed.map(([url, path]) => [url, assetOf(path)] as const));
};

export const loadPage = (name: "index" | "audit"): string => readFileSync(join(ASSETS, `${name}.html`), "utf8");
