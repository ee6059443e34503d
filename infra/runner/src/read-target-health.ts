import { targetHealthSchema, type Checkpoints, type TargetHealth } from "@molva/contracts";

/** How each of these targets stands now. What is crawled no more is told no more, though its last words still stand there. */
export const readTargetHealth = async (
  checkpoints: Checkpoints,
  crawled: ReadonlySet<string>,
): Promise<readonly TargetHealth[]> => {
  const found: TargetHealth[] = [];
  for await (const [, value] of checkpoints.entries("health/")) {
    const read = targetHealthSchema.safeParse(value);
    if (read.success && crawled.has(read.data.target)) found.push(read.data);
  }
  return found;
};
