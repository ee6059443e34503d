import { setTimeout as delay } from "node:timers/promises";
import type { Diary } from "./diary.ts";
import { livingParts, type Running } from "./processes.ts";

/** Nothing was heard of any process for so long: on a machine that many share, a statement may take a while. */
const STILL_MS = 120_000;
/** Of one wait, whatever goes on meanwhile: the same work may be done again and again. */
const LONGEST_MS = 600_000;
const LOOK_EVERY_MS = 1000;
const ANSWERS_WITHIN_MS = 3000;

const nameOf = ({ life, child }: Running): string =>
  `${[...life.roles, ...life.groups].join(" ")} (life ${life.seed}, process ${child.pid})`;

/** What each process says of itself; one that was stopped, or stands where it is to be killed, cannot. */
const statesOf = async (): Promise<string> => {
  const parts = livingParts();
  const asked = parts.map(async (part) => {
    const said = part.said("state ");
    part.child.kill("SIGUSR2");
    const state = await Promise.race([said, delay(ANSWERS_WITHIN_MS, "does not answer")]);
    return `  ${nameOf(part)}: ${state ?? "has ended"}; it said last: ${part.last()}`;
  });
  return (await Promise.all(asked)).join("\n");
};

/** Resolves as `work` does. @throws {Error} that says who stands where, when nothing has gone on for two minutes, or this took ten. */
export const within = async <T>(diary: Diary, what: string, work: Promise<T>): Promise<T> => {
  const started = performance.now();
  let [moves, movedAt] = [diary.moves, started];
  let timer: NodeJS.Timeout | undefined;
  const stoodStill = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const now = performance.now();
      if (diary.moves !== moves) [moves, movedAt] = [diary.moves, now];
      if (now - movedAt < STILL_MS && now - started < LONGEST_MS) return;
      clearInterval(timer);
      const seconds = (ms: number): number => Math.round(ms / 1000);
      const told = `The fault suite has waited ${seconds(now - started)} s for ${what}; nothing was heard for ${seconds(now - movedAt)} s.`;
      void statesOf().then((states) => reject(new Error(`${told}\n${states}`)));
    }, LOOK_EVERY_MS);
  });
  try {
    return await Promise.race([work, stoodStill]);
  } finally {
    clearInterval(timer);
  }
};
