import type { z } from "zod";
import type {
  DaysAnswer,
  IncidentsAnswer,
  mentionPageSchema,
  Overview,
  RollingAnswer,
  SurveysAnswer,
} from "../desk/reads.ts";
import type { Choice } from "./view.ts";

type Mentions = z.infer<typeof mentionPageSchema>;
export type ListedMention = Mentions["mentions"][number];

/** The server understood and said no, or could not read: its message is meant for people. */
export class Refused extends Error {}

const WAIT_MS = 30_000;

const answerOf = async <Answer>(response: Response): Promise<Answer> => {
  const body: unknown = await response.json();
  // The server checks each answer against the schema these types are made from, before it sends it.
  if (response.ok) return body as Answer;
  const told = (body as { readonly error?: { readonly message?: string } } | null)?.error?.message;
  throw new Refused(told ?? response.statusText);
};

export const ask = async <Answer>(path: string, query: Readonly<Record<string, string | null>>): Promise<Answer> => {
  const parameters = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  const response = await fetch(`/api/${path}?${parameters.toString()}`, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(WAIT_MS),
  });
  return answerOf(response);
};

/** The one way in which a page writes: JSON from its own origin. */
export const tell = async <Answer>(path: string, what: object): Promise<Answer> =>
  answerOf(
    await fetch(`/api/${path}`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify(what),
      signal: AbortSignal.timeout(WAIT_MS),
    }),
  );

export const askOverview = async (): Promise<Overview> => ask("overview", {});
export const askRolling = async (brand: string, choice: Choice): Promise<RollingAnswer> =>
  ask("rolling", { brand, window: choice.window, reach: choice.reach });
export const askDays = async (brand: string, choice: Choice): Promise<DaysAnswer> =>
  ask("days", { brand, reach: choice.reach });
export const askSurveys = async (brand: string): Promise<SurveysAnswer> => ask("surveys", { brand });
export const askIncidents = async (brand: string): Promise<IncidentsAnswer> => ask("incidents", { brand });
export const askMentions = async (
  brand: string,
  choice: Choice,
  limit: number,
  cursor: string | null,
): Promise<Mentions> =>
  ask("mentions", {
    brand,
    label: choice.label,
    source: choice.source,
    from: choice.from,
    to: choice.to,
    limit: String(limit),
    cursor,
  });
