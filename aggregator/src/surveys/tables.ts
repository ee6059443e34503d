import type { Table } from "@molva/contracts";
import { z } from "zod";

const text = z.string();
const flag = z.union([z.literal(0), z.literal(1)]);
const digits = z.string().regex(/^\d{1,20}$/);
const whole = z.int().nonnegative();

const answerRow = z.strictObject({
  brand: text,
  metric: text,
  id: text,
  item: text,
  hash: digits,
  answered: text,
  score: z.number(),
  scale_min: z.number(),
  scale_max: z.number(),
  importance: z.number().nullable(),
  question: text,
  wave: text,
  population: text,
  segment: text,
  respondent: text,
  commented: flag,
  comment: text,
  known: whole,
});
export type AnswerRow = z.infer<typeof answerRow>;
export const SURVEY_ANSWER: Table<AnswerRow> = { name: "survey_answer", row: answerRow };

const contactRow = z.strictObject({ brand: text, id: text, contacted: flag, at: text, by: text, known: whole });
export type ContactRow = z.infer<typeof contactRow>;
export const SURVEY_CONTACT: Table<ContactRow> = { name: "survey_contact", row: contactRow };

const customersRow = z.strictObject({
  brand: text,
  id: text,
  hash: digits,
  period_from: text,
  period_to: text,
  at_start: whole,
  at_end: whole,
  lost: whole.nullable(),
  wave: text,
  segment: text,
  known: whole,
});
export type CustomersRow = z.infer<typeof customersRow>;
export const SURVEY_CUSTOMERS: Table<CustomersRow> = { name: "survey_customers", row: customersRow };

/** The newest row of each answer that was known at a point. */
export const NEWEST_ANSWERS = `SELECT * FROM survey_answer WHERE brand = {brand:String} AND known <= {asOf:UInt64}
  ORDER BY known DESC, hash DESC LIMIT 1 BY metric, id, item`;
export const NEWEST_CONTACTS = `SELECT id, contacted FROM survey_contact WHERE brand = {brand:String} AND known <= {asOf:UInt64}
  ORDER BY known DESC, contacted DESC LIMIT 1 BY id`;
export const NEWEST_CUSTOMERS = `SELECT * FROM survey_customers WHERE brand = {brand:String} AND known <= {asOf:UInt64}
  ORDER BY known DESC, hash DESC LIMIT 1 BY id`;
