export * from "./author-hash.ts";
export { openEmbeddedBus, type EmbeddedBus, type EmbeddedBusOptions } from "./bus/embedded-bus.ts";
export type { OnStep, Step } from "./bus/steps.ts";
export * from "./config/index.ts";
export * from "./environment.ts";
export { acquireFolder, readFolderLock, type FolderLock, type LockHolder } from "./folder-lock.ts";
export * from "./log.ts";
export { runStage, type RunStageOptions } from "./run-stage.ts";
export * from "./store/index.ts";
