import { listMentions } from "@molva/aggregator";
import type { CorrectedText } from "@molva/classifier";
import type { ListedMention } from "@molva/contracts";
import type { Call } from "./command.ts";
import { knownBrand } from "./known-brand.ts";
import { table } from "./table.ts";

/** Mentions read at a time. */
const PAGE = 10_000;

const NUMBERS = { negative: 0, neutral: 1, positive: 2 } as const;

/** A person's label of the text that stands there now, in a language the model reads. */
const correctedOf = (mention: ListedMention): readonly CorrectedText[] => {
  const { provenance, onEarlierText, label, text, title, language } = mention;
  if (!provenance.startsWith("person:") || onEarlierText || label === "unscored" || text === null) return [];
  if (language !== "en" && language !== "ru") return [];
  const words = title === null || title.trim() === "" ? text : `${title}.\n${text}`;
  return [{ text: words, label: NUMBERS[label], language }];
};

const correctedTexts = async (call: Call, brand: string | null): Promise<readonly CorrectedText[]> => {
  const { store } = await call.runtime();
  const texts: CorrectedText[] = [];
  let after: ListedMention | null = null;
  for (;;) {
    call.io.signal.throwIfAborted();
    const page: readonly ListedMention[] = await listMentions(store, { brand, limit: PAGE, after });
    texts.push(...page.flatMap(correctedOf));
    if (page.length < PAGE) return texts;
    after = page.at(-1) ?? null;
  }
};

export interface LearnOptions {
  /** By id or title; null: every brand. */
  readonly brand: string | null;
  readonly out: string;
  readonly name: { readonly name: string; readonly version: string };
  readonly json: boolean;
}

/** `train --from-corrections`: what people said of stored mentions, given to the classifier; prints what it is worth. */
export const learnFromCorrections = async (call: Call, { brand, out, name, json }: LearnOptions): Promise<number> => {
  const { trainFromCorrections } = await import("@molva/classifier");
  const known = brand === null ? null : await knownBrand(call, brand);
  const texts = await correctedTexts(call, known);
  const rows = await trainFromCorrections({ texts, out, name });
  if (json) {
    await call.io.out(`${JSON.stringify({ model: `${name.name}@${name.version}`, folder: out, rows }, null, 2)}\n`);
    return 0;
  }
  const right = "right" as const;
  const tenth = (value: number): string => value.toFixed(1);
  await call.io.out(
    table(
      [
        { title: "language" },
        ...["labels", "recall before", "after", "F1 before", "after", "accuracy before", "after"].map((title) => ({
          title,
          align: right,
        })),
      ],
      rows.map(({ language, n, before, after }) => [
        language,
        String(n),
        tenth(before.recall),
        tenth(after.recall),
        tenth(before.f1),
        tenth(after.f1),
        tenth(before.accuracy),
        tenth(after.accuracy),
      ]),
    ),
  );
  await call.io.out(
    `In percent, each label judged by a model that had not learned from it, in five parts. ${name.name}@${name.version} is in ${out}: molva replay --model ${out} tries it on history.\n`,
  );
  return 0;
};
