import { instantOf, type Instant } from "@molva/contracts";
import { millisAt } from "@molva/text";
import { usageError } from "./command.ts";

const SHAPE = /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A moment as a person types it: `2025-01`, `2025-01-31`, `2025-01-31T10:00`, with or without an offset. What names no
 * offset is read in the zone; what names no day or time of day is its first moment.
 * @throws {PipelineError} `USAGE`
 */
export const momentOf = (text: string, zone: string, option: string): Instant => {
  const match = SHAPE.exec(text.trim());
  const wrong = () =>
    usageError(`--${option}: ${text} is no date; write 2025-01-31, 2025-01-31T10:00 or 2025-01-31T10:00:00Z`);
  if (match === null) throw wrong();
  const [, year, month, day = "01", hour = "00", minute = "00", second = "00", fraction = "0", offset] = match;
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0")}Z`);
  // A 31 February is carried to March by some parsers; it is no date.
  if (Number.isNaN(wall) || new Date(wall).getUTCDate() !== Number(day)) throw wrong();
  if (offset === undefined) return instantOf(millisAt(wall, zone));
  if (offset === "Z") return instantOf(wall);
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return instantOf(wall - (offset.startsWith("-") ? -1 : 1) * minutes * 60_000);
};
