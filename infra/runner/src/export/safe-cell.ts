/** What makes a spreadsheet take a cell for a formula or a command, full-width signs too. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;

/** A text that a spreadsheet shows and never runs: an apostrophe stands before what begins like a formula. Numbers are never touched. */
export const safeCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
