/** Who sits at this browser, as they named themselves; kept in it, and sent only with what they do. */
const KEY = "molva-audit-by";

export const ownName = (): string => localStorage.getItem(KEY) ?? "";

export const keepOwnName = (name: string): void => localStorage.setItem(KEY, name);
