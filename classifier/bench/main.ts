import { fileURLToPath } from "node:url";
import { writeHeldOut } from "../src/training/held-out.ts";
import { benchAccurate } from "./accurate-speed.ts";
import { writeCard } from "./card.ts";
import { benchClassifier } from "./speed.ts";
import { benchUnseen } from "./unseen.ts";

/** `node --conditions=source --import tsx classifier/bench/main.ts speed|accurate|unseen|overlap|card [MOST]`: what `molva train` and `molva evaluate` do not do. */
const dataDir = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const [command = "speed", most] = process.argv.slice(2);

if (command === "overlap") console.log(await writeHeldOut(dataDir));
else if (command === "speed") console.table(await benchClassifier());
else if (command === "accurate") console.table(await benchAccurate());
else if (command === "unseen") console.table(await benchUnseen(dataDir));
else if (command === "card") await writeCard(dataDir, most === undefined ? Infinity : Number(most));
else throw new RangeError("main.ts speed|accurate|unseen|overlap|card");
