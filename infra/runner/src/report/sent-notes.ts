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

const bounceSchema = z.object({ at: instantSchema, kind: z.enum(["hard", "soft"]), why: z.string() });
type Bounce = z.infer<typeof bounceSchema>;

/** A copy of a report: what a mark in a message id stands for. */
const mailSchema = z.object({ week: z.string(), brand: z.string(), to: z.string() });
type SentMail = z.infer<typeof mailSchema>;

/** Below this stands what became of each report, by week, brand and reader; below the others what went wrong so far, and what came back. */
const SENT = "reports/sent/";
const TROUBLE = "reports/trouble/";
const BOUNCED = "reports/bounced/";
const MAILS = "reports/mails/";
const STOPPED = "reports/stopped/";
const UNSUBSCRIBED = "reports/unsubscribed/";

const keyOf = (prefix: string, week: string, brand: string, to: string): string =>
  `${prefix}${week}/${slugOf(brand)}/${to.toLowerCase()}`;

/** `bounced`: it came back for good, and no more goes there. `returned`: it came back, and the next one is tried. `later`: it is tried again. */
type Became = SentNote["outcome"] | "later" | "bounced" | "returned";

export interface ReaderNote {
  readonly to: string;
  readonly at: string;
  readonly outcome: Became;
  readonly why: string;
}

export interface SentNotes {
  read(week: string, brand: string, to: string): Promise<SentNote | null>;
  /** Durable when it resolves. A message is noted after the server has taken it. @param mark what stands before the `@` of its message id */
  write(week: string, brand: string, to: string, note: SentNote, mark?: string): Promise<void>;
  /** Not sent yet, for this reason; a note takes it away. */
  trouble(week: string, brand: string, to: string, at: Instant, why: string): Promise<void>;
  /** Notes of a week and brand, by address. */
  list(week: string, brand: string): Promise<readonly ReaderNote[]>;
  /** The same, by the name of the brand's folder. */
  listBySlug(week: string, slug: string): Promise<readonly ReaderNote[]>;
  /** Every week and brand of which something is noted, by its folder's name. */
  weeks(): Promise<readonly { readonly week: string; readonly slug: string }[]>;
  /** Which copy a mark stands for; null when we gave out none like it. */
  mailOf(mark: string): Promise<SentMail | null>;
  /** A copy came back. @param id of the report that says so. @returns false when it was known */
  bounce(mail: SentMail, bounce: Bounce, id: string): Promise<boolean>;
  isBounced(mail: SentMail, id: string): Promise<boolean>;
  /** Why nothing more goes to this address; null when it does. */
  stopped(to: string): Promise<{ readonly at: string; readonly why: string } | null>;
  allStopped(): Promise<readonly { readonly to: string; readonly at: string; readonly why: string }[]>;
  /** Whether this reader wants no more reports of this brand. */
  isUnsubscribed(brand: string, to: string): Promise<boolean>;
  unsubscribe(brand: string, to: string, at: Instant): Promise<void>;
  /** Takes back that a reader left, and that mail to them came back. */
  subscribe(brand: string, to: string): Promise<void>;
}

const troubleSchema = z.object({ at: instantSchema, why: z.string() });

export const sentNotes = (checkpoints: Checkpoints): SentNotes => {
  const under = async function* <T>(
    prefix: string,
    schema: z.ZodType<T>,
  ): AsyncGenerator<readonly [rest: string, value: T]> {
    for await (const [key, value] of checkpoints.entries(prefix)) {
      const parsed = schema.safeParse(value);
      if (parsed.success) yield [key.slice(prefix.length), parsed.data];
    }
  };
  const bounceKey = ({ week, brand, to }: SentMail, id: string): string => `${keyOf(BOUNCED, week, brand, to)}/${id}`;
  const isBounced: SentNotes["isBounced"] = async (mail, id) => (await checkpoints.read(bounceKey(mail, id))) !== null;
  const listBySlug: SentNotes["listBySlug"] = async (week, slug) => {
    const place = `${week}/${slug}/`;
    const found = new Map<string, ReaderNote>();
    for await (const [to, note] of under(`${SENT}${place}`, noteSchema)) found.set(to, { to, ...note });
    for await (const [to, one] of under(`${TROUBLE}${place}`, troubleSchema))
      found.set(to, { to, outcome: "later", ...one });
    for await (const [rest, { kind, ...one }] of under(`${BOUNCED}${place}`, bounceSchema)) {
      const to = rest.slice(0, rest.lastIndexOf("/"));
      if (found.get(to)?.outcome !== "bounced")
        found.set(to, { to, outcome: kind === "hard" ? "bounced" : "returned", ...one });
    }
    return [...found.values()];
  };
  return {
    read: async (week, brand, to) => {
      const parsed = noteSchema.safeParse(await checkpoints.read(keyOf(SENT, week, brand, to)));
      return parsed.success ? parsed.data : null;
    },
    write: (week, brand, to, note, mark) =>
      checkpoints.write({
        [keyOf(SENT, week, brand, to)]: note,
        [keyOf(TROUBLE, week, brand, to)]: null,
        ...(mark === undefined ? {} : { [`${MAILS}${mark}`]: { week, brand, to } satisfies SentMail }),
      }),
    trouble: (week, brand, to, at, why) => checkpoints.write({ [keyOf(TROUBLE, week, brand, to)]: { at, why } }),
    list: (week, brand) => listBySlug(week, slugOf(brand)),
    listBySlug,
    weeks: async () => {
      const found = new Map<string, { readonly week: string; readonly slug: string }>();
      for (const prefix of [SENT, TROUBLE])
        for await (const [rest] of under(prefix, z.unknown())) {
          const [week = "", slug = ""] = rest.split("/", 2);
          found.set(`${week}/${slug}`, { week, slug });
        }
      return [...found.values()];
    },
    mailOf: async (mark) => {
      const parsed = mailSchema.safeParse(await checkpoints.read(`${MAILS}${mark}`));
      return parsed.success ? parsed.data : null;
    },
    isBounced,
    bounce: async (mail, bounce, id) => {
      if (await isBounced(mail, id)) return false;
      await checkpoints.write({
        [bounceKey(mail, id)]: bounce,
        ...(bounce.kind === "hard"
          ? { [`${STOPPED}${mail.to.toLowerCase()}`]: { at: bounce.at, why: bounce.why } }
          : {}),
      });
      return true;
    },
    stopped: async (to) => {
      const parsed = troubleSchema.safeParse(await checkpoints.read(`${STOPPED}${to.toLowerCase()}`));
      return parsed.success ? parsed.data : null;
    },
    allStopped: async () => {
      const found = [];
      for await (const [to, one] of under(STOPPED, troubleSchema)) found.push({ to, ...one });
      return found;
    },
    isUnsubscribed: async (brand, to) =>
      typeof (await checkpoints.read(`${UNSUBSCRIBED}${slugOf(brand)}/${to.toLowerCase()}`)) === "string",
    unsubscribe: (brand, to, at) => checkpoints.write({ [`${UNSUBSCRIBED}${slugOf(brand)}/${to.toLowerCase()}`]: at }),
    subscribe: (brand, to) =>
      checkpoints.write({
        [`${UNSUBSCRIBED}${slugOf(brand)}/${to.toLowerCase()}`]: null,
        [`${STOPPED}${to.toLowerCase()}`]: null,
      }),
  };
};
