import { fileURLToPath } from "node:url";
import { prepare } from "./prepare.ts";

const dataDir = fileURLToPath(new URL("../../../shared/data/sentiment", import.meta.url));
const [, , folder = ""] = process.argv;
await prepare(dataDir, folder);
