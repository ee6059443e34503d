import { fileURLToPath } from "node:url";
import { sourceContract } from "@molva/testing";
import { nativeKeyOfDraft } from "../src/round/mention.ts";
import { teaBoard } from "./five-steps/tea-board.ts";

// The source of docs/sources/adding.md: what the page tells a newcomer to write is what runs here.
sourceContract(teaBoard, fileURLToPath(new URL("five-steps/tea-board/", import.meta.url)), {
  keyOf: nativeKeyOfDraft,
});
