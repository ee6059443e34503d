import { fileURLToPath } from "node:url";
import { prepare } from "./prepare.ts";
import { write } from "./write.ts";

/** `node --conditions=source --import tsx classifier/lexicons/main.ts prepare FOLDER ACCURATE AFINN_RU`, vectors.py for each language, then `write FOLDER AFINN_RU`. */
const dataDir = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const [command, folder = "", ...more] = process.argv.slice(2);

if (command === "prepare" && more.length === 2) await prepare(dataDir, folder, more[0] ?? "", more[1] ?? "");
else if (command === "write" && more.length === 1) await write(folder, more[0] ?? "");
else throw new RangeError("main.ts prepare FOLDER ACCURATE AFINN_RU | write FOLDER AFINN_RU");
