import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { generatedFiles } from "../src/generate/generated-files.ts";

it.each(await generatedFiles())("$path is what the code says (else: npm run generate)", async ({ path, content }) => {
  expect(await readFile(new URL(`../../../${path}`, import.meta.url), "utf8")).toBe(content);
});

it("names every variable of the environment once and no secret's value", async () => {
  const example = await readFile(new URL("../../../.env.example", import.meta.url), "utf8");
  const names = [...example.matchAll(/^# (MOLVA_\w+)=/gm)].map((match) => match[1]);
  expect(names.length).toBeGreaterThanOrEqual(5);
  expect(new Set(names).size).toBe(names.length);
});
