import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../command.ts";
import { modelNamed } from "../model-named.ts";
import { table } from "../table.ts";
import { dataFolder } from "./train.ts";

export const evaluate = defineCommand({
  name: "evaluate",
  summary: "how good a model is on labelled texts it has not seen",
  details:
    "Macro-averaged recall, macro F1 and accuracy in percent for each set. A text left unscored counts as an error.\nBeside them: always saying the largest class (accuracy), and wink-nlp's own sentiment (recall; English only).",
  flags: [
    { flags: "--texts <folder>", help: "one folder a set" },
    { flags: "--split <split>", help: "which file of each set (default: dev)" },
    { flags: "--model <model>", help: "name of the shipped model, or a folder that molva train wrote" },
    JSON_FLAG,
  ],
  examples: ["molva evaluate", "molva evaluate --split dev --json"],
  folder: "none",
  input: z.strictObject({
    texts: z.string().optional(),
    split: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .default("dev"),
    model: z.string().optional(),
    json: z.boolean().default(false),
  }),
  run: async ({ io }, { texts, split, model, json }) => {
    const { evaluate: evaluateModel } = await import("@molva/classifier");
    const rows = await evaluateModel({
      dataDir: dataFolder(texts, io.cwd),
      split,
      model: await modelNamed(model, io.cwd),
    });
    if (json) {
      await io.out(`${JSON.stringify(rows, null, 2)}\n`);
      return 0;
    }
    const right = "right" as const;
    await io.out(
      table(
        [
          { title: "set" },
          { title: "lang" },
          ...["n", "unscored", "recall", "F1", "accuracy", "majority acc.", "wink recall"].map((title) => ({
            title,
            align: right,
          })),
        ],
        rows.map((row) => [
          row.set,
          row.language,
          String(row.n),
          String(row.unscored),
          row.recall.toFixed(1),
          row.f1.toFixed(1),
          row.accuracy.toFixed(1),
          row.majority.accuracy.toFixed(1),
          row.wink?.recall.toFixed(1) ?? "",
        ]),
      ),
    );
    return 0;
  },
});
