import type { Command, Param, PipelineError, Query, Store, Table } from "@molva/contracts";
import { expect } from "vitest";
import { z } from "zod";

/** Opens a store on an empty database of this name. Two of them may be open at once. */
export type OpenStore = (database: string) => Promise<Store>;

type Params = Readonly<Record<string, Param>>;
export type AnyRow = Readonly<Record<string, unknown>>;

const params: z.ZodType<Params> = z.record(z.string(), z.unknown()) as unknown as z.ZodType<Params>;
const row: z.ZodType<AnyRow> = z.record(z.string(), z.unknown());

/** A query whose rows are taken as they come. */
export const queryOf = (sql: string, name = "contract"): Query<Params, AnyRow> => ({ name, sql, params, row });
export const commandOf = (sql: string, name = "contract"): Command<Params> => ({ name, sql, params });
/** A table whose rows no schema holds back, so that the store's own guard is what a test meets. */
const tableOf = (name: string): Table<AnyRow> => ({ name, row });

let names = 0;
/** A name that no other test uses. */
export const newName = (): string => `contract_${process.pid}_${(names += 1)}`;

/** Makes a table of its own; `columns` as in `id UInt64, s String`. Returns the table. */
export const makeTable = async (
  store: Store,
  columns: string,
  engine = "MergeTree ORDER BY tuple()",
): Promise<Table<AnyRow>> => {
  const name = newName();
  await store.execute(commandOf(`CREATE TABLE ${name} (${columns}) ENGINE = ${engine}`), {});
  return tableOf(name);
};

export const countOf = async (store: Store, table: Table<AnyRow>): Promise<number> => {
  const [first] = await store.query(queryOf(`SELECT toUInt32(count()) AS n FROM ${table.name}`), {});
  return first?.["n"] as number;
};

/** The error that a promise must end in, for a test to look at. */
export const failureOf = async (promise: Promise<unknown>): Promise<PipelineError> =>
  promise.then(
    () => expect.unreachable("it must fail, and did not"),
    (error: unknown) => error as PipelineError,
  );

export const drained = async <T>(rows: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const item of rows) all.push(item);
  return all;
};
