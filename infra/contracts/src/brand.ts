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

/** How the brand itself speaks: what is written so is no customer's word. */
export interface OwnVoices {
  /** Author names, as the sources print them. */
  readonly authors: readonly string[];
  /** Hosts, or hosts with the beginning of a path: `velmora.example`, `t.me/velmora`. */
  readonly domains: readonly string[];
}

/** What is done with mentions that look like those a person marked irrelevant. */
export const NOISE_MODES = ["off", "suggest", "exclude"] as const;
export type NoiseMode = (typeof NOISE_MODES)[number];

/** What is monitored. */
export interface Brand {
  readonly id: BrandId;
  readonly title: string;
  /** Boolean query, as docs/queries.md has it. Null: the title, in every form. */
  readonly query: string | null;
  /** Left out: none is known. */
  readonly own?: OwnVoices;
  /** Left out: `suggest`. */
  readonly noise?: NoiseMode;
  /** IANA zone of dates without one at this brand; null: the configuration's. */
  readonly timezone: string | null;
  readonly targets: readonly Target[];
}
