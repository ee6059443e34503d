import { instantOf, PipelineError } from "@molva/contracts";
import type { AuditCard, DeskAudits, DeskAuditStanding } from "@molva/dashboards";

const ID = (i: number): string => i.toString(16).padStart(32, "a");
const EVENT = (i: number): string => i.toString(16).padStart(16, "b");

const TEXTS = [
  "The clerk was rude and the queue took an hour.",
  "Opened a second branch near the station.",
  "<img src=x onerror=alert(1)><b>bold</b> & \u202ereversed",
  "Очень довольна: карту привезли за день.",
  "Spent a week on the phone with support, no answer.",
  "Lovely people, quick and kind.",
];

const standing = (of: Partial<DeskAuditStanding> & Pick<DeskAuditStanding, "brand" | "title">): DeskAuditStanding => ({
  source: null,
  n: 1204,
  audits: 0,
  agreement: null,
  bias: null,
  kappa: null,
  halfWidth: null,
  more: [
    { audits: 30, halfWidth: 17.4 },
    { audits: 100, halfWidth: 8.1 },
    { audits: 300, halfWidth: 4.6 },
  ],
  needed: [
    { halfWidth: 10, audits: 88 },
    { halfWidth: 5, audits: 240 },
    { halfWidth: 3, audits: 560 },
  ],
  ...of,
});

export interface AuditFixture extends DeskAudits {
  /** What was written, in its order. */
  readonly written: readonly string[];
  /** The next writing fails so. */
  refuse: string | null;
}

/** Audits in memory: cards in a fixed order, what is labelled leaves the draw, what is undone comes back. */
export const createAudits = (): AuditFixture => {
  const written: string[] = [];
  const labelled = new Map<string, string>();
  const card = (i: number): AuditCard => ({
    id: ID(i),
    brand: "aurora-bank",
    source: i % 2 === 0 ? "otzovik" : "rss",
    publishedAt: instantOf(Date.UTC(2026, 10, i + 1, 10)),
    rating: i === 0 ? 1 : null,
    ratingMax: i === 0 ? 5 : null,
    title: i === 4 ? "<h1>Never again</h1>" : null,
    text: TEXTS[i] ?? "",
    url: i === 1 ? "javascript:alert(1)" : `https://reviews.example/${String(i)}`,
  });
  const cards = TEXTS.map((_, i) => card(i));
  const fixture: AuditFixture = {
    written,
    refuse: null,
    draw: async ({ source }) =>
      cards.filter((one) => !labelled.has(one.id) && (source === null || one.source === source)),
    standings: async () => {
      const audits = 43 + labelled.size;
      const more = [
        { audits: 30, halfWidth: 11.4 },
        { audits: 100, halfWidth: 8.1 },
        { audits: 300, halfWidth: 4.6 },
      ];
      const measured = { audits, agreement: 76.7, bias: -9.3, halfWidth: 14.2, more };
      return [
        standing({ brand: "aurora-bank", title: "Aurora Bank", ...measured }),
        standing({ brand: "aurora-bank", title: "Aurora Bank", source: "otzovik", n: 700, audits: 20 }),
        standing({ brand: "aurora-bank", title: "Aurora Bank", source: "rss", n: 504, audits: audits - 20 }),
        standing({ brand: "polyana", title: "Поляна", n: 96, more: [{ audits: 30, halfWidth: 17.4 }] }),
      ];
    },
    label: async ({ id, label, by }) => {
      if (fixture.refuse !== null) {
        const message = fixture.refuse;
        fixture.refuse = null;
        throw new PipelineError(message, { code: "USAGE", recovery: "exit" });
      }
      written.push(`${by} ${label} ${String(cards.findIndex((one) => one.id === id))}`);
      labelled.set(id, label);
      return { event: EVENT(cards.findIndex((one) => one.id === id)) };
    },
    undo: async ({ event, by }) => {
      const i = Number.parseInt(event.replaceAll(/^b+/g, "") || "b", 16);
      written.push(`${by} undo ${String(i)}`);
      labelled.delete(ID(i));
      return { event: EVENT(0xff) };
    },
  };
  return fixture;
};
