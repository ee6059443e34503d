import model from "wink-eng-lite-web-model";
import winkNLP from "wink-nlp";
import { loadModel } from "../src/index.ts";
import { benchTexts, KINDS } from "./texts.ts";

/** One contender in a process of its own, for its memory to be its own: `contender.ts molva|wink tweets|reviews|all`. Prints one line of JSON. */
const molva = (): ((text: string) => unknown) => {
  const shipped = loadModel();
  return (text) => shipped.score([{ title: null, text, rating: null, language: null }]);
};

const wink = (): ((text: string) => unknown) => {
  const nlp = winkNLP(model, ["sbd", "negation", "sentiment"]);
  return (text) => nlp.readDoc(text).out(nlp.its.sentiment);
};

const [name, told] = process.argv.slice(2);
const kind = KINDS.find((known) => known === told) ?? "all";
const { title, warm, measured } = await benchTexts(kind);
const classify = name === "wink" ? wink() : molva();
for (let round = 0; round < 5; round += 1) for (const text of warm) classify(text);
const [began, before] = [performance.now(), process.cpuUsage()];
for (const text of measured) classify(text);
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    kind,
    title,
    texts: measured.length,
    perSecond: Math.round(measured.length / seconds),
    perCpuSecond: Math.round((measured.length / (user + system)) * 1e6),
    peakMemory: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
