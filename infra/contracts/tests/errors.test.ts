import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ERROR_CODES } from "../src/errors.ts";

it("has a section for every code and a code for every section", () => {
  const page = readFileSync(new URL("../ERRORS.md", import.meta.url), "utf8");
  const sections = [...page.matchAll(/^## (\S+)$/gm)].map((match) => match[1]);
  expect(sections.toSorted()).toEqual([...ERROR_CODES].toSorted());
});
