import {
  instantOf,
  millisOf,
  type Clock,
  type CustomerPeriod,
  type Instant,
  type Query,
  type Store,
  type SurveyAnswer,
} from "@molva/contracts";
import { z } from "zod";
import { SURVEY_ANSWER, SURVEY_CONTACT, SURVEY_CUSTOMERS, type AnswerRow, type CustomersRow } from "./tables.ts";

export interface HashedAnswer {
  readonly answer: SurveyAnswer;
  /** 16 hex digits over all that the file says of it. */
  readonly hash: string;
}
export interface HashedPeriod {
  readonly period: CustomerPeriod;
  readonly hash: string;
}
export interface SurveySaved {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
}

const whole = z.coerce.number().int();

const KNOWN: Query<Readonly<Record<string, never>>, { readonly known: number }> = {
  name: "surveys-known",
  sql: `SELECT toString(greatest((SELECT max(known) FROM survey_answer), (SELECT max(known) FROM survey_contact),
    (SELECT max(known) FROM survey_customers))) AS known`,
  params: z.strictObject({}),
  row: z.object({ known: whole }),
};

/** The point up to which surveys are learned; null when nothing ever was. */
export const surveyHorizon = async (store: Store): Promise<Instant | null> => {
  const known = (await store.query(KNOWN, {}))[0]?.known ?? 0;
  return known === 0 ? null : instantOf(known);
};

const hashParams = z.strictObject({ ids: z.array(z.string()) });
const hashesOf = (table: string, item: string): Query<z.infer<typeof hashParams>, { key: string; hash: string }> => ({
  name: `${table}-hashes`,
  sql: `SELECT concat(id, ${item}) AS key, toString(argMax(t.hash, t.known)) AS hash FROM ${table} AS t WHERE id IN {ids:Array(String)} GROUP BY key`,
  params: hashParams,
  row: z.object({ key: z.string(), hash: z.string() }),
});
const ANSWER_HASHES = hashesOf("survey_answer", "item");
const CUSTOMER_HASHES = hashesOf("survey_customers", "''");

/** Writes of one process come one after the other: what is read up to a point stays as it was. */
const turns = new WeakMap<Store, Promise<unknown>>();
const inTurn = <T>(store: Store, work: () => Promise<T>): Promise<T> => {
  const next = (turns.get(store) ?? Promise.resolve()).then(work, work);
  turns.set(
    store,
    next.catch(() => undefined),
  );
  return next;
};

/** Never at or before what was known already, whatever the clock does. */
const nextKnown = async (store: Store, clock: Clock): Promise<number> =>
  Math.max(millisOf(clock()), ((await store.query(KNOWN, {}))[0]?.known ?? 0) + 1);

interface Fresh<T> {
  readonly saved: SurveySaved;
  /** Each with how many earlier ones of this batch it replaces. */
  readonly rows: readonly { readonly value: T; readonly later: number }[];
}

const freshOf = <T>(
  values: readonly T[],
  keyOf: (value: T) => { readonly key: string; readonly hash: string },
  known: ReadonlyMap<string, string>,
): Fresh<T> => {
  const current = new Map(known);
  const times = new Map<string, number>();
  const counts = { new: 0, changed: 0, unchanged: 0 };
  const rows: { value: T; later: number }[] = [];
  for (const value of values) {
    const { key, hash } = keyOf(value);
    const before = current.get(key);
    if (before === hash) {
      counts.unchanged += 1;
      continue;
    }
    counts[before === undefined ? "new" : "changed"] += 1;
    current.set(key, hash);
    const later = times.get(key) ?? 0;
    times.set(key, later + 1);
    rows.push({ value, later });
  }
  return { saved: counts, rows };
};

const decimal = (hex: string): string => BigInt(`0x${hex}`).toString();
const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

const answerRow = ({ answer: a, hash }: HashedAnswer, known: number): AnswerRow => ({
  brand: a.brand,
  metric: a.metric,
  id: a.id,
  item: a.item,
  hash: decimal(hash),
  answered: a.answeredAt,
  score: a.score,
  scale_min: a.scale.min,
  scale_max: a.scale.max,
  importance: a.importance,
  question: a.question ?? "",
  wave: a.wave ?? "",
  population: a.population,
  segment: a.segment ?? "",
  respondent: a.respondent ?? "",
  commented: a.comment === null ? 0 : 1,
  comment: a.comment ?? "",
  known,
});

