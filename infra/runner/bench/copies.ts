// `npm run bench:copies`: how well copies are told from originals, on real texts where they are and on the demo's, and what it costs.
import { createCopyIndex } from "@molva/text";
import { copiesRow, type CopiesRow } from "./copies/table.ts";
import { demoTexts, sharedTexts } from "./copies/texts.ts";

const MOST = 8_000;
const percent = (share: number): string => (100 * share).toFixed(1);

const shared = sharedTexts(MOST);
const rows: readonly CopiesRow[] = [
  copiesRow("demo", demoTexts()),
  ...(shared ?? []).map(({ name, texts }) => copiesRow(name, texts)),
];
const ways = Object.keys(rows[0]?.byChange ?? {});
const line = (cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(24) : cell.padStart(13))).join(""));
line(["set", "texts", "copies", "precision %", "recall %", ...ways.map((way) => way), "standing", "µs a text"]);
for (const row of rows)
  line([
    row.set,
    String(row.texts),
    String(row.copies),
    percent(row.precision),
    percent(row.recall),
    ...ways.map((way) => percent(row.byChange[way] ?? 0)),
    String(row.standing),
    row.micros.toFixed(1),
  ]);
if (shared === null)
  console.log("Real texts (../shared/data) are not on this machine: the demo's alone were measured.");
const { bytes } = createCopyIndex();
console.log(
  `Memory: ${(bytes / 2 ** 20).toFixed(1)} MiB for 131 072 texts, ${Math.round(bytes / 131_072)} bytes each.`,
);
