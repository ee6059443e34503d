import { fileURLToPath } from "node:url";
import { ACCURATE_FOLDER } from "../src/accurate/model.ts";
import { finish } from "./finish.ts";
import { prepare } from "./prepare.ts";

/** `main.ts prepare|finish FOLDER [MOST]`: the two steps of `npm run train:accurate` that are not Python's. */
const dataDir = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const [, , step = "", folder = "", most] = process.argv;
if (step === "prepare") await prepare(dataDir, folder);
else if (step === "finish")
  await finish(dataDir, folder, ACCURATE_FOLDER, most === undefined ? Infinity : Number(most));
else throw new RangeError("main.ts prepare|finish FOLDER [MOST]");
