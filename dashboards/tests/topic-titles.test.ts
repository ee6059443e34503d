import { BUILT_IN_TOPICS } from "@molva/contracts";
import { expect, it } from "vitest";
import { en } from "../src/client/words-en.ts";
import { ru } from "../src/client/words-ru.ts";

it("calls topics on the page what everything else calls them", () => {
  const titles = (language: "en" | "ru") =>
    Object.fromEntries(Object.entries(BUILT_IN_TOPICS).map(([id, title]) => [id, title[language]]));
  expect([en.topics, ru.topics]).toEqual([titles("en"), titles("ru")]);
});
