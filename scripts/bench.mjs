// `npm run bench`: each of Molva's rooms next to something run beside it, one after the other, each in a process of its
// own so that its peak memory is its own. The ratio is what to look at: the machine's load cancels out of it.
import { spawnSync } from "node:child_process";

const ROUNDS = [
  {
    what: "texts classified",
    folder: "classifier",
    ours: "molva",
    beside: "wink",
    name: "winkNLP(model, ['sbd', 'negation', 'sentiment'])",
  },
  {
    what: "mentions from the log to the bucket",
    folder: "aggregator",
    ours: "molva",
    beside: "inserts",
    name: "plain inserts of the same rows",
  },
  {
    what: "pages crawled",
    folder: "crawlers",
    ours: "molva",
    beside: "crawlee",
    name: "a bare Crawlee CheerioCrawler",
  },
];

const run = (folder, contender) => {
  const args = ["--conditions=source", "--import", "tsx", `${folder}/bench/contender.ts`, contender];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${folder}/bench/contender.ts ${contender} ended with ${status}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
};

const row = (...cells) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(52) : String(cell).padStart(11))).join(" "));

row("", "a second", "ratio", "peak MiB");
for (const { what, folder, ours, beside, name } of ROUNDS) {
  const other = run(folder, beside);
  const mine = run(folder, ours);
  console.log(what);
  row("  Molva", mine.perSecond.toLocaleString("en"), (mine.perSecond / other.perSecond).toFixed(2), mine.peakMemory);
  row(`  ${name}`, other.perSecond.toLocaleString("en"), "1", other.peakMemory);
}
