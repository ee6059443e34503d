import type { BrandId, SourceId } from "./domain.ts";

/** Where a brand lives at a source. Equal targets of several brands are fetched once and matched against each brand's query. */
export interface Target {
  readonly source: SourceId;
  /** What the source's own schema asks for: a URL, an app id, a query. Checked by that schema where the configuration is read. */
  readonly options: Readonly<Record<string, unknown>>;
  /** `all`: whatever stands there is about the brand; `query`: only what the brand's query finds. */
  readonly match: "all" | "query";
  /** Milliseconds between two rounds here; left out: the source's or the configuration's. Of equal targets the shortest counts. */
  readonly every?: number;
}

/** What is monitored. */
export interface Brand {
  readonly id: BrandId;
  readonly title: string;
  /** Boolean query: words, "phrases", AND, OR, NOT, groups. Null: the title. */
  readonly query: string | null;
  /** IANA zone of dates without one at this brand; null: the configuration's. */
  readonly timezone: string | null;
  readonly targets: readonly Target[];
}
