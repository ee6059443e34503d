export type { HttpLimits } from "./limits.ts";
export { serveClickHouse, type ClickHouseServer, type ClickHouseServerOptions } from "./server.ts";
export type { HttpUser } from "./users.ts";
