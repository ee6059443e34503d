import { measurePagesPerSecond } from "./pages-per-second.ts";

const { pages, molva, bareCrawlee, mentions } = await measurePagesPerSecond(Number(process.argv[2] ?? 200));
console.log(
  `${pages} pages, ${mentions} mentions: Molva ${molva.toFixed(0)} pages/s, bare CheerioCrawler ${bareCrawlee.toFixed(0)} pages/s`,
);
