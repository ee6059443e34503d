import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createLog } from "@molva/platform";
import { z } from "zod";
import { defineCommand, usageError } from "../command.ts";
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
});

const partsOf = (told: string): { readonly name: string; readonly version: string } => {
  const [name = "", version = ""] = told.split("@");
  return { name, version };
};

export const train = defineCommand({
  name: "train",
  summary: "train the classifier on labelled texts and write the model's files",
  details: "Reads train files only, never dev ones. The same texts give the same model, to the byte.",
  flags: [
    { flags: "--texts <folder>", help: "one folder a set, each with train.jsonl.gz" },
    { flags: "--out <folder>", help: "where the model goes (default: classifier/models)" },
    { flags: "--name <name@version>", help: "what its labels carry, e.g. bank@1 (default: the shipped model's)" },
  ],
  examples: ["molva train", "molva train --texts my-texts --out my-model --name bank@1"],
  folder: "none",
  input,
  run: async ({ io }, { texts, out, name }) => {
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
