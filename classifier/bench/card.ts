import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ACCURATE_FOLDER, loadAccurateModel, readAccurateManifest } from "../src/accurate/model.ts";
import { evaluate } from "../src/evaluate.ts";
import { loadModel, MODEL_FOLDER, readManifest } from "../src/model.ts";
import { cardTables, figuresSchema } from "./card-tables.ts";

const CARD = fileURLToPath(new URL("../MODEL.md", import.meta.url));

/** Null while there is none: the card is then the fast model's. */
export const accurateManifest = () =>
  existsSync(join(ACCURATE_FOLDER, "manifest.json")) ? readAccurateManifest() : null;

/** The sets that the accurate model is held to, read whole; of the others, many of them of long texts, a share says enough. */
const WHOLE = ["tweeteval", "sentirueval"];

const measureAccurate = async (dataDir: string, sets: readonly string[], most: number) => {
  if (accurateManifest() === null) return null;
  const model = loadAccurateModel();
  const asked = { dataDir, split: "dev", model };
  try {
    const whole = await evaluate({ ...asked, sets: WHOLE });
    const others = await evaluate({ ...asked, sets: sets.filter((set) => !WHOLE.includes(set)), most });
    return { model: model.name, rows: [...whole, ...others].toSorted((a, b) => (a.set < b.set ? -1 : 1)) };
  } finally {
    await model.close();
  }
};

/** Measures the shipped models on dev (the accurate one on `most` texts of each set, but on all of `WHOLE`), and writes the figures into models/figures.json and into MODEL.md between its marks. */
export const writeCard = async (dataDir: string, most = Infinity): Promise<void> => {
  const model = loadModel();
  const rows = await evaluate({ dataDir, split: "dev", model });
  const figures = figuresSchema.parse({
    model: model.name,
    split: "dev",
    rows,
    accurate: await measureAccurate(
      dataDir,
      rows.map(({ set }) => set),
      most,
    ),
  });
  await writeFile(join(MODEL_FOLDER, "figures.json"), `${JSON.stringify(figures, null, 2)}\n`);
  const card = await readFile(CARD, "utf8");
  await writeFile(
    CARD,
    card.replace(
      /(<!-- made by card -->\n)[\s\S]*(\n<!-- end -->)/,
      (_, open: string, close: string) => `${open}\n${cardTables(readManifest(), figures, accurateManifest())}${close}`,
    ),
  );
};
