import { instantSchema, type Checkpoints, type Instant } from "@molva/contracts";
import { z } from "zod";
import { slugOf } from "./archive.ts";

const noteSchema = z.object({
  at: instantSchema,
  /** `refused`: the server said never. `missed`: it could not be sent while it was still news. */
  outcome: z.enum(["sent", "refused", "missed"]),
  /** The server's words, or why not. */
  why: z.string(),
});
type SentNote = z.infer<typeof noteSchema>;

/** Below this stands what became of each report, by week, brand and reader; below the other one what went wrong so far. */
const SENT = "reports/sent/";
const TROUBLE = "reports/trouble/";
const UNSUBSCRIBED = "reports/unsubscribed/";

const keyOf = (prefix: string, week: string, brand: string, to: string): string =>
  `${prefix}${week}/${slugOf(brand)}/${to.toLowerCase()}`;

export interface SentNotes {
  read(week: string, brand: string, to: string): Promise<SentNote | null>;
  /** Durable when it resolves. A message is noted after the server has taken it. */
  write(week: string, brand: string, to: string, note: SentNote): Promise<void>;
  /** Not sent yet, for this reason; a note takes it away. */
  trouble(week: string, brand: string, to: string, at: Instant, why: string): Promise<void>;
  /** Notes of a week and brand, by address. `later`: it is tried again. */
  list(
    week: string,
    brand: string,
  ): Promise<
    readonly {
      readonly to: string;
      readonly at: string;
      readonly outcome: SentNote["outcome"] | "later";
      readonly why: string;
    }[]
  >;
  /** Whether this reader wants no more reports of this brand. */
  isUnsubscribed(brand: string, to: string): Promise<boolean>;
  unsubscribe(brand: string, to: string, at: Instant): Promise<void>;
  subscribe(brand: string, to: string): Promise<void>;
}

const troubleSchema = z.object({ at: instantSchema, why: z.string() });

export const sentNotes = (checkpoints: Checkpoints): SentNotes => ({
  read: async (week, brand, to) => {
    const parsed = noteSchema.safeParse(await checkpoints.read(keyOf(SENT, week, brand, to)));
    return parsed.success ? parsed.data : null;
  },
  write: (week, brand, to, note) =>
    checkpoints.write({ [keyOf(SENT, week, brand, to)]: note, [keyOf(TROUBLE, week, brand, to)]: null }),
  trouble: (week, brand, to, at, why) => checkpoints.write({ [keyOf(TROUBLE, week, brand, to)]: { at, why } }),
  list: async (week, brand) => {
    const found: { to: string; at: string; outcome: SentNote["outcome"] | "later"; why: string }[] = [];
    const under = (prefix: string): string => `${prefix}${week}/${slugOf(brand)}/`;
    for await (const [key, value] of checkpoints.entries(under(SENT))) {
      const parsed = noteSchema.safeParse(value);
      if (parsed.success) found.push({ to: key.slice(under(SENT).length), ...parsed.data });
    }
    for await (const [key, value] of checkpoints.entries(under(TROUBLE))) {
      const parsed = troubleSchema.safeParse(value);
      if (parsed.success) found.push({ to: key.slice(under(TROUBLE).length), outcome: "later", ...parsed.data });
    }
    return found;
  },
  isUnsubscribed: async (brand, to) =>
    typeof (await checkpoints.read(`${UNSUBSCRIBED}${slugOf(brand)}/${to.toLowerCase()}`)) === "string",
  unsubscribe: (brand, to, at) => checkpoints.write({ [`${UNSUBSCRIBED}${slugOf(brand)}/${to.toLowerCase()}`]: at }),
  subscribe: (brand, to) => checkpoints.write({ [`${UNSUBSCRIBED}${slugOf(brand)}/${to.toLowerCase()}`]: null }),
});
