import { fileURLToPath } from "node:url";
import { ACCURATE_FOLDER } from "../src/accurate/model.ts";
import { finish } from "./finish.ts";
import { prepare } from "./prepare.ts";

/** `main.ts prepare|finish FOLDER [OUT]`: the two steps of `npm run train:accurate` that are not Python's. */
const dataDir = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const [, , step = "", folder = "", out = ACCURATE_FOLDER] = process.argv;
if (step === "prepare") await prepare(dataDir, folder);
else if (step === "finish") await finish(dataDir, folder, out);
else throw new RangeError("main.ts prepare|finish FOLDER [OUT]");
