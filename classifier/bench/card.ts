import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluate } from "../src/evaluate.ts";
import { loadModel, MODEL_FOLDER, readManifest } from "../src/model.ts";
import { cardTables, figuresSchema } from "./card-tables.ts";

const CARD = fileURLToPath(new URL("../MODEL.md", import.meta.url));

/** Measures the shipped model on dev, and writes the figures into models/figures.json and into MODEL.md between its marks. */
export const writeCard = async (dataDir: string): Promise<void> => {
  const model = loadModel();
  const rows = await evaluate({ dataDir, split: "dev", model });
  const figures = figuresSchema.parse({ model: model.name, split: "dev", rows });
  await writeFile(join(MODEL_FOLDER, "figures.json"), `${JSON.stringify(figures, null, 2)}\n`);
  const card = await readFile(CARD, "utf8");
  await writeFile(
    CARD,
    card.replace(
      /(<!-- made by card -->\n)[\s\S]*(\n<!-- end -->)/,
      (_, open: string, close: string) => `${open}\n${cardTables(readManifest(), figures)}${close}`,
    ),
  );
};
