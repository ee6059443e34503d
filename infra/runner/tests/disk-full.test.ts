import { spawnSync } from "node:child_process";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NsrRow } from "@molva/contracts";
import { expect, it } from "vitest";
import { jsonHere, molvaHere } from "./support/here.ts";
import { startMolva, temporaryFolder } from "./support/molva.ts";
import { MAP, REVIEWS, reviewsCsv } from "./support/reviews.ts";

const MIB = 1024 * 1024;
const IMPORT = ["import", "reviews.csv", "--source", "banki-ru", "--map", MAP, "--tz", "Europe/Moscow"];

it("a full disk under a running start: intake stops and says how much is missing, what is there can be read, and once there is space it goes on by itself", async () => {
  const folder = await temporaryFolder();
  const disk = join(folder.path, "disk");
  await mkdir(disk);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=256m", "tmpfs", disk], { stdio: "ignore" }).status !== 0) {
    console.warn("NOT RUN: this user may not mount a small disk");
    await folder.remove();
    return;
  }
  const data = ["--data", join(disk, "data")];
  await writeFile(join(folder.path, "reviews.csv"), reviewsCsv());
  await writeFile(join(folder.path, "molva.yaml"), "brands:\n  - {id: quiet, title: Quiet}\nserver: {port: 0}\n");
  const started = startMolva(["start", ...data], folder.path);
  try {
    await started.said(/Open http/);
    const { bavail, bsize } = await statfs(disk);
    const filler = join(disk, "filler");
    await writeFile(filler, Buffer.alloc(Math.floor(bavail * bsize - 20 * MIB)));
    const refused = await molvaHere([...IMPORT, ...data], folder.path);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/full.* are missing/) });
    expect((await molvaHere(["nsr", "--all", ...data], folder.path)).code).toBe(0);

    await rm(filler);
    expect(await jsonHere([...IMPORT, ...data], folder.path)).toMatchObject({ new: REVIEWS.length });
    const rows = await jsonHere<readonly NsrRow[]>(["nsr", "--all", "--step", "month", ...data], folder.path);
    expect(rows.reduce((sum, row) => sum + row.n + row.unscored, 0)).toBe(REVIEWS.length);
    expect((await molvaHere(["verify", ...data], folder.path)).code).toBe(0);
  } finally {
    started.child.kill("SIGTERM");
    await started.ended;
    spawnSync("umount", [disk]);
    await folder.remove();
  }
}, 600_000);
