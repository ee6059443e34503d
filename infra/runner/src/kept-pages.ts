import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "@molva/contracts";
import type { PuzzlingPage } from "@molva/crawlers";

/** All pages together, in bytes; the oldest leave first. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of one target: a source that is broken for weeks fills no disk with the same page. */
const MOST_OF_TARGET = 3;

interface Kept {
  readonly stem: string;
  readonly target: string;
  readonly bytes: number;
  readonly at: number;
}

/** Pages that a source could no longer read, for its repair: `DATA/pages/SOURCE.TARGET.TIME.page` and `.json` beside it. They hold people's words. */
export const keptPages = (dataDir: string, log: Log) => {
  const folder = join(dataDir, "pages");

  const list = async (): Promise<readonly Kept[]> => {
    const names = await readdir(folder).catch(() => [] as string[]);
    const found = await Promise.all(
      names
        .filter((name) => name.endsWith(".page"))
        .map(async (name): Promise<Kept | null> => {
          const file = await stat(join(folder, name)).catch(() => null);
          const stem = name.slice(0, -".page".length);
          return file === null ? null : { stem, target: stem.split(".")[1] ?? "", bytes: file.size, at: file.mtimeMs };
        }),
    );
    return found.filter((one) => one !== null).toSorted((a, b) => b.at - a.at);
  };

  const remove = async (pages: readonly Kept[]): Promise<void> => {
    for (const { stem } of pages)
      for (const ending of [".page", ".json"]) await rm(join(folder, stem + ending), { force: true });
  };

  /** Leaves the newest of each target, and no more than fit. */
  const bound = async (): Promise<void> => {
    const ofTarget = new Map<string, number>();
    let bytes = 0;
    const over = (await list()).filter((page) => {
      const nth = (ofTarget.get(page.target) ?? 0) + 1;
      ofTarget.set(page.target, nth);
      bytes += page.bytes;
      return nth > MOST_OF_TARGET || bytes > MOST_BYTES;
    });
    await remove(over);
  };

  return {
    async keep({ body, ...about }: PuzzlingPage): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const stem = `${about.source}.${about.target}.${about.fetchedAt.replaceAll(/[:.]/g, "-")}`;
      await writeFile(join(folder, `${stem}.json`), `${JSON.stringify(about, null, 2)}\n`, { mode: 0o600 });
      await writeFile(join(folder, `${stem}.new`), body, { mode: 0o600 });
      await rename(join(folder, `${stem}.new`), join(folder, `${stem}.page`));
      await bound();
      log.info("crawl.page-kept", { source: about.source, target: about.target, file: `pages/${stem}.page` });
    },
    /** Takes away what is older; 0 ms is all. Returns how many pages went. */
    async trim(olderThanMs: number, now: number): Promise<number> {
      const old = (await list()).filter(({ at }) => now - at >= olderThanMs);
      await remove(old);
      return old.length;
    },
  };
};
