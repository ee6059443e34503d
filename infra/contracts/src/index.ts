export * from "./alerts.ts";
export * from "./brand.ts";
export * from "./domain.ts";
export * from "./errors.ts";
export * from "./mail.ts";
export * from "./numbers.ts";
export * from "./ports.ts";
export * from "./topics.ts";
