import { parentPort, workerData } from "node:worker_threads";
import { sketchOf } from "@molva/text";
import { loadModel } from "../model.ts";
import { topicDictionary } from "../topics/dictionary.ts";
import { createTopicsOf } from "../topics/topics-of.ts";
import { answerOf, readablesOf, type ReadingAnswer, type ReadingRequest, type ReadingSetting } from "./messages.ts";
import { readMention, type Read, type Readable } from "./read-mention.ts";
import { packSketches } from "./sketches.ts";

/** The thread that reads mentions by the fast model: a request in, an answer out, in their order. */
const model = loadModel();
const topicsOf = createTopicsOf(topicDictionary((workerData as ReadingSetting).topics));

const read = (mention: Readable): Read | Error => {
  try {
    return readMention(model, topicsOf, mention);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const tell = (answer: ReadingAnswer): void => parentPort?.postMessage(answer);

parentPort?.on("message", (request: ReadingRequest) => {
  const mentions = readablesOf(request);
  const sketches = request.sketches ? packSketches(mentions.map(({ title, text }) => sketchOf(title, text))) : null;
  tell(answerOf(mentions.map(read), sketches));
});
