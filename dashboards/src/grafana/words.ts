import type { AdjustedState } from "@molva/contracts";

/** Everything that a person reads on the dashboards, once in each language. `P`, `N`, `n` and formulas are the same in both. */
export interface Words {
  readonly language: "en" | "ru";
  readonly other: { readonly language: "en" | "ru"; readonly title: string };
  readonly overview: { readonly title: string; readonly description: string };
  readonly brandDashboard: { readonly title: string; readonly description: string };
  readonly variables: {
    readonly datasource: string;
    readonly brand: string;
    readonly window: string;
    readonly source: string;
    readonly label: string;
    readonly all: string;
  };
  readonly rows: {
    readonly rates: string;
    readonly shares: string;
    readonly volume: string;
    readonly nsr: string;
    readonly polar: string;
    readonly mentions: string;
    readonly collection: string;
    readonly topics: string;
  };
  /** Panels: a title and what the number is, how it is computed and what it leaves out. */
  readonly panels: Readonly<Record<PanelName, { readonly title: string; readonly description: string }>>;
  readonly windows: Readonly<Record<"24" | "168" | "720", string>>;
  readonly fields: Readonly<Record<FieldName, string>>;
  readonly states: Readonly<Record<"empty" | "counts-only" | "low-base" | "ok", string>>;
  /** What the corrected rate rests on. */
  readonly adjustedStates: Readonly<Record<AdjustedState, string>>;
  readonly noTopic: string;
  readonly verdicts: Readonly<Record<"up" | "down" | "no significant change" | "none", string>>;
  readonly labels: Readonly<Record<"positive" | "neutral" | "negative" | "unscored", string>>;
  readonly health: Readonly<Record<"never" | "ok" | "partial" | "failing" | "blocked" | "forbidden", string>>;
  readonly nothing: {
    readonly rate: string;
    readonly mentions: string;
    readonly collection: string;
    readonly progress: string;
    readonly words: string;
    readonly never: string;
  };
  readonly events: { readonly incidents: string; readonly notes: string };
  readonly openBrand: string;
  readonly openMention: string;
  readonly backToOverview: string;
}

export type PanelName =
  | "asOf"
  | "targets"
  | "brands"
  | "collection"
  | "rate"
  | "share"
  | "brandVolume"
  | "now"
  | "nsr24"
  | "nsr168"
  | "nsr720"
  | "polar24"
  | "polar168"
  | "polar720"
  | "labelVolume"
  | "sourceVolume"
  | "mentions"
  | "brandCollection"
  | "topics"
  | "adjusted";

export type FieldName =
  | "asOf"
  | "waiting"
  | "targets"
  | "failing"
  | "brand"
  | "window"
  | "at"
  | "nsr"
  | "nsrShort"
  | "lowBase"
  | "low"
  | "high"
  | "interval"
  | "polar"
  | "polarShort"
  | "polarInterval"
  | "share"
  | "shareShort"
  | "shareLow"
  | "shareHigh"
  | "shareInterval"
  | "n"
  | "unscored"
  | "previous"
  | "verdict"
  | "state"
  | "source"
  | "target"
  | "lastSuccess"
  | "lastAttempt"
  | "lastNewMention"
  | "nextAttempt"
  | "failures"
  | "errors"
  | "error"
  | "silent"
  | "published"
  | "label"
  | "confidence"
  | "provenance"
  | "rating"
  | "text"
  | "link"
  | "topic"
  | "adjusted"
  | "audits";
