import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  FACTS,
  inputOf,
  instantOf,
  mentionIdOf,
  millisOf,
  type BrandId,
  type Fact,
  type Label,
  type SourceId,
} from "@molva/contracts";
import { addSteps } from "@molva/text";
import { weekBefore, type Week } from "../../src/report/weeks.ts";
import type { InProcess } from "./in-process.ts";

const HOUR_MS = 3_600_000;

export interface SaidWeek {
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly topic?: string;
  readonly text?: (i: number, label: Label) => string;
}

/** So many mentions of each label, spread over a week; stars by their label. */
export const weekFacts = (brand: string, week: Pick<Week, "name" | "from">, said: SaidWeek): readonly Fact[] => {
  const labels = (["positive", "neutral", "negative"] as const).flatMap((label) =>
    Array.from({ length: said[label] }, () => label),
  );
  return labels.map((label, i): Fact => {
    const at = instantOf(millisOf(week.from) + Math.floor((i / labels.length) * 167) * HOUR_MS);
    const text = said.text?.(i, label) ?? `${label} words number ${i} of ${week.name} about ${brand}`;
    const rating = { value: label === "positive" ? 5 : label === "neutral" ? 3 : 1 + (i % 2), min: 1, max: 5 };
    return {
      type: "content",
      mention: {
        mentionId: mentionIdOf(brand as BrandId, "web-reviews" as SourceId, `${week.name} ${i}`),
        brandId: brand as BrandId,
        sourceId: "web-reviews" as SourceId,
        kind: "review",
        url: `https://reviews.example/${week.name}/${i}`,
        title: null,
        text,
        rating,
        language: "en",
        region: null,
        authorHash: null,
        reach: null,
        reply: i % 10 === 0 ? { text: "Thank you", at: null } : null,
        publishedAt: { at, precision: "hour", from: "source", clamped: false },
        editedAt: null,
        extra: {},
      },
      observedAt: at,
      sentiment: {
        label,
        probabilities: { negative: 0.1, neutral: 0.1, positive: 0.1, [label]: 0.8 },
        model: "test@1",
      },
      input: inputOf({ title: null, text, rating }),
      language: "en",
      topics: [said.topic !== undefined && label === "negative" ? said.topic : "quality"],
      group: null,
    };
  });
};

/** Thirteen weeks alike, and the last one as told. */
export const tellWeeks = async (
  { runtime }: InProcess,
  brand: string,
  last: SaidWeek,
  zone: string,
  usual: SaidWeek = { positive: 60, neutral: 40, negative: 30 },
): Promise<Week> => {
  const week = weekBefore(instantOf(Date.now()), zone);
  const earlier = Array.from({ length: 12 }, (_, i) => {
    const from = addSteps(week.from, -(i + 1), "week", zone);
    return weekFacts(brand, { name: `before-${i + 1}`, from }, usual);
  });
  await runtime.bus.publish(FACTS, "backfill", [...earlier.flat(), ...weekFacts(brand, week, last)]);
  await runtime.settled();
  return week;
};

export interface ReportConfig {
  readonly port: number;
  readonly brands?: readonly { readonly id: string; readonly title: string }[];
  readonly recipients: readonly {
    readonly address: string;
    readonly language?: "en" | "ru";
    readonly brands?: readonly string[];
    readonly reports?: "brands" | "summary" | "both";
  }[];
  readonly publicUrl?: string;
  readonly more?: object;
}

/** A configuration with a mail server on this machine. JSON is YAML. */
export const writeReportConfig = async (folder: string, told: ReportConfig): Promise<string> => {
  const path = join(folder, "molva.yaml");
  const config = {
    timezone: "Europe/Moscow",
    brands: told.brands ?? [{ id: "aurora", title: "Aurora" }],
    server: { port: 0, ...(told.publicUrl === undefined ? {} : { publicUrl: told.publicUrl }) },
    mail: { host: "127.0.0.1", port: told.port, security: "none", from: "Molva <reports@molva.example>" },
    report: { recipients: told.recipients, ...told.more },
  };
  await writeFile(path, JSON.stringify(config));
  return path;
};
