import type { ReplayedMention } from "@molva/aggregator";
import { GIVEN_LABELS, type Counts, type GivenLabel } from "@molva/contracts";

export interface Flip {
  readonly id: string;
  readonly old: GivenLabel;
  readonly new: GivenLabel;
}

type Row = Readonly<Record<GivenLabel, number>>;

/** What a replay found for one brand so far; it lies in the checkpoint, so a resumed replay goes on counting. */
export interface Tally {
  /** Met, whether they count or not. */
  readonly met: number;
  /** Mentions that count, by the label that counts (row) and the one that would (column). */
  readonly flips: Readonly<Record<GivenLabel, Row>>;
  /** Labelled by this replay. */
  readonly labelled: number;
  /** The model had labelled them before. */
  readonly stood: number;
  /** Their words are gone, by retention or erasure: they keep the label they have. */
  readonly taken: number;
  /** Labelled by a person: no model changes what counts of them. */
  readonly byPerson: number;
  /** The ten with the smallest ids, which are hashes: a random draw that is the same every time. */
  readonly examples: readonly Flip[];
}

const EXAMPLES = 10;

const NONE: Row = { negative: 0, neutral: 0, positive: 0, unscored: 0 };
export const NOTHING_YET: Tally = {
  met: 0,
  flips: { negative: NONE, neutral: NONE, positive: NONE, unscored: NONE },
  labelled: 0,
  stood: 0,
  taken: 0,
  byPerson: 0,
  examples: [],
};

/** A mention with what the other model says of it now, whoever asked: null where nothing can be said. */
export interface Compared extends ReplayedMention {
  readonly said: GivenLabel | null;
}

const firstOf = (flips: readonly Flip[]): readonly Flip[] =>
  flips.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, EXAMPLES);

/** The label that would count after a switch. */
const wouldBe = ({ byPerson, said, label }: Compared): GivenLabel => (byPerson ? label : (said ?? label));

export const tallied = (tally: Tally, mentions: readonly Compared[]): Tally => {
  const flips = Object.fromEntries(GIVEN_LABELS.map((label) => [label, { ...tally.flips[label] }])) as Record<
    GivenLabel,
    Record<GivenLabel, number>
  >;
  const changed: Flip[] = [];
  for (const mention of mentions) {
    if (!mention.counted) continue;
    const label = wouldBe(mention);
    flips[mention.label][label] += 1;
    if (label !== mention.label) changed.push({ id: mention.id, old: mention.label, new: label });
  }
  const count = (when: (mention: Compared) => boolean): number => mentions.filter(when).length;
  return {
    met: tally.met + mentions.length,
    flips,
    labelled: tally.labelled + count((m) => m.other === null && m.said !== null),
    stood: tally.stood + count((m) => m.other !== null),
    taken: tally.taken + count((m) => m.said === null),
    byPerson: tally.byPerson + count((m) => m.counted && m.byPerson),
    examples: firstOf([...tally.examples, ...changed]),
  };
};

const summed = (rows: readonly Row[]): Counts =>
  Object.fromEntries(
    GIVEN_LABELS.map((label) => [label, rows.reduce((sum, row) => sum + row[label], 0)]),
  ) as unknown as Counts;

/** Of the mentions that count, as they are labelled now. */
export const oldCounts = ({ flips }: Tally): Counts =>
  Object.fromEntries(
    GIVEN_LABELS.map((label) => [label, GIVEN_LABELS.reduce((sum, to) => sum + flips[label][to], 0)]),
  ) as unknown as Counts;

/** Of the same mentions, as they would be after a switch. */
export const newCounts = ({ flips }: Tally): Counts => summed(GIVEN_LABELS.map((label) => flips[label]));

export const changedOf = ({ flips }: Tally): number =>
  GIVEN_LABELS.reduce(
    (sum, from) => sum + GIVEN_LABELS.reduce((inner, to) => inner + (from === to ? 0 : flips[from][to]), 0),
    0,
  );
