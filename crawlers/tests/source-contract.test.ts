import { fileURLToPath } from "node:url";
import { sourceContract } from "@molva/testing";
import { sources } from "../src/index.ts";
import { nativeKeyOfDraft } from "../src/round/mention.ts";

for (const source of sources) {
  sourceContract(source, fileURLToPath(new URL(`../fixtures/${source.id}/`, import.meta.url)), {
    keyOf: nativeKeyOfDraft,
  });
}
