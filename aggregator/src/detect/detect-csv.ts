import { DETECT_START, detectCounts, type DetectState } from "./detect-counts.ts";
import { DETECT_DEFAULTS, type DetectParameters } from "./parameters.ts";

/** Rows of `timestamp,value` with the state of their series: what `molva detect` remembers between two lines. */
export interface CsvState {
  readonly line: number;
  readonly detect: DetectState;
  /** Where the two columns are; null before the first line. */
  readonly columns: { readonly timestamp: number; readonly value: number } | null;
}

export const CSV_START: CsvState = { line: 0, detect: DETECT_START, columns: null };
export const CSV_HEADER = "timestamp,value,score,alert";

/** At most one of `row` and `error` is null; an empty line and the header give neither. */
export interface CsvResult {
  readonly state: CsvState;
  readonly row: string | null;
  readonly error: string | null;
  readonly alert: boolean;
}

const WALL = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/u;
const DAY = /^\d{4}-\d{2}-\d{2}$/u;
const EPOCH = /^\d{1,14}(?:\.\d+)?$/u;
/** From here on an epoch is read as milliseconds: as seconds it would be the year 5138. */
const MILLISECONDS_FROM = 1e11;

/** Milliseconds since 1970, or null. Without a zone it is UTC. */
export const momentOf = (text: string): number | null => {
  if (EPOCH.test(text)) {
    const epoch = Number(text);
    return epoch >= MILLISECONDS_FROM ? epoch : epoch * 1000;
  }
  if (DAY.test(text)) return dateOf(`${text}T00:00:00Z`);
  const found = WALL.exec(text);
  return found === null ? null : dateOf(`${found[1]}T${found[2]}${found[3] ?? "Z"}`);
};

/** `Date.parse` rolls 31 February over; such a date is a mistake here. */
const dateOf = (iso: string): number | null => {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return null;
  const day = new Date(Date.parse(`${iso.slice(0, 10)}T00:00:00Z`)).toISOString().slice(0, 10);
  return day === iso.slice(0, 10) ? ms : null;
};

const cellsOf = (line: string): readonly string[] =>
  line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/u, "$1"));

/** Not a number is no value: the row stays, and counts as a gap. */
const MISSING = new Set(["", "nan", "null", "na", "none"]);

/** One line of the file; the line ends are already gone. */
export const detectLine = (
  state: CsvState,
  text: string,
  parameters: DetectParameters = DETECT_DEFAULTS,
): CsvResult => {
  const line = state.line + 1;
  const clean = line === 1 ? text.replace(/^\uFEFF/u, "") : text;
  const nothing = { state: { ...state, line }, row: null, error: null, alert: false };
  if (clean.trim() === "") return nothing;
  const cells = cellsOf(clean);
  if (state.columns === null) {
    const names = cells.map((cell) => cell.toLowerCase());
    const timestamp = names.indexOf("timestamp");
    const value = names.indexOf("value");
    if (timestamp >= 0 && value >= 0) return { ...nothing, state: { ...state, line, columns: { timestamp, value } } };
  }
  const columns = state.columns ?? { timestamp: 0, value: 1 };
  const known = { ...state, line, columns };
  const stamp = cells[columns.timestamp] ?? "";
  const shown = cells[columns.value];
  const wrong = (message: string, row: string | null = null): CsvResult => ({
    state: known,
    row,
    error: `line ${line}: ${message}`,
    alert: false,
  });
  if (shown === undefined) return wrong(`expected timestamp,value, found ${cells.length} column`);
  const at = momentOf(stamp);
  if (at === null)
    return wrong(
      `${JSON.stringify(stamp.slice(0, 40))} is no time; write 2026-03-01T09:05:00Z, 2026-03-01 09:05:00 (UTC) or seconds since 1970`,
    );
  const silent = `${stamp},${shown},0,0`;
  if (MISSING.has(shown.toLowerCase())) return { ...nothing, state: known, row: silent };
  const value = Number(shown);
  if (!Number.isFinite(value) || value < 0)
    return wrong(`${JSON.stringify(shown.slice(0, 40))} is no count; write a number of at least 0`);
  const lastAt = state.detect.lastAt;
  if (lastAt !== null && at <= lastAt)
    return wrong(
      `${stamp} is not later than the row before; sort the file by time (the row keeps score 0 and is not learned from)`,
      silent,
    );
  const { state: detect, detection } = detectCounts(state.detect, { at, value }, parameters);
  const row = `${stamp},${shown},${shownScore(detection.score, detection.alert)},${detection.alert ? 1 : 0}`;
  return { state: { ...known, detect }, row, error: null, alert: detection.alert };
};

/** Four decimals; rounding must not lift a row without an alert to 0.5. */
const shownScore = (score: number, alert: boolean): string =>
  String(alert ? Math.max(0.5, Math.round(score * 1e4) / 1e4) : Math.floor(score * 1e4) / 1e4);
