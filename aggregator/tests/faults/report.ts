import type { FaultReport } from "./suite.ts";

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");

const WRONG_SHOWN = 20;

/** What was done, and what came of it. */
export const told = (transport: string, seed: number, r: FaultReport): string => {
  const wrong = [...r.buckets.wrong, ...r.rolling.wrong, ...r.answers.wrong];
  const lines = [
    `${transport}, seed ${seed}, ${r.seconds} s; ${r.processor.lives} s of processor in ${r.lives} processes, ${r.processor.comparing} s comparing`,
    `  events    ${listed(r.told)}`,
    `  log       ${r.messages} messages, ${r.messages - r.listed} of them told again by an importer that had been killed`,
    `  faults    ${r.killed} SIGKILLs (${listed(r.kills)}); ${listed(r.others)}; writers parked after ${listed(r.parked)}, in ${r.steps} steps`,
    `  buckets   ${r.buckets.compared} compared, ${r.buckets.wrong.length} numbers wrong; ${r.counted} mentions count`,
    `  rolling   ${r.rolling.compared} points compared, ${r.rolling.wrong.length} numbers wrong`,
    `  as of     ${r.answers.moments} moments, ${r.answers.compared} days compared, ${r.answers.wrong.length} wrong`,
    `  verify    ${r.verified} numbers differ`,
    `  lost      ${r.lost.length} of ${r.acknowledged} acknowledged`,
    ...(wrong.length === 0
      ? []
      : ["  wrong:", ...wrong.slice(0, WRONG_SHOWN).map((line) => `    ${line.slice(0, 300)}`)]),
  ];
  return `${lines.join("\n")}\n`;
};
