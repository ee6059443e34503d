import { markContacted, openDetractors, readSurveys, surveyBrands, type SurveyQuestion } from "@molva/aggregator";
import { POPULATIONS, SURVEY_METRICS } from "@molva/contracts";
import { zoneSchema } from "@molva/platform";
import { z } from "zod";
import { AS_OF_FLAG } from "../as-of.ts";
import { brandNamed, defineCommand, JSON_FLAG, TZ_FLAG, usageError, type Call } from "../command.ts";
import { momentOf } from "../moment.ts";
import { importSurvey } from "../surveys/import-survey.ts";
import { detractorTable, surveyTable } from "../surveys/survey-table.ts";

const input = z.strictObject({
  what: z.enum(["import", "show", "contacted"], { error: "write import FILE, show, or contacted ID" }),
  file: z.string().min(1).optional(),
  brand: z.string().trim().min(1).max(200).optional(),
  metric: z.enum(SURVEY_METRICS).optional(),
  format: z.enum(["jsonl", "json", "csv", "xlsx"]).optional(),
  sheet: z.string().min(1).max(200).optional(),
  encoding: z.string().optional(),
  map: z.string().default(""),
  scale: z.enum(["0-10", "1-10", "1-5"]).optional(),
  population: z.enum(POPULATIONS).optional(),
  wave: z.string().max(200).optional(),
  segment: z.string().max(200).optional(),
  by: z.string().trim().min(1).max(200).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  detractors: z.boolean().default(false),
  limit: z.coerce.number().int().min(1).max(10_000).default(50),
  undo: z.boolean().default(false),
  asOf: z.string().optional(),
  tz: zoneSchema.optional(),
  json: z.boolean().default(false),
});
type Input = z.output<typeof input>;

const bring = async (call: Call, told: Input): Promise<number> => {
  if (told.file === undefined) throw usageError("molva survey import FILE: say which file, or - for standard input");
  if (told.metric === undefined) throw usageError(`say what the file holds: --metric ${SURVEY_METRICS.join(", ")}`);
  const { file, metric, brand, format, sheet, encoding, map, scale, population, tz } = told;
  const s = await importSurvey(call, { file, metric, brand, format, sheet, encoding, map, scale, population, tz });
  (await call.runtime()).changes.announce();
  const text = [
    `${s.rows} rows: ${s.new} new, ${s.changed} changed, ${s.unchanged} unchanged, ${s.rejected} rejected.`,
    ...(s.rejects === null ? [] : [`Rejected rows with their reasons: ${s.rejects}`]),
    "",
  ].join("\n");
  await call.io.out(told.json ? `${JSON.stringify(s)}\n` : text);
  return s.rows > 0 && s.rejected === s.rows ? 1 : 0;
};

/** Brands with surveys, by the id or title that a person writes. */
const brandsOf = async (call: Call, name: string | undefined): Promise<readonly string[]> => {
  const known = await surveyBrands((await call.runtime()).store);
  if (name === undefined) return known;
  const id =
    brandNamed(await call.brands(), name)?.id ?? known.find((brand) => brand.toLowerCase() === name.toLowerCase());
  if (id === undefined)
    throw usageError(
      `--brand: no survey is known of ${name}; known are ${known.slice(0, 20).join(", ") || "none yet"}`,
    );
  return [id];
};

const questionOf = async (call: Call, told: Input, brand: string): Promise<SurveyQuestion> => {
  const zone = told.tz ?? (await call.zone());
  const from = told.from === undefined ? null : momentOf(told.from, zone, "from");
  const to = told.to === undefined ? null : momentOf(told.to, zone, "to");
  if (from !== null && to !== null && from >= to) throw usageError("--from must lie before --to");
  if (told.by !== undefined && told.by !== "segment") throw usageError("--by: survey show splits by segment");
  return {
    brand,
    metric: told.metric ?? null,
    wave: told.wave ?? null,
    segment: told.segment ?? null,
    bySegment: told.by === "segment",
    from,
    to,
    asOf: told.asOf === undefined ? null : momentOf(told.asOf, "UTC", "as-of"),
  };
};

