import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aggregateStage } from "@molva/aggregator";
import {
  inputOf,
  instantOf,
  mentionIdOf,
  millisOf,
  type BrandId,
  type Delivered,
  type Fact,
  type GivenLabel,
  type Instant,
  type SourceId,
} from "@molva/contracts";
import { demoTruth } from "@molva/demo";
import { openStore, type EmbeddedStore } from "@molva/platform";

interface Said {
  readonly brand: string;
  readonly source: string;
  readonly key: string;
  readonly at: Instant;
  readonly label: GivenLabel;
  readonly title: string | null;
  readonly text: string;
  readonly language: string;
}

const factOf = (said: Said): Fact => ({
  type: "content",
  mention: {
    mentionId: mentionIdOf(said.brand as BrandId, said.source as SourceId, said.key),
    brandId: said.brand as BrandId,
    sourceId: said.source as SourceId,
    kind: "review",
    url: `https://reviews.example/${encodeURIComponent(said.key)}`,
    title: said.title,
    text: said.text,
    rating: null,
    language: said.language,
    region: null,
    authorHash: null,
    reach: null,
    reply: null,
    publishedAt: { at: said.at, precision: "second", from: "source", clamped: false },
    editedAt: null,
    extra: {},
  },
  observedAt: said.at,
  sentiment: { label: said.label, probabilities: null, model: "demo@1" },
  input: inputOf({ title: said.title, text: said.text, rating: null }),
  language: said.language,
  topics: [],
  group: null,
});

/** What the demo's web says up to `now`, with the labels its writers meant. */
export const demoFacts = (now: Instant): readonly Fact[] =>
  demoTruth({ anchor: now, now }).map((told) =>
    factOf({
      ...told,
      brand: told.brandId,
      source: told.sourceId,
      key: told.nativeId,
      at: instantOf(told.publishedAt),
    }),
  );

/** So many mentions of a brand, one an hour up to `now`, two of three positive. */
export const plainFacts = (brand: string, count: number, now: Instant): readonly Fact[] =>
  Array.from({ length: count }, (_, i) =>
    factOf({
      brand,
      source: "rss",
      key: `${brand} ${i}`,
      at: instantOf(millisOf(now) - (i + 1) * 3_600_000),
      label: i % 3 === 0 ? "negative" : "positive",
      title: null,
      text: `Said of ${brand}`,
      language: "en",
    }),
  );

export interface FactStore extends AsyncDisposable {
  readonly store: EmbeddedStore;
  tell(facts: readonly Fact[]): Promise<void>;
}

/** A store in a folder of its own into which facts go as the aggregator writes them. */
export const openFactStore = async (): Promise<FactStore> => {
  const path = await mkdtemp(join(tmpdir(), "molva-grafana-"));
  const store = await openStore({ path });
  const stage = aggregateStage({ store });
  let offset = 0n;
  return {
    store,
    tell: async (facts) => {
      const messages = facts.map((value): Delivered<Fact> => {
        offset += 1n;
        return { value, offset, appendedAt: instantOf(Date.UTC(2026, 0, 1) + Number(offset)) };
      });
      await stage.process({ lane: "live", partition: 0, messages }, new AbortController().signal);
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await rm(path, { recursive: true, force: true });
    },
  };
};