/** Keeps answers; what is known already in these words is not written again. Resolves once they are durable. At most some thousand at once. */
export const saveAnswers = (store: Store, answers: readonly HashedAnswer[], clock: Clock): Promise<SurveySaved> =>
  inTurn(store, async () => {
    const found = await store.query(ANSWER_HASHES, { ids: unique(answers.map(({ answer }) => answer.id)) });
    const known = new Map(found.map((row) => [row.key, row.hash]));
    const keyOf = ({ answer, hash }: HashedAnswer) => ({ key: answer.id + answer.item, hash: decimal(hash) });
    const { saved, rows } = freshOf(answers, keyOf, known);
    const at = await nextKnown(store, clock);
    const contacts = answers.flatMap(({ answer: { brand, id, contacted } }) =>
      contacted === null ? [] : [{ brand, id, contacted: 1 as const, at: contacted.at, by: contacted.by }],
    );
    await store.insert(
      SURVEY_ANSWER,
      rows.map(({ value, later }) => answerRow(value, at + later)),
    );
    const open = await notContacted(store, unique(contacts.map(({ id }) => id)));
    await store.insert(
      SURVEY_CONTACT,
      contacts.filter(({ id }) => open.has(id)).map((contact) => ({ ...contact, known: at })),
    );
    return saved;
  });

const CONTACTED: Query<z.infer<typeof hashParams>, { readonly id: string }> = {
  name: "survey-ever-contacted",
  sql: "SELECT DISTINCT id FROM survey_contact WHERE id IN {ids:Array(String)}",
  params: hashParams,
  row: z.object({ id: z.string() }),
};

/** Of these, those that nobody ever spoke of: a file that comes again does not undo what a person said since. */
const notContacted = async (store: Store, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  if (ids.length === 0) return new Set();
  const known = new Set((await store.query(CONTACTED, { ids })).map(({ id }) => id));
  return new Set(ids.filter((id) => !known.has(id)));
};

const customersRow = ({ period: p, hash }: HashedPeriod, known: number): CustomersRow => ({
  brand: p.brand,
  id: p.id,
  hash: decimal(hash),
  period_from: p.from,
  period_to: p.to,
  at_start: p.start,
  at_end: p.end,
  lost: p.lost,
  wave: p.wave ?? "",
  segment: p.segment ?? "",
  known,
});

/** Keeps periods, as `saveAnswers` keeps answers. */
export const saveCustomers = (store: Store, periods: readonly HashedPeriod[], clock: Clock): Promise<SurveySaved> =>
  inTurn(store, async () => {
    const found = await store.query(CUSTOMER_HASHES, { ids: unique(periods.map(({ period }) => period.id)) });
    const known = new Map(found.map((row) => [row.key, row.hash]));
    const keyOf = ({ period, hash }: HashedPeriod) => ({ key: period.id, hash: decimal(hash) });
    const { saved, rows } = freshOf(periods, keyOf, known);
    const at = await nextKnown(store, clock);
    await store.insert(
      SURVEY_CUSTOMERS,
      rows.map(({ value, later }) => customersRow(value, at + later)),
    );
    return saved;
  });

const WHERE: Query<{ readonly id: string }, { readonly brand: string }> = {
  name: "survey-answer-brand",
  sql: "SELECT DISTINCT brand FROM survey_answer WHERE id = {id:String}",
  params: z.strictObject({ id: z.string() }),
  row: z.object({ brand: z.string() }),
};

/** Marks that somebody was in touch about an answer, or takes that back. False when no answer has the id. */
export const markContacted = (
  store: Store,
  mark: { readonly id: string; readonly by: string; readonly contacted: boolean },
  clock: Clock,
): Promise<boolean> =>
  inTurn(store, async () => {
    const [found] = await store.query(WHERE, { id: mark.id });
    if (found === undefined) return false;
    const known = await nextKnown(store, clock);
    const { id, by } = mark;
    await store.insert(SURVEY_CONTACT, [
      { brand: found.brand, id, contacted: mark.contacted ? 1 : 0, at: instantOf(known), by, known },
    ]);
    return true;
  });

const respondentParams = z.strictObject({ respondent: z.string().regex(/^[0-9a-f]{32}$/) });
const LEFT: Query<z.infer<typeof respondentParams>, { readonly rows: number }> = {
  name: "survey-words-of",
  sql: "SELECT toString(count()) AS rows FROM survey_answer WHERE respondent = {respondent:String}",
  params: respondentParams,
  row: z.object({ rows: whole }),
};

/** Clears comments and the hash of one respondent; scores and numbers stay. @returns how many stored rows were theirs. */
export const eraseRespondent = async (store: Store, respondent: string): Promise<number> => {
  const rows = (await store.query(LEFT, { respondent }))[0]?.rows ?? 0;
  if (rows === 0) return 0;
  // A mutation keeps its own text, so nothing can be bound in it: the schema above has let 32 hex digits through only.
  const sql = `ALTER TABLE survey_answer UPDATE comment = '', respondent = '' WHERE respondent = '${respondent}' SETTINGS mutations_sync = 2`;
  await store.execute({ name: "erase-respondent", sql, params: z.strictObject({}) }, {});
  return rows;
};
