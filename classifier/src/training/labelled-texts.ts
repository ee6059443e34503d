import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { PipelineError } from "@molva/contracts";
import { z } from "zod";
import { sameTextKey } from "../normalise.ts";

const rowSchema = z.object({
  id: z.string(),
  text: z.string(),
  label: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  lang: z.enum(["en", "ru"]),
  rating: z.number().nullish(),
  brand: z.string().nullish(),
});

export interface LabelledText {
  readonly set: string;
  readonly text: string;
  /** 0 negative, 1 neutral, 2 positive. */
  readonly label: 0 | 1 | 2;
  readonly language: "en" | "ru";
  /** Stars beside the text, of five; halves and none too. */
  readonly rating: number | null;
  /** What the label is towards, as the set names it. */
  readonly brand: string | null;
}

/** One file's rows. @throws {PipelineError} `CONTRACT_VIOLATED` naming file and line of a row that is none. */
export const readLabelled = async function* (file: string, set: string): AsyncGenerator<LabelledText> {
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(file).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() === "") continue;
    const row = rowSchema.safeParse(JSON.parse(text));
    if (!row.success)
      throw new PipelineError(
        `${file}:${line} is no labelled text (id, text, label -1|0|1, lang en|ru): ${row.error.issues[0]?.message ?? ""}`,
        {
          code: "CONTRACT_VIOLATED",
          recovery: "exit",
        },
      );
    yield {
      set,
      text: row.data.text,
      label: (row.data.label + 1) as 0 | 1 | 2,
      language: row.data.lang,
      rating: row.data.rating ?? null,
      brand: row.data.brand ?? null,
    };
  }
};

export interface SetFile {
  readonly set: string;
  readonly file: string;
}

/** The files of one split below `dataDir`, in the order of names. `train` includes a set's `extra`; no other split is opened. */
export const filesOf = async (dataDir: string, split: string): Promise<readonly SetFile[]> => {
  const wanted = split === "train" ? ["train.jsonl.gz", "extra.jsonl.gz"] : [`${split}.jsonl.gz`];
  const sets = (await readdir(dataDir, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  const found: SetFile[] = [];
  for (const set of sets) {
    const names = await readdir(join(dataDir, set));
    for (const name of wanted) if (names.includes(name)) found.push({ set, file: join(dataDir, set, name) });
  }
  if (found.length === 0)
    throw new PipelineError(
      `No ${wanted.join(" or ")} below ${dataDir}: give the folder that holds one folder a set (see classifier/README.md)`,
      {
        code: "USAGE",
        recovery: "exit",
      },
    );
  return found;
};

/** 64 bits over the text as `sameTextKey` sees it: what the committed list of overlaps holds instead of texts. */
export const textHash = (text: string): string =>
  createHash("sha256").update(sameTextKey(text)).digest("hex").slice(0, 16);
