export { createCrawler } from "./crawler.ts";
export type {
  CrawlProgress,
  Crawler,
  CrawlerOptions,
  PuzzlingPage,
  RoundOptions,
  TargetReport,
} from "./crawler-port.ts";
export { defaultPolicy, type CrawlPolicy } from "./policy.ts";
export { sources } from "./registry.ts";
export { healthKey } from "./round/health.ts";
export { crawlTargets, targetKey, type CrawlTarget } from "./round/target.ts";
export {
  defineSource,
  pageRequest,
  type Draft,
  type Page,
  type PageRequest,
  type ParsedPage,
  type ParseContext,
  type PublicRating,
  type Source,
  type StartContext,
  type Transport,
} from "./source.ts";
export * from "./import/index.ts";
export * from "./survey/index.ts";