const show = async (call: Call, told: Input): Promise<number> => {
  const { store } = await call.runtime();
  const questions = [];
  for (const brand of await brandsOf(call, told.brand)) questions.push(await questionOf(call, told, brand));
  if (told.detractors) {
    const open = [];
    for (const question of questions) open.push(...(await openDetractors(store, question, told.limit)));
    await call.io.out(told.json ? `${JSON.stringify(open, null, 2)}\n` : detractorTable(open));
    return 0;
  }
  const rows = [];
  for (const question of questions) rows.push(...(await readSurveys(store, question)));
  if (told.json) await call.io.out(`${JSON.stringify(rows, null, 2)}\n`);
  else
    await call.io.out(
      rows.length === 0 ? "No survey yet: molva survey import FILE --brand B --metric nps\n" : surveyTable(rows),
    );
  const asOf = rows[0]?.asOf;
  if (asOf !== undefined && asOf !== null) call.io.err(`as of ${asOf}\n`);
  return 0;
};

const contacted = async (call: Call, told: Input): Promise<number> => {
  const id = told.file ?? "";
  if (!/^[0-9a-f]{32}$/.test(id))
    throw usageError("molva survey contacted ID: 32 hex digits, as survey show --detractors prints them");
  if (told.by === undefined) throw usageError("say who was in touch: --by NAME");
  const runtime = await call.runtime();
  const found = await markContacted(runtime.store, { id, by: told.by, contacted: !told.undo }, runtime.clock);
  if (!found) {
    call.io.err(`No answer has the id ${id}; nothing was changed.\n`);
    return 1;
  }
  runtime.changes.announce();
  await call.io.out(
    told.json
      ? `${JSON.stringify({ id, contacted: !told.undo, by: told.by })}\n`
      : told.undo
        ? "Taken back.\n"
        : "Marked as contacted.\n",
  );
  return 0;
};

export const survey = defineCommand({
  name: "survey",
  summary: "NPS, eNPS, CSAT, CSI and churn: import answers, show numbers, follow up low answers",
  details: `survey import FILE reads answers (id, respondent, answeredAt, score, scale, question, wave, population, segment, comment, contactedAt,
contactedBy; of csi also item and importance; of churn periodFrom, periodTo, start, end, lost). Importing a file again changes nothing.
survey show prints a row for each wave with n, 95 % interval and what the number suffers from; customers and employees, 0–10 and 1–10 apart.
survey show --detractors lists low answers that nobody followed up; survey contacted ID --by WHO marks one.`,
  arguments: [
    { flags: "<what>", key: "what", help: "import, show or contacted" },
    { flags: "[file]", key: "file", help: "the file to import (- for standard input), or the id of the answer" },
  ],
  flags: [
    { flags: "--brand <brand>", help: "one brand, by id or title; of an import the brand of every row" },
    { flags: "--metric <metric>", help: "nps, csat, csi or churn" },
    { flags: "--format <format>", help: "jsonl, json, csv or xlsx (default: told from the file)" },
    { flags: "--sheet <name>", help: "of a spreadsheet: which sheet" },
    { flags: "--map <pairs>", help: "field=column,… where the names differ" },
    { flags: "--encoding <name>", help: "e.g. windows-1251 (default: told from the bytes)" },
    { flags: "--scale <scale>", help: "0-10 (NPS), 1-10 or 1-5 (CSAT) where no column says it" },
    { flags: "--population <who>", help: "customers (default) or employees where no column says it" },
    { flags: "--wave <wave>", help: "show one wave" },
    { flags: "--segment <segment>", help: "show one segment" },
    { flags: "--by <who>", help: "contacted: who was in touch; show: segment, for a row each" },
    { flags: "--from <time>", help: "first moment of the answers shown" },
    { flags: "--to <time>", help: "end, not included" },
    { flags: "--detractors", help: "show: low answers not yet followed up" },
    { flags: "--limit <n>", help: "of --detractors: how many (default 50)" },
    { flags: "--undo", help: "contacted: take it back" },
    AS_OF_FLAG,
    TZ_FLAG,
    JSON_FLAG,
  ],
  examples: [
    "molva survey import nps.xlsx --brand aurora --metric nps --map score=Rating,respondent=Email",
    "molva survey show --brand aurora --metric nps",
    "molva survey show --detractors --brand aurora",
    "molva survey contacted 0f3c… --by vera",
  ],
  folder: "held",
  input,
  run: (call, told) => {
    if (told.what === "import") return bring(call, told);
    return told.what === "show" ? show(call, told) : contacted(call, told);
  },
});
