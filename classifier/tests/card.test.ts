import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { cardTables, figuresSchema } from "../bench/card-tables.ts";
import { accurateManifest } from "../bench/card.ts";
import { loadModel } from "../src/index.ts";
import { MODEL_FOLDER, readManifest } from "../src/model.ts";

const figures = async (): Promise<ReturnType<typeof figuresSchema.parse>> =>
  figuresSchema.parse(JSON.parse(await readFile(`${MODEL_FOLDER}figures.json`, "utf8")));

describe("the model card", () => {
  it("prints the hashes, sizes and figures of the files that are shipped", async () => {
    const card = await readFile(new URL("../MODEL.md", import.meta.url), "utf8");
    expect(card).toContain(cardTables(readManifest(), await figures(), accurateManifest()));
  });

  it("speaks of the model that is loaded", async () => {
    expect((await figures()).model).toBe(loadModel().name);
  });

  it("describes files of at most a megabyte whose bytes have the hash it names", async () => {
    for (const { file, sha256, bytes } of Object.values(readManifest().files)) {
      expect((await stat(`${MODEL_FOLDER}${file}`)).size).toBe(bytes);
      expect(bytes).toBeLessThanOrEqual(2 ** 20);
      expect(
        createHash("sha256")
          .update(await readFile(`${MODEL_FOLDER}${file}`))
          .digest("hex"),
      ).toBe(sha256);
    }
  });
});
