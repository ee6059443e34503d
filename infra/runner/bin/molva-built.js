#!/usr/bin/env node
// Starts what was built and builds nothing: for images, where the compiler is not there.
import module from "node:module";

module.enableCompileCache?.();
const { main } = await import(new URL("../dist/main.js", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
