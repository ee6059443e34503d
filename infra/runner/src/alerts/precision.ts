import type { IncidentAnswer } from "@molva/contracts";

/** How many messages people called useful, of those they judged; of each incident the last word counts. */
export const precisionOf = (
  answers: readonly IncidentAnswer[],
): { readonly useful: number; readonly judged: number } => {
  const judged = new Map<string, boolean>();
  for (const { incidentId, answer } of answers)
    if (answer === "useful" || answer === "not-useful") judged.set(incidentId, answer === "useful");
  const useful = [...judged.values()].filter((was) => was).length;
  return { useful, judged: judged.size };
};
