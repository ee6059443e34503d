import type { Io } from "./io.ts";

export interface Bar {
  /** `done` of `total` units; a total of null is not known. `note` stands behind the bar. */
  update(done: number, total: number | null, note?: string): void;
  /** Clears the bar; what was said once a line stays. */
  end(): void;
}

const BLOCKS = 24;
const TERMINAL_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;

const seconds = (s: number): string =>
  s < 60 ? `${Math.ceil(s)} s` : s < 3600 ? `${Math.ceil(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;

const number = (n: number): string => Math.round(n).toLocaleString("en").replaceAll(",", " ");

/** The line a bar shows: share, count, rate and the time left. Pure, for tests. */
export const barText = (
  label: string,
  unit: string,
  done: number,
  total: number | null,
  elapsedMs: number,
  note = "",
): string => {
  const rate = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  const left = total !== null && rate > 0 ? seconds(Math.max(0, total - done) / rate) : null;
  const filled = total === null || total === 0 ? 0 : Math.min(BLOCKS, Math.floor((done / total) * BLOCKS));
  const bar =
    total === null
      ? ""
      : ` ${"█".repeat(filled)}${"░".repeat(BLOCKS - filled)} ${Math.floor((100 * done) / Math.max(1, total))} %`;
  const parts = [
    total === null ? `${number(done)} ${unit}` : `${number(done)} of ${number(total)} ${unit}`,
    `${number(rate)}/s`,
    left === null || done >= (total ?? 0) ? "" : `${left} left`,
    note,
  ].filter((part) => part !== "");
  return `${label}${bar}  ${parts.join(" · ")}`;
};

/** A bar on a terminal, a line every five seconds elsewhere. `now` in ms. */
export const progressBar = (io: Io, label: string, unit: string, now: () => number = () => performance.now()): Bar => {
  const started = now();
  let shown = -Infinity;
  return {
    update(done, total, note) {
      const elapsed = now() - started;
      if (elapsed - shown < (io.errIsTerminal ? TERMINAL_EVERY_MS : LINE_EVERY_MS)) return;
      if (!io.errIsTerminal && shown === -Infinity && elapsed < LINE_EVERY_MS) return;
      shown = elapsed;
      const text = barText(label, unit, done, total, elapsed, note).slice(0, Math.max(20, io.columns - 1));
      io.err(io.errIsTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end() {
      if (io.errIsTerminal && shown !== -Infinity) io.err("\r\u001b[2K");
    },
  };
};
