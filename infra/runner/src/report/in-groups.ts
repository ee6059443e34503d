/** Neighbours together until they weigh too much; what is too heavy alone stands alone. */
export const inGroups = <T>(
  list: readonly T[],
  weightOf: (item: T) => number,
  most: number,
): readonly (readonly T[])[] => {
  const groups: T[][] = [];
  let left = 0;
  for (const item of list) {
    const weight = weightOf(item);
    const last = groups.at(-1);
    if (last === undefined || weight > left) {
      groups.push([item]);
      left = most - weight;
    } else {
      last.push(item);
      left -= weight;
    }
  }
  return groups;
};
