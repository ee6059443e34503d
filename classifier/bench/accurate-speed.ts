import { loadAccurateModel } from "../src/accurate/model.ts";
import { benchTexts, KINDS, type Kind } from "./texts.ts";

export interface AccurateSpeed {
  readonly kind: Kind;
  readonly title: string;
  readonly texts: number;
  /** By processor time of all threads, tokens and the fast model's part included. */
  readonly perCpuSecond: number;
  /** Twice that: each text is read by one thread, and threads share nothing but the queue. */
  readonly onTwoCores: number;
}

/** Few enough for a minute; read in shares as the pipeline hands them over. */
const MOST = 1_000;
const TOGETHER = 256;

/** How fast the accurate model is, by the processor's time: what to compare on a machine that does other work too. */
export const benchAccurate = async (): Promise<readonly AccurateSpeed[]> => {
  const rows: AccurateSpeed[] = [];
  const model = loadAccurateModel({ threads: 2 });
  try {
    for (const kind of KINDS.filter((one) => one !== "all")) {
      const { title, warm, measured } = await benchTexts(kind);
      const ask = async (texts: readonly string[]): Promise<void> => {
        await model.label(texts.map((text) => ({ title: null, text, rating: null, language: null })));
      };
      const step = Math.max(1, Math.floor(measured.length / MOST));
      const texts = measured.filter((_, i) => i % step === 0).slice(0, MOST);
      await ask(warm.slice(0, TOGETHER));
      const before = process.cpuUsage();
      for (let from = 0; from < texts.length; from += TOGETHER) await ask(texts.slice(from, from + TOGETHER));
      const { user, system } = process.cpuUsage(before);
      const perCpuSecond = Math.round(texts.length / ((user + system) / 1e6));
      rows.push({ kind, title, texts: texts.length, perCpuSecond, onTwoCores: 2 * perCpuSecond });
    }
    return rows;
  } finally {
    await model.close();
  }
};
