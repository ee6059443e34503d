import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createLog } from "@molva/platform";
import { z } from "zod";
import { defineCommand, JSON_FLAG, usageError } from "../command.ts";
import { learnFromCorrections } from "../learn-from-corrections.ts";
import { progressBar, type Bar } from "../progress.ts";

/** Beside the repository, where its developers have the labelled texts. */
const SENTIMENT_FOLDER = fileURLToPath(new URL("../../../../../shared/data/sentiment", import.meta.url));
const MODELS = fileURLToPath(new URL("../../../../classifier/models", import.meta.url));

export const dataFolder = (told: string | undefined, cwd: string): string => {
  const folder = told === undefined ? SENTIMENT_FOLDER : resolve(cwd, told);
  if (existsSync(folder)) return folder;
  throw usageError(
    `${folder} is not there: name a folder of labelled sets with --texts (one folder a set, with train.jsonl.gz and dev.jsonl.gz)`,
  );
};

const NAME = /^[a-z0-9][a-z0-9._-]{0,40}@[a-z0-9][a-z0-9._-]{0,40}$/i;

const input = z.strictObject({
  texts: z.string().optional(),
  out: z.string().optional(),
  name: z.string().regex(NAME, "a name and a version, for example bank@1").optional(),
  fromCorrections: z.boolean().default(false),
  brand: z.string().optional(),
  json: z.boolean().default(false),
});

const partsOf = (told: string): { readonly name: string; readonly version: string } => {
  const [name = "", version = ""] = told.split("@");
  return { name, version };
};

export const train = defineCommand({
  name: "train",
  summary: "train the classifier on labelled texts and write the model's files",
  details:
    "Reads train files only, never dev ones. The same texts give the same model, to the byte.\n--from-corrections needs no texts: it moves the shipped model by the labels that people gave to stored mentions (relabel, audit), as little as explains\nthem, and prints before and after on labels that were not learned from. Try it on history with molva replay --model FOLDER.",
  flags: [
    { flags: "--texts <folder>", help: "one folder a set, each with train.jsonl.gz" },
    { flags: "--out <folder>", help: "where the model goes (default: classifier/models)" },
    { flags: "--from-corrections", help: "learn from the labels that people gave to mentions; needs --out and --name" },
    { flags: "--brand <brand>", help: "with --from-corrections: this brand's only, by id or title" },
    JSON_FLAG,
    { flags: "--name <name@version>", help: "what its labels carry, e.g. bank@1 (default: the shipped model's)" },
  ],
  examples: [
    "molva train",
    "molva train --texts my-texts --out my-model --name bank@1",
    "molva train --from-corrections --out my-model --name bank@2",
  ],
  folder: "none",
  folderFor: ({ fromCorrections }) => (fromCorrections ? "held" : "none"),
  input,
  run: async (call, { texts, out, name, fromCorrections, brand, json }) => {
    const { io } = call;
    if (fromCorrections) {
      if (out === undefined || name === undefined)
        throw usageError("--from-corrections makes a model of your own: name it and its folder with --name and --out");
      return learnFromCorrections(call, { brand: brand ?? null, out: resolve(io.cwd, out), name: partsOf(name), json });
    }
    let stage: { readonly name: string; readonly bar: Bar } | null = null;
    const { train: trainModel } = await import("@molva/classifier");
    const report = await trainModel({
      dataDir: dataFolder(texts, io.cwd),
      out: out === undefined ? MODELS : resolve(io.cwd, out),
      ...(name === undefined ? {} : { name: partsOf(name) }),
      log: createLog("warn", { write: (line) => io.err(line) }),
      signal: io.signal,
      onProgress: (progress) => {
        if (stage?.name !== progress.stage) {
          stage?.bar.end();
          stage = { name: progress.stage, bar: progressBar(io, progress.stage, "steps") };
        }
        stage.bar.update(progress.done, progress.of);
      },
    });
    (stage as { readonly bar: Bar } | null)?.bar.end();
    await io.out(
      `${report.manifest.name}@${report.manifest.version} in ${Math.round(report.seconds)} s, at most ${report.peakMemory} MiB. \`molva evaluate\` prints how good it is.\n`,
    );
    return 0;
  },
});
