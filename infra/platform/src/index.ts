export * from "./author-hash.ts";
export * from "./config/index.ts";
export * from "./environment.ts";
export * from "./log.ts";
export * from "./store/index.ts";
