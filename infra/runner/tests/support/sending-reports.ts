import { join } from "node:path";
import {
  FIGURES,
  instantOf,
  millisOf,
  reportSchema,
  type Brand,
  type BrandId,
  type Clock,
  type Mailer,
  type Report,
} from "@molva/contracts";
import { createLog, linkSigner, openEmbeddedBus, readConfig, type Config, type EmbeddedBus } from "@molva/platform";
import { openArchive } from "../../src/report/archive.ts";
import type { SendParts } from "../../src/report/send-report.ts";
import { sentNotes } from "../../src/report/sent-notes.ts";
import type { Week } from "../../src/report/weeks.ts";

export const brandOf = (id: string, timezone: string | null = null): Brand => ({
  id: id as BrandId,
  title: id,
  query: null,
  own: { authors: [], domains: [] },
  noise: "off",
  timezone,
  targets: [],
});

/** What `molva.yaml` would hold: these brands, and this section `report`. */
export const configWith = (brands: readonly string[], report: object): Config => {
  const text = JSON.stringify({
    timezone: "Europe/Moscow",
    brands: brands.map((id) => ({ id, title: id, targets: [] })),
    report,
  });
  const read = readConfig(text, "molva.yaml", { sources: [], checkQuery: () => null });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.config;
};

/** A report that says little: what is tried here is how it goes out. */
export const plainReport = (brand: Brand, week: Week, clock: Clock): Report =>
  reportSchema.parse({
    version: 1,
    id: "0123456789ab",
    brand: brand.id,
    title: brand.title,
    week: week.name,
    from: week.from,
    to: week.to,
    zone: brand.timezone ?? "UTC",
    asOf: week.to,
    madeAt: clock(),
    sourceTitles: {},
    counts: { positive: 0, neutral: 0, negative: 0, unscored: 0, originals: 0 },
    figures: FIGURES.map((key) => ({ key, value: null, low: null, high: null, n: 0, state: "empty", comparisons: [] })),
    adjusted: null,
    publicRatings: [],
    line: {
      steps: [{ from: instantOf(millisOf(week.from)), n: 0, nsr: null, low: null, high: null, lastYear: null }],
      marks: [],
    },
    moved: null,
    negative: [],
    positive: [],
    incidents: [],
    competitors: [],
    surveys: [],
    openDetractors: 0,
    answers: null,
    quality: { unwell: [], byModel: 0, unsure: 0, byPerson: 0, models: [], audits: null, corrections: [], earlier: [] },
  });

export const openNotesLog = (folder: string, clock: Clock): Promise<EmbeddedBus> =>
  openEmbeddedBus({ dir: join(folder, "log"), clock: () => millisOf(clock()) });

export const sendParts = (
  folder: string,
  bus: Pick<EmbeddedBus, "checkpoints">,
  mailer: Mailer,
  clock: Clock,
  more: Partial<SendParts> = {},
): SendParts => ({
  archive: openArchive(folder),
  notes: sentNotes(bus.checkpoints),
  mailer,
  mail: { publicUrl: null, signer: linkSigner("a secret of the test"), domain: "molva.example" },
  clock,
  log: createLog("silent", { write: () => {} }),
  metrics: null,
  read: async (brand, week) => plainReport(brand, week, clock),
  pdfOf: null,
  ...more,
});
