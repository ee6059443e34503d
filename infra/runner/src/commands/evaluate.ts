import type { EvaluationRow } from "@molva/classifier";
import { z } from "zod";
import { defineCommand, JSON_FLAG, usageError } from "../command.ts";
import { modelNamed } from "../model-named.ts";
import { table } from "../table.ts";
import { dataFolder } from "./train.ts";

const right = "right" as const;
const numbers = (titles: readonly string[]) => titles.map((title) => ({ title, align: right }));
const tenth = (value: number | undefined): string => value?.toFixed(1) ?? "";

const mainTable = (rows: readonly EvaluationRow[]): string =>
  table(
    [
      { title: "set" },
      { title: "lang" },
      ...numbers(["n", "unscored", "recall", "F1", "accuracy", "majority acc.", "wink", "VADER", "AFINN", "ECE"]),
      ...numbers(["rate error"]),
    ],
    [
      ...rows.map((row) => [
        row.set,
        row.language,
        String(row.n),
        String(row.unscored),
        tenth(row.recall),
        tenth(row.f1),
        tenth(row.accuracy),
        tenth(row.majority.accuracy),
        tenth(row.wink?.recall),
        tenth(row.vader?.recall),
        tenth(row.afinn?.recall),
        tenth(row.calibration.error),
        row.rates === null ? "" : `${tenth(row.rates.error)} (${row.rates.brands})`,
      ]),
      ...(["en", "ru"] as const).flatMap((language) => meanRow(rows, language)),
    ],
  );

/** Every set counts alike. */
const meanRow = (all: readonly EvaluationRow[], language: "en" | "ru"): readonly (readonly string[])[] => {
  const rows = all.filter((row) => row.language === language);
  if (rows.length < 2) return [];
  const mean = (of: (row: EvaluationRow) => number): string =>
    tenth(rows.reduce((sum, row) => sum + of(row), 0) / rows.length);
  const rival = (name: "wink" | "vader" | "afinn"): string =>
    language === "en" ? mean((row) => row[name]?.recall ?? 0) : "";
  const total = (of: (row: EvaluationRow) => number): string => String(rows.reduce((sum, row) => sum + of(row), 0));
  return [
    [
      "mean of the sets",
      language,
      total((row) => row.n),
      total((row) => row.unscored),
      mean((row) => row.recall),
      mean((row) => row.f1),
      mean((row) => row.accuracy),
      mean((row) => row.majority.accuracy),
      rival("wink"),
      rival("vader"),
      rival("afinn"),
      mean((row) => row.calibration.error),
      "",
    ],
  ];
};

const detailTables = (rows: readonly EvaluationRow[]): string =>
  rows
    .map(({ set, confusion, calibration }) =>
      [
        `\n${set}: labels by what people said\n`,
        table(
          [{ title: "said" }, ...numbers(["negative", "neutral", "positive", "unscored"])],
          ["negative", "neutral", "positive"].map((label, i) => [label, ...(confusion[i] ?? []).map(String)]),
        ),
        `\n${set}: how often labels of a probability are right\n`,
        table(
          numbers(["from %", "texts", "said %", "right %"]),
          calibration.bins.map((bin) => [String(bin.from), String(bin.n), tenth(bin.said), tenth(bin.right)]),
        ),
      ].join(""),
    )
    .join("");

export const evaluate = defineCommand({
  name: "evaluate",
  summary: "how good a model is on labelled texts it has not seen",
  details:
    "Macro-averaged recall, macro F1 and accuracy in percent for each set. A text left unscored counts as an error.\nBeside them: always saying the largest class (accuracy); wink-nlp's own sentiment, VADER and AFINN (recall; English only);\nECE, by how much the probabilities of labels are off; rate error, by how many points the rates of the set's brands are (brands with 30 texts or more).\n--details adds who is taken for whom, and how often labels of a probability are right. --cascade prints accuracy against speed instead.",
  flags: [
    { flags: "--texts <folder>", help: "one folder a set" },
    { flags: "--split <split>", help: "which file of each set (default: dev)" },
    { flags: "--sets <names>", help: "only these, with commas between them" },
    { flags: "--most <n>", help: "at most so many texts of each set, spread over it: quicker with the accurate model" },
    { flags: "--model <model>", help: "fast (default), accurate, cascade, or a folder that molva train wrote" },
    { flags: "--details", help: "confusion and calibration of each set too" },
    { flags: "--cascade", help: "what asking the accurate model only below a probability gives, and how fast it is" },
    JSON_FLAG,
  ],
  examples: ["molva evaluate", "molva evaluate --split dev --json", "molva evaluate --cascade"],
  folder: "none",
  input: z.strictObject({
    texts: z.string().optional(),
    split: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .default("dev"),
    sets: z
      .string()
      .transform((names) => names.split(",").map((name) => name.trim()))
      .optional(),
    most: z.coerce.number().int().min(1).optional(),
    model: z.string().optional(),
    details: z.boolean().default(false),
    cascade: z.boolean().default(false),
    json: z.boolean().default(false),
  }),
  run: async ({ io }, { texts, split, sets, most, model, details, cascade, json }) => {
    const { evaluate: evaluateModel, measureCascade } = await import("@molva/classifier");
    const asked = {
      dataDir: dataFolder(texts, io.cwd),
      split,
      signal: io.signal,
      ...(sets === undefined ? {} : { sets }),
      ...(most === undefined ? {} : { most }),
    };
    if (cascade) {
      if (model !== undefined)
        throw usageError("--cascade measures fast and accurate model together: leave --model out");
      const rows = await measureCascade(asked);
      await io.out(
        json
          ? `${JSON.stringify(rows, null, 2)}\n`
          : table(
              numbers(["sure", "asked %", "texts/s", "recall en", "recall ru", "F1 en", "F1 ru"]),
              rows.map((row) => [
                row.sure === 0 ? "fast alone" : row.sure === 1 ? "accurate alone" : row.sure.toFixed(1),
                tenth(row.asked),
                String(row.perSecond),
                tenth(row.recall.en),
                tenth(row.recall.ru),
                tenth(row.f1.en),
                tenth(row.f1.ru),
              ]),
            ),
      );
      return 0;
    }
    const scorer = await modelNamed(model, io.cwd);
    try {
      const rows = await evaluateModel({ ...asked, model: scorer });
      if (json) await io.out(`${JSON.stringify(rows, null, 2)}\n`);
      else await io.out(`${mainTable(rows)}${details ? detailTables(rows) : ""}`);
      return 0;
    } finally {
      await scorer.close?.();
    }
  },
});
