import type { AlertEvent, IncidentKind, Severity, SeverityReason } from "@molva/contracts";
import type { MessageAction } from "./content.ts";

/** What is counted, and how much of it, as the verdict needs it. */
export interface VerdictParts {
  readonly brand: string;
  readonly topic: string | null;
  readonly source: string | null;
  readonly observed: number | null;
  readonly expected: number | null;
  readonly hours: number;
  readonly level: string | null;
  readonly before: string | null;
  readonly gathers: number;
}

/** Every word of a message, in one language. */
export interface MessageWords {
  readonly severities: Readonly<Record<Severity, string>>;
  readonly events: Readonly<Record<AlertEvent, string>>;
  readonly verdicts: Readonly<Record<IncidentKind, (parts: VerdictParts) => string>>;
  readonly digest: (parts: VerdictParts) => string;
  readonly test: (parts: VerdictParts) => string;
  readonly reasons: Readonly<Record<SeverityReason, string>>;
  readonly severityLine: (severity: string, reasons: readonly string[]) => string;
  readonly usual: (observed: string, expected: string, times: string | null, hours: string) => string;
  readonly share: (now: string, low: string, high: string, usual: string) => string;
  readonly shareChange: (low: string, high: string) => string;
  readonly originals: (originals: number, mentions: number) => string;
  readonly level: (value: string, low: string, high: string, n: number) => string;
  readonly since: (at: string) => string;
  readonly lasted: (from: string, until: string) => string;
  readonly sources: (list: string) => string;
  readonly topics: (list: string) => string;
  readonly quotes: string;
  readonly noText: string;
  readonly unwell: Readonly<Record<string, (source: string, since: string | null) => string>>;
  readonly unwellOther: (source: string, state: string, since: string | null) => string;
  readonly actionsTitle: string;
  readonly actions: Readonly<Record<MessageAction, string>>;
  readonly advice: Readonly<Record<IncidentKind, string>>;
  readonly hours: (hours: number) => string;
  readonly picture: (brand: string, most: number, usual: string | null) => string;
  readonly axis: string;
  readonly axisAll: string;
  readonly footer: (asOf: string | null, zone: string, id: string) => string;
  readonly gathered: (verdict: string, since: string) => string;
}
