import type { AuditCard, AuditStandings } from "../desk/audits.ts";
import type { Format, Language } from "../wording/format.ts";
import type { AuditWords } from "./audit-words.ts";
import type { PreferenceActions } from "./controls.ts";
import type { Theme } from "./view.ts";

export type AuditLabel = "negative" | "neutral" | "positive";
export const AUDIT_LABELS: readonly AuditLabel[] = ["negative", "neutral", "positive"];

/** Everything the audit screen shows at one moment. */
export interface AuditView {
  readonly language: Language;
  readonly theme: Theme;
  readonly brand: string | null;
  readonly source: string | null;
  readonly by: string;
  /** Drawn and not yet judged, in the order of the draw; null while they are being drawn. */
  readonly drawn: readonly AuditCard[] | null;
  readonly standings: AuditStandings | null;
  /** Judged on this page, the newest last. */
  readonly judged: readonly { readonly card: AuditCard; readonly label: AuditLabel }[];
  readonly notice: string | null;
  readonly told: string;
}

export interface AuditTongue {
  readonly words: AuditWords;
  readonly format: Format;
}

export interface AuditActions extends PreferenceActions {
  choose(brand: string | null, source: string | null): void;
  name(by: string): void;
  judge(label: AuditLabel): void;
  undo(): void;
  later(): void;
}
