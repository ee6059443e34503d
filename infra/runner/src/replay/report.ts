import { readMention } from "@molva/aggregator";
import { GIVEN_LABELS, type Counts, type GivenLabel, type Instant, type Store } from "@molva/contracts";
import { rate, type Rate } from "@molva/numbers";
import { printable } from "../io.ts";
import { signedPercent } from "../signed-percent.ts";
import { table } from "../table.ts";
import type { Passed } from "./pass.ts";
import { changedOf, newCounts, oldCounts, type Flip, type Tally } from "./tally.ts";

export interface ReplayedBrand {
  readonly brand: string;
  /** The point of the log at which both sides were read. */
  readonly asOf: Instant;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly old: Counts & Rate;
  readonly new: Counts & Rate;
  /** Mentions that count and would have another label. */
  readonly changed: number;
  /** By the label that counts, then by the one that would. */
  readonly flips: Tally["flips"];
  readonly labelled: number;
  readonly stood: number;
  readonly taken: number;
  readonly byPerson: number;
}

export interface ReplayExample extends Flip {
  readonly brand: string;
  readonly source: string | null;
  readonly publishedAt: Instant | null;
  readonly url: string | null;
  readonly title: string | null;
  readonly text: string | null;
}

export interface ReplayReport {
  readonly model: string;
  readonly dryRun: boolean;
  /** Brands for which the model's labels count since this call. */
  readonly switched: readonly string[];
  readonly brands: readonly ReplayedBrand[];
  readonly examples: readonly ReplayExample[];
}

const EXAMPLES = 10;

export const brandReport = (
  brand: string,
  range: { readonly from: Instant | null; readonly to: Instant | null },
  { asOf, tally }: Passed,
): ReplayedBrand => {
  const [old, now] = [oldCounts(tally), newCounts(tally)];
  const { flips, labelled, stood, taken, byPerson } = tally;
  return {
    brand,
    asOf,
    ...range,
    old: { ...old, ...rate(old) },
    new: { ...now, ...rate(now) },
    changed: changedOf(tally),
    flips,
    labelled,
    stood,
    taken,
    byPerson,
  };
};

/** With their words as they are now; those that no longer count have none. */
export const examplesOf = async (
  store: Store,
  passed: readonly (Passed & { readonly brand: string })[],
): Promise<readonly ReplayExample[]> => {
  const flips = passed.flatMap(({ brand, tally }) => tally.examples.map((flip) => ({ ...flip, brand })));
  const drawn = flips.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, EXAMPLES);
  const examples: ReplayExample[] = [];
  for (const flip of drawn) {
    const found = await readMention(store, flip.id);
    examples.push({
      ...flip,
      source: found?.source ?? null,
      publishedAt: found?.publishedAt ?? null,
      url: found?.url ?? null,
      title: found?.title ?? null,
      text: found?.text ?? null,
    });
  }
  return examples;
};

const rateText = ({ nsr, low, high, n, state }: Rate): string =>
  nsr === null
    ? `no rate (n = ${n})`
    : `${signedPercent(nsr)} (${signedPercent(low ?? 0)} … ${signedPercent(high ?? 0)}), n = ${n}${state === "low-base" ? ", low base" : ""}`;

const right = "right" as const;

const flipTable = (brands: readonly ReplayedBrand[]): string => {
  const sum = (from: GivenLabel, to: GivenLabel): number => brands.reduce((all, { flips }) => all + flips[from][to], 0);
  const shown = GIVEN_LABELS.filter(
    (label) => label !== "unscored" || GIVEN_LABELS.some((other) => sum(label, other) + sum(other, label) > 0),
  );
  return table(
    [{ title: "now \\ by the model" }, ...shown.map((label) => ({ title: label, align: right }))],
    shown.map((from) => [from, ...shown.map((to) => String(sum(from, to)))]),
  );
};

const EXCERPT = 90;

const exampleText = (e: ReplayExample): string => {
  const words = printable([e.title, e.text].filter(Boolean).join(" — ")).slice(0, EXCERPT) || "(no words)";
  return `  ${e.id}  ${e.old} → ${e.new}  ${words}${e.url === null ? "" : `\n    ${printable(e.url)}`}`;
};

export const reportText = ({ model, brands, examples }: ReplayReport): string =>
  [
    table(
      [
        { title: "brand", most: 28 },
        { title: "NSR % as it counts (95 %)" },
        { title: `NSR % by ${printable(model)} (95 %)` },
        { title: "changed", align: right },
        { title: "labelled", align: right },
        { title: "had labels", align: right },
        { title: "by a person", align: right },
        { title: "text gone", align: right },
      ],
      brands.map((b) => [
        b.brand,
        rateText(b.old),
        rateText(b.new),
        String(b.changed),
        String(b.labelled),
        String(b.stood),
        String(b.byPerson),
        String(b.taken),
      ]),
    ),
    "Labels of the mentions that count, all brands together:",
    flipTable(brands),
    ...(examples.length === 0 ? [] : ["Drawn at random among those that change:", ...examples.map(exampleText), ""]),
  ].join("\n");
