import { z } from "zod";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export const HOUR_MS = UNITS.h;
export const DAY_MS = UNITS.d;

/** `90s`, `15m`, `24h`, `400d` → milliseconds, from `least` to `most`. */
export const durationSchema = (least: number, most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}[smhd]$/, "a number and a unit: 90s, 15m, 24h or 400d")
    .transform((text) => Number(text.slice(0, -1)) * UNITS[text.at(-1) as keyof typeof UNITS])
    .refine((ms) => ms >= least && ms <= most, "out of range");
