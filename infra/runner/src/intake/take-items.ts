import {
  sourceIdSchema,
  SURVEY_METRICS,
  type Brand,
  type Instant,
  type SourceId,
  type SurveyMetric,
} from "@molva/contracts";
import type { ImportRow } from "@molva/crawlers";
import { brandsNamed } from "../importing/brands-named.ts";
import { publishRows } from "../importing/publish-rows.ts";
import type { Runtime } from "../runtime.ts";
import { saveSurveyItems } from "../surveys/import-survey.ts";
import type { Batch } from "./batch.ts";

interface Refused {
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface Taken {
  /** New or changed, and on disk. */
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: readonly Refused[];
}

export interface IntakeParts {
  readonly runtime: Pick<Runtime, "bus" | "store" | "checkpoints" | "clock" | "hashAuthor">;
  readonly brands: readonly Brand[];
  readonly zone: string;
}

type Fields = Readonly<Record<string, unknown>>;
interface Placed {
  readonly index: number;
  readonly fields: Fields;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const told = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() : "";

const DEFAULT_SOURCE = sourceIdSchema.parse("intake");
const INCOMING = /^(|in|incoming|inbound|customer|client)$/iu;
const OUTGOING = /^(out|outgoing|outbound|agent|own|company)$/iu;

/** Why an item is not looked into; else what it is grouped by. */
const sortOut = <Key>(
  items: readonly unknown[],
  keyOf: (fields: Fields) => Key | Omit<Refused, "index">,
  isRefusal: (key: Key | Omit<Refused, "index">) => key is Omit<Refused, "index">,
): {
  readonly groups: ReadonlyMap<string, { readonly key: Key; readonly items: Placed[] }>;
  readonly rejected: Refused[];
} => {
  const groups = new Map<string, { readonly key: Key; readonly items: Placed[] }>();
  const rejected: Refused[] = [];
  for (const [index, fields] of items.entries()) {
    if (!isObject(fields)) {
      rejected.push({ index, code: "not-a-row", message: "an item must be a JSON object" });
      continue;
    }
    const key = keyOf(fields);
    if (isRefusal(key)) rejected.push({ index, ...key });
    else {
      const name = JSON.stringify(key);
      const group = groups.get(name) ?? { key, items: [] };
      groups.set(name, group);
      group.items.push({ index, fields });
    }
  }
  return { groups, rejected };
};

const isRefusal = (key: object): key is Omit<Refused, "index"> => "code" in key;
const inOrder = (rejected: readonly Refused[]): readonly Refused[] => rejected.toSorted((a, b) => a.index - b.index);

interface MentionKey {
  readonly source: SourceId;
  readonly ratingMax: number;
}

const mentionKey = (fields: Fields, common: Fields): MentionKey | Omit<Refused, "index"> => {
  const direction = told(fields["direction"]);
  if (OUTGOING.test(direction))
    return {
      code: "outgoing",
      message: "the company's own message is no mention: send it as `reply` of the mention that it answers",
    };
  if (!INCOMING.test(direction)) return { code: "bad-direction", message: "direction is incoming or outgoing" };
  const source = sourceIdSchema.safeParse(told(fields["source"]) || told(common["source"]) || DEFAULT_SOURCE);
  if (!source.success) return { code: "bad-source", message: "source must be kebab-case, for example help-desk" };
  const ratingMax = Number(fields["ratingMax"] ?? common["ratingMax"] ?? 5);
  if (!(ratingMax > 0 && ratingMax <= 1000))
    return { code: "bad-rating-max", message: "ratingMax is a number up to 1000" };
  return { source: source.data, ratingMax };
};

const withoutOwn = ({ source: _s, direction: _d, ratingMax: _r, ...rest }: Fields): Fields => rest;

/** Puts mentions on the log, in the live lane; resolves once they are on disk. Brands that are not configured are created, as an import does. */
export const takeMentions = async ({ items, common }: Batch, parts: IntakeParts): Promise<Taken> => {
  const { brandIdFor, readObjects } = await import("@molva/crawlers");
  const { runtime, brands, zone } = parts;
  const now: Instant = runtime.clock();
  const { brandOf } = brandsNamed(brands, brandIdFor);
  const brand = told(common["brand"]);
  const { groups, rejected } = sortOut(items, (fields) => mentionKey(fields, common), isRefusal);
  const rows: ImportRow[] = [];
  for (const { key, items: placed } of groups.values()) {
    const read = readObjects(
      placed.map(({ fields }) => withoutOwn(fields)),
      {
        source: key.source,
        ratingMax: key.ratingMax,
        brand: brand === "" ? null : brandOf(brand),
        brandOf,
        zoneOf: (id) => brands.find((one) => one.id === id)?.timezone ?? zone,
        fetchedAt: now,
        hashAuthor: runtime.hashAuthor,
      },
    );
    for (const row of read) {
      if (row.type === "mention") rows.push(row);
      else rejected.push({ index: placed[row.line]?.index ?? 0, code: row.reason, message: row.message });
    }
  }
  const { new: fresh, changed, unchanged } = await publishRows(runtime, rows, now, "live");
  return { accepted: fresh + changed, unchanged, rejected: inOrder(rejected) };
};

const withoutMetric = (fields: Fields): Fields => {
  const { metric: _, ...rest } = fields;
  return rest;
};

const surveyKey = (fields: Fields, common: Fields): { readonly metric: SurveyMetric } | Omit<Refused, "index"> => {
  const name = (told(fields["metric"]) || told(common["metric"])).toLowerCase();
  const metric = SURVEY_METRICS.find((one) => one === name);
  if (metric === undefined) return { code: "bad-metric", message: `metric is ${SURVEY_METRICS.join(", ")}` };
  if (metric !== "churn" && told(fields["id"]) === "" && told(fields["respondent"]) === "")
    return { code: "no-id", message: "an answer needs an id or a respondent, so that sending it again is harmless" };
  return { metric };
};

/** Keeps answers to surveys; resolves once they are on disk. */
export const takeSurveys = async ({ items, common }: Batch, parts: IntakeParts): Promise<Taken> => {
  const { brandIdFor, readSurveyObjects } = await import("@molva/crawlers");
  const { runtime, brands, zone } = parts;
  const { brandOf } = brandsNamed(brands, brandIdFor);
  const brand = told(common["brand"]);
  const { groups, rejected } = sortOut(items, (fields) => surveyKey(fields, common), isRefusal);
  const kept = [];
  for (const { key, items: placed } of groups.values()) {
    const read = readSurveyObjects(
      placed.map(({ fields }) => withoutMetric(fields)),
      {
        metric: key.metric,
        brand: brand === "" ? null : brandOf(brand),
        brandOf,
        map: {},
        zoneOf: (id) => brands.find((one) => one.id === id)?.timezone ?? zone,
        format: null,
        encoding: null,
        sheet: null,
        name: null,
        fetchedAt: runtime.clock(),
        writtenAt: null,
        scale: null,
        population: null,
        hashRespondent: runtime.hashAuthor,
      },
    );
    for (const item of read) {
      if (item.type === "answer" || item.type === "customers") kept.push(item);
      else if (item.type === "rejected")
        rejected.push({ index: placed[item.line]?.index ?? 0, code: item.reason, message: item.message });
    }
  }
  const { new: fresh, changed, unchanged } = await saveSurveyItems(runtime, kept);
  return { accepted: fresh + changed, unchanged, rejected: inOrder(rejected) };
};
