import { brandIdSchema, emptyAlert, instantOf, mentionIdSchema, type Alert } from "@molva/contracts";
import type { AlertContent } from "../../src/messages/index.ts";

const at = (hour: number): Alert["since"] => instantOf(Date.UTC(2026, 10, 12, hour));

export const alertOf = (changes: Partial<Alert> = {}): Alert => ({
  ...emptyAlert({
    id: "incident-0001",
    event: "opened",
    kind: "negative-spike",
    brandId: brandIdSchema.parse("aurora-bank"),
    at: at(11),
  }),
  alertId: "alert-0001",
  severity: "warning",
  reasons: ["size"],
  since: at(9),
  asOf: at(11),
  numbers: {
    hours: 6,
    observed: 38,
    expected: 6.2,
    n: 61,
    originals: 29,
    share: { value: 62.3, low: 50, high: 73.5 },
    usualShare: 18,
    shareChange: { low: 31, high: 56 },
    level: null,
    before: null,
    strength: 3.1,
    thresholds: { minRatio: 2.5 },
  },
  sources: [
    { source: "telegram", count: 22 },
    { source: "app-store", count: 9 },
  ],
  topics: [{ topic: "delivery", count: 17 }],
  mentions: [mentionIdSchema.parse("a".repeat(32))],
  evidence: [mentionIdSchema.parse("a".repeat(32))],
  unwell: [{ source: "rss", state: "silent", since: at(2) }],
  steps: Array.from({ length: 24 }, (_, hour) => ({
    at: at(hour),
    count: hour < 20 ? 2 + (hour % 3) : 14,
    usual: 3,
    unusual: hour >= 20,
  })),
  ...changes,
});

export const contentOf = (changes: Partial<AlertContent> = {}): AlertContent => ({
  alert: alertOf(),
  brandTitle: "Aurora Bank",
  sourceTitles: { telegram: "Telegram", "app-store": "App Store", rss: "RSS" },
  quotes: [
    {
      source: "telegram",
      publishedAt: at(10),
      precision: "minute",
      label: "negative",
      text: "The card came three weeks late, and support hangs up",
      url: "https://t.me/s/aurora/17",
    },
  ],
  links: { open: "https://molva.example.org/?brand=aurora-bank", take: "https://molva.example.org/do/token" },
  language: "en",
  zone: "Europe/Moscow",
  ...changes,
});

/** What a stranger may write: markup of every channel, commands, controls, reversed text, a very long word. */
export const HOSTILE =
  "<script>alert(1)</script> <!channel> <@U123> *bold* _it_ `code` [x](http://evil.example) @all #tag & \" ' \u202Egnol\u202C\u0000\r\n\n```" +
  "w".repeat(2_000);
