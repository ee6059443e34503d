import model from "wink-eng-lite-web-model";
import winkNLP from "wink-nlp";
import { loadModel } from "../src/index.ts";
import { benchTexts } from "./texts.ts";

/** One contender in a process of its own, for its memory to be its own. Prints one line of JSON. */
const molva = (): ((text: string) => unknown) => {
  const shipped = loadModel();
  return (text) => shipped.score([{ title: null, text, rating: null, language: null }]);
};

const wink = (): ((text: string) => unknown) => {
  const nlp = winkNLP(model, ["sbd", "negation", "sentiment"]);
  return (text) => nlp.readDoc(text).out(nlp.its.sentiment);
};

const { title, texts } = await benchTexts();
const classify = process.argv[2] === "wink" ? wink() : molva();
const warm = texts.slice(0, 300);
for (const text of warm) classify(text);
const [began, before] = [performance.now(), process.cpuUsage()];
for (const text of texts) classify(text);
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    title,
    texts: texts.length,
    perSecond: Math.round(texts.length / seconds),
    perCpuSecond: Math.round((texts.length / (user + system)) * 1e6),
    peakMemory: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
