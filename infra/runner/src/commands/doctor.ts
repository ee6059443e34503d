import { constants } from "node:fs";
import { access, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findChromium, openStore, readFolderLock } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, type Call } from "../command.ts";
import { messageOf } from "../failure.ts";
import { checkConfig } from "../settings.ts";
import { VERSION } from "../version.ts";
import { findServers } from "./doctor-servers.ts";

interface Finding {
  readonly what: string;
  readonly state: "ok" | "missing" | "broken";
  readonly told: string;
  /** What to do about it; null when all is well. */
  readonly next: string | null;
}

const ok = (what: string, told: string): Finding => ({ what, state: "ok", told, next: null });

const node = (): Finding => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const told = `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
  if (major > 20 || (major === 20 && minor >= 19)) return ok("node", told);
  return { what: "node", state: "broken", told, next: "install Node 20.19 or newer" };
};

const folder = async ({ dataDir }: Call): Promise<Finding> => {
  const holder = readFolderLock(dataDir);
  if (holder !== null)
    return ok(
      "data folder",
      `${dataDir}, held by process ${holder.pid}${holder.socket === null ? "" : ", which takes commands"}`,
    );
  try {
    const there = await access(dataDir, constants.W_OK).then(
      () => dataDir,
      () => dirname(dataDir),
    );
    await access(there, constants.W_OK);
    const disk = await statfs(there);
    const free = (disk.bavail * disk.bsize) / 1024 ** 3;
    const told = `${dataDir}, ${free.toFixed(1)} GiB free`;
    return free > 1
      ? ok("data folder", told)
      : { what: "data folder", state: "broken", told, next: "free some disk, or name another folder with --data" };
  } catch {
    return {
      what: "data folder",
      state: "broken",
      told: `${dataDir} cannot be written`,
      next: "give yourself the right to write it, or name another folder with --data",
    };
  }
};

/** The engine in an empty folder of its own: whether it loads and answers on this machine. */
const engine = async (): Promise<Finding> => {
  const path = await mkdtemp(join(tmpdir(), "molva-doctor-"));
  try {
    const store = await openStore({ path, readers: 1 });
    const [row] = await store.query(
      {
        name: "engine_version",
        sql: "SELECT version() AS version",
        params: z.strictObject({}),
        row: z.object({ version: z.string() }),
      },
      {},
    );
    await store.close();
    return ok("store", `chDB, ClickHouse ${row?.version ?? "?"} in this process`);
  } catch (error) {
    return {
      what: "store",
      state: "broken",
      told: messageOf(error),
      next: "chDB comes as a package for Linux and macOS on x64 and arm64: check the platform, then run npm ci",
    };
  } finally {
    await rm(path, { recursive: true, force: true });
  }
};

const browser = async ({ environment }: Call): Promise<Finding> => {
  const found = await findChromium(environment.MOLVA_CHROMIUM);
  if (found !== null) return ok("browser", `${found.version} at ${found.path}`);
  return {
    what: "browser",
    state: "missing",
    told: "no Chromium: targets with render: browser are skipped, all others work",
    next: "install one (Debian, Ubuntu: apt-get install chromium; elsewhere: npx playwright install chromium) or set MOLVA_CHROMIUM",
  };
};

const model = async (): Promise<Finding> => {
  try {
    const { loadModel } = await import("@molva/classifier");
    const { name, languages } = loadModel();
    return ok("model", `${name} for ${languages.join(", ")}`);
  } catch (error) {
    return { what: "model", state: "broken", told: messageOf(error), next: "run npm ci again, or molva train" };
  }
};

const configuration = async ({ configPath }: Call): Promise<Finding> => {
  if (configPath === null) return ok("configuration", "none: the built-in demo runs");
  const result = await checkConfig(configPath, configPath);
  if (result.ok) return ok("configuration", `${configPath}: ${result.config.brands.length} brands`);
  return {
    what: "configuration",
    state: "broken",
    told: `${result.problems.length} problems in ${configPath}`,
    next: "molva check prints them",
  };
};

const zones = (): Finding => {
  const moscow = new Intl.DateTimeFormat("ru", { timeZone: "Europe/Moscow", month: "long", day: "numeric" }).format(
    new Date(0),
  );
  return moscow.includes("января")
    ? ok("languages", "time zones and Russian are there")
    : {
        what: "languages",
        state: "broken",
        told: "this Node knows English only",
        next: "use a Node with full ICU data, as nodejs.org builds it",
      };
};

const MARKS = { ok: "ok     ", missing: "missing", broken: "BROKEN " } as const;

export const doctor = defineCommand({
  name: "doctor",
  summary: "versions, storage, browser, model: what is there, what is missing, how to get it",
  details: "Exit code 1 when something is broken; what is only missing does not count.",
  flags: [JSON_FLAG],
  examples: ["molva doctor", "molva doctor --json"],
  folder: "none",
  input: z.strictObject({ json: z.boolean().default(false) }),
  run: async (call, { json }) => {
    const findings = [
      ok("molva", VERSION),
      node(),
      await folder(call),
      await engine(),
      await browser(call),
      await model(),
      await configuration(call),
      zones(),
      ...[await findServers(call)].filter((finding) => finding !== null),
    ];
    if (json) await call.io.out(`${JSON.stringify(findings, null, 2)}\n`);
    else {
      for (const finding of findings) {
        await call.io.out(
          `${MARKS[finding.state]}  ${finding.what.padEnd(14)} ${finding.told}\n${finding.next === null ? "" : `${" ".repeat(24)} → ${finding.next}\n`}`,
        );
      }
    }
    return findings.some((finding) => finding.state === "broken") ? 1 : 0;
  },
});
