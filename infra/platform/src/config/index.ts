export { formatProblem, nearest, type ConfigProblem } from "./problem.ts";
export { namesServers } from "./names-servers.ts";
export { readConfig, type ConfigResult, type ConfigRules } from "./read-config.ts";
export { configJsonSchema, configReference } from "./reference.ts";
export { zoneSchema, type Config, type SourceShape } from "./schema.ts";
export type { ChannelConfig } from "./alerts.ts";
