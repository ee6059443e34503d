import {
  inputOf,
  mentionIdOf,
  type Batch,
  type BrandId,
  type Delivered,
  type EventId,
  type Fact,
  type GivenLabel,
  type Instant,
  type Label,
  type Lane,
  type Mention,
  type MentionId,
  type SourceDate,
  type SourceId,
  type TopicClause,
} from "@molva/contracts";

export const START = Date.UTC(2026, 2, 2, 10);
/** `minutes` after the start of the story that all tests of the fold tell. */
export const at = (minutes: number): Instant => new Date(START + minutes * 60_000).toISOString() as Instant;

export interface Told {
  readonly brand: string;
  readonly key: string;
  readonly source?: string;
  readonly text?: string;
  readonly title?: string | null;
  readonly published?: Instant;
  readonly precision?: SourceDate["precision"];
  readonly from?: SourceDate["from"];
  readonly clamped?: boolean;
  readonly observed?: Instant;
  readonly label?: GivenLabel;
  readonly model?: string;
  readonly rating?: Mention["rating"];
  readonly language?: string | null;
  readonly region?: string | null;
  readonly topics?: readonly (string | TopicClause)[];
  readonly topicsAt?: Instant;
  readonly group?: string | null;
  readonly url?: string | null;
}

export const sourceOf = (told: Pick<Told, "source">): SourceId => (told.source ?? "web-reviews") as SourceId;
export const mentionId = (told: Pick<Told, "brand" | "key" | "source">): MentionId =>
  mentionIdOf(told.brand as BrandId, sourceOf(told), told.key);

const SURE: Readonly<Record<GivenLabel, readonly [number, number, number] | null>> = {
  negative: [0.9, 0.06, 0.04],
  neutral: [0.1, 0.8, 0.1],
  positive: [0.02, 0.08, 0.9],
  unscored: null,
};

export const content = (told: Told): Fact => {
  const text = told.text ?? `words of ${told.key}`;
  const title = told.title ?? null;
  const rating = told.rating ?? null;
  const label = told.label ?? "positive";
  const sure = SURE[label];
  return {
    type: "content",
    mention: {
      mentionId: mentionId(told),
      brandId: told.brand as BrandId,
      sourceId: sourceOf(told),
      kind: rating === null ? "comment" : "review",
      url: told.url ?? null,
      title,
      text,
      rating,
      language: null,
      region: told.region ?? null,
      authorHash: null,
      reach: null,
      reply: null,
      publishedAt: {
        at: told.published ?? at(0),
        precision: told.precision ?? "second",
        from: told.from ?? "source",
        clamped: told.clamped ?? false,
      },
      editedAt: null,
      extra: {},
    },
    observedAt: told.observed ?? at(60),
    sentiment: {
      label,
      probabilities: sure === null ? null : { negative: sure[0], neutral: sure[1], positive: sure[2] },
      model: told.model ?? "plain@1",
    },
    input: inputOf({ title, text, rating }),
    language: told.language ?? "en",
    topics: [...(told.topics ?? [])],
    ...(told.topicsAt === undefined ? {} : { topicsAt: told.topicsAt }),
    group: told.group ?? null,
  };
};

type Whose = Pick<Told, "brand" | "key" | "source">;
const head = (whose: Whose): { mentionId: MentionId; brandId: BrandId; sourceId: SourceId } => ({
  mentionId: mentionId(whose),
  brandId: whose.brand as BrandId,
  sourceId: sourceOf(whose),
});

export const gone = (whose: Whose, observedAt: Instant): Fact => ({ type: "gone", ...head(whose), observedAt });
/** The mention turned out to be the first of a group. */
export const firstOfGroup = (whose: Whose, group: string, observedAt: Instant): Fact => ({
  type: "group",
  ...head(whose),
  group,
  observedAt,
});
export const human = (
  whose: Whose,
  label: Label,
  decidedAt: Instant,
  by = "Vera",
): Extract<Fact, { type: "human" }> => ({
  type: "human",
  ...head(whose),
  label,
  audit: false,
  by,
  reason: null,
  decidedAt,
});
export const exclude = (whose: Whose, decidedAt: Instant): Extract<Fact, { type: "exclude" }> => ({
  type: "exclude",
  ...head(whose),
  by: "Vera",
  reason: "spam",
  decidedAt,
});
export const undo = (whose: Whose, undoes: EventId, decidedAt: Instant): Extract<Fact, { type: "undo" }> => ({
  type: "undo",
  ...head(whose),
  by: "Vera",
  reason: null,
  undoes,
  decidedAt,
});
export const choice = (brand: string, model: string, rank: number, decidedAt: Instant): Fact => ({
  type: "choice",
  brandId: brand as BrandId,
  model,
  rank,
  by: "Vera",
  decidedAt,
});

/** A fact as the log took it: its offset, and a time that grows with it. */
export const logged = (facts: readonly Fact[], first = 0n, firstAt = START + 86_400_000): readonly Delivered<Fact>[] =>
  facts.map((value, i) => ({
    value,
    offset: first + BigInt(i),
    appendedAt: new Date(firstAt + (Number(first) + i) * 10).toISOString() as Instant,
  }));

export const batchOf = (messages: readonly Delivered<Fact>[], lane: Lane = "live"): Batch<Fact> => ({
  lane,
  partition: 0,
  messages,
});
