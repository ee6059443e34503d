import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { filesOf, readLabelled } from "../src/training/labelled-texts.ts";
import { ENGLISH } from "../tests/sentences/english.ts";
import { RUSSIAN } from "../tests/sentences/russian.ts";

const shared = fileURLToPath(new URL("../../../shared/data/sentiment/", import.meta.url));

export interface BenchTexts {
  /** Where they are from. */
  readonly title: string;
  readonly texts: readonly string[];
}

/** Tweets and reviews of both languages where ../shared is there; else sentences of the tests, numbered so that few are equal. */
export const benchTexts = async (): Promise<BenchTexts> => {
  if (!existsSync(shared)) {
    const sentences = [...ENGLISH, ...RUSSIAN].map(([, text]) => text);
    return {
      title: "the tests' sentences",
      texts: Array.from(
        { length: 6000 },
        (_, i) => `${sentences[i % sentences.length] ?? ""} ${sentences[(i * 7) % sentences.length] ?? ""} no. ${i}`,
      ),
    };
  }
  const texts: string[] = [];
  for (const { set, file } of await filesOf(shared, "dev"))
    for await (const row of readLabelled(file, set)) texts.push(row.text);
  return { title: "the dev texts of every set of ../shared/data/sentiment", texts };
};
