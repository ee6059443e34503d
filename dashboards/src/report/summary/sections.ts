import type { FigureKey, Summary, SummaryRow } from "@molva/contracts";
import { isolated, type Block, type Linked, type Section } from "../document.ts";
import { unansweredShare } from "../sections/answers.ts";
import { list, paragraph, withInterval } from "../sections/blocks.ts";
import { LINE_CID } from "../sections/line.ts";
import { changesOf, changeText, intervalText, valueText, type Style } from "../style.ts";
import { changeIn, claimsOf, figureIn, isClaimed, nameOf, namesOf, ordered } from "./rows.ts";

/** Rows that a mail below 100 kB holds; those that ask for something stand in it first. */
const MOST_ROWS = 60;
const MOST_ACTIONS = 12;
const MOST_ANSWERS = 15;
/** Fewer unanswered ones are no task of their own. */
const FEW_OPEN = 5;

const openOf = ({ answers }: SummaryRow): number => (answers === null ? 0 : answers.negative - answers.answered);

const asksFor = (row: SummaryRow): boolean =>
  row.figures.some(({ comparisons }) => comparisons.some(({ claimed }) => claimed)) ||
  row.openIncidents > 0 ||
  row.unwell.length > 0;

/** In the order of places; of too many those that ask for something and the largest. */
export const shownRows = (summary: Summary): readonly SummaryRow[] => {
  const volume = (row: SummaryRow): number => figureIn(row, "volume").n;
  const kept = new Set(
    summary.rows
      .toSorted((a, b) => Number(asksFor(b)) - Number(asksFor(a)) || volume(b) - volume(a))
      .slice(0, MOST_ROWS),
  );
  return ordered(summary).filter((row) => kept.has(row));
};

const sourcesOf = ({ unwell }: SummaryRow, style: Style): string =>
  [
    ...new Set(
      unwell.map(({ source, state }) => `${style.source(source)}: ${style.words.states[state] ?? isolated(state)}`),
    ),
  ].join(", ");

/** What needs to be done first: what burns, then what fell, then what makes the numbers doubtful, then who waits. */
export const summaryActions = (summary: Summary, style: Style): Section => {
  const { rows } = summary;
  const words = style.words.summary;
  const fell = claimsOf(summary).filter(({ key, change }) => key === "nsr" && change.verdict === "down");
  const by = (weight: (row: SummaryRow) => number, least: number): readonly SummaryRow[] =>
    rows.filter((row) => weight(row) >= least).toSorted((a, b) => weight(b) - weight(a));
  const all = [
    ...by(({ openIncidents }) => openIncidents, 1).map((row) => words.actIncidents(nameOf(row), row.openIncidents)),
    ...fell.map(({ row }) => words.actFell(nameOf(row))),
    ...by(({ unwell }) => unwell.length, 1).map((row) => words.actSources(nameOf(row), sourcesOf(row, style))),
    ...by(openOf, FEW_OPEN).map((row) => words.actAnswer(nameOf(row), openOf(row), row.answers?.negative ?? 0)),
    ...by(({ openDetractors }) => openDetractors, 1).map((row) => words.actDetractors(nameOf(row), row.openDetractors)),
  ];
  return {
    title: style.words.sectionActions,
    blocks:
      all.length === 0
        ? [paragraph(style.words.nothing)]
        : [
            ...list(all.slice(0, MOST_ACTIONS)),
            ...(all.length > MOST_ACTIONS ? [paragraph(words.more(all.length - MOST_ACTIONS), true)] : []),
          ],
  };
};

/** What changed, each claim with its size and interval. */
export const summaryChanged = (summary: Summary, style: Style): Section => {
  const claims = claimsOf(summary);
  const items = claims.flatMap(({ row, key }): readonly Linked[] =>
    changesOf([figureIn(row, key)], style).map((one) => ({
      ...one,
      text: style.words.summary.other(nameOf(row), one.text),
    })),
  );
  const block: Block = { kind: "list", items };
  return {
    title: style.words.summary.sectionChanged,
    blocks: items.length === 0 ? [paragraph(style.words.sameOfAll)] : [block],
  };
};

/** A brand with its place before it, where it has one. */
const placed = (row: SummaryRow, { words }: Style): string =>
  row.place === null ? nameOf(row) : words.summary.place(words.place(row.place.best, row.place.worst), nameOf(row));

const changeCell = (row: SummaryRow, style: Style): string => {
  const one = changeIn(row, "nsr");
  const { verdicts } = style.words.summary;
  if (one === undefined || one.change === null || one.low === null || one.high === null) return "—";
  const [low, high] = [changeText("nsr", one.low, style), changeText("nsr", one.high, style)];
  const verdict =
    one.verdict === null
      ? verdicts.few
      : isClaimed(row, "nsr")
        ? one.verdict === "up"
          ? verdicts.up
          : verdicts.down
        : verdicts.same;
  return `${changeText("nsr", one.change, style)} (${low} … ${high}), ${verdict}`;
};

/** How tall the picture is for so many brands. */
export const rowsHeight = (rows: number): number => 56 + 20 * Math.max(1, rows);
export const SUMMARY_WIDTH = 592;

export const summaryNsr = (summary: Summary, style: Style): Section => {
  const { words, format } = style;
  const rows = shownRows(summary);
  const rated = rows.filter((row) => figureIn(row, "nsr").value !== null);
  const byRate = rated.toSorted((a, b) => (figureIn(b, "nsr").value ?? 0) - (figureIn(a, "nsr").value ?? 0));
  const named = (row: SummaryRow | undefined): string =>
    row === undefined ? "—" : `${nameOf(row)} ${format.rate(figureIn(row, "nsr").value ?? 0)}`;
  const n = words.summary.brands(rows.length);
  const left = summary.rows.length - rows.length;
  return {
    title: words.summary.sectionNsr,
    blocks: [
      {
        kind: "picture",
        cid: LINE_CID,
        width: SUMMARY_WIDTH,
        height: rowsHeight(rows.length),
        alt:
          rated.length === 0 ? words.summary.altNone(n) : words.summary.alt(n, named(byRate[0]), named(byRate.at(-1))),
      },
      {
        kind: "table",
        caption: null,
        columns: words.summary.nsrColumns,
        rows: rows.map((row) => {
          const { value, low, high, n: many } = figureIn(row, "nsr");
          return [
            placed(row, style),
            withInterval(value, low, high, style),
            format.count(many),
            changeCell(row, style),
          ];
        }),
      },
      paragraph(words.summary.order, true),
      ...(left === 0 ? [] : [paragraph(words.summary.left(left), true)]),
    ],
  };
};

const cell = (row: SummaryRow, key: FigureKey, style: Style): string => {
  const { value, low, high, n } = figureIn(row, key);
  if (value === null) return n === 0 ? style.words.none : style.words.n(style.format.count(n));
  const text = `${valueText(key, value, style)} (${low === null ? style.words.noInterval : intervalText(key, low, high, style).replace(/^95 %: /, "")})`;
  return key === "mean-rating" ? `${text}, ${style.words.n(style.format.count(n))}` : text;
};

export const summaryRest = (summary: Summary, style: Style): Section => {
  const { words } = style;
  return {
    title: words.summary.sectionRest,
    blocks: [
      {
        kind: "table",
        caption: null,
        columns: words.summary.restColumns,
        rows: shownRows(summary).map((row) => [
          nameOf(row),
          cell(row, "volume", style),
          cell(row, "negative-share", style),
          cell(row, "mean-rating", style),
        ]),
      },
      paragraph(words.formulas, true),
    ],
  };
};

export const summaryAnswers = ({ rows }: Summary, style: Style): Section => {
  const { words } = style;
  const known = rows.filter(({ answers }) => answers !== null && answers.negative > 0);
  const unknown = rows.filter((row) => row.answers === null && figureIn(row, "volume").n > 0);
  const lines = known
    .toSorted((a, b) => openOf(b) - openOf(a))
    .slice(0, MOST_ANSWERS)
    .flatMap((row) =>
      row.answers === null
        ? []
        : [words.summary.answers(nameOf(row), openOf(row), row.answers.negative, unansweredShare(row.answers, style))],
    );
  return {
    title: words.sectionAnswers,
    blocks: [
      ...list(lines),
      ...(known.length > lines.length ? [paragraph(words.summary.more(known.length - lines.length), true)] : []),
      ...(unknown.length === 0
        ? []
        : [paragraph(words.summary.answersUnknown(namesOf(unknown.slice(0, MOST_ROWS))), true)]),
      ...(known.length + unknown.length === 0 ? [paragraph(words.answersUnknown)] : []),
    ],
  };
};

export const summaryQuality = ({ rows }: Summary, style: Style): Section => {
  const { words } = style;
  const unwell = rows.filter((row) => row.unwell.length > 0);
  const unscored = rows.reduce((sum, row) => sum + row.unscored, 0);
  return {
    title: words.sectionQuality,
    blocks: list([
      ...(unwell.length === 0
        ? [words.allWell]
        : unwell.slice(0, MOST_ROWS).map((row) => words.summary.unwell(nameOf(row), sourcesOf(row, style)))),
      ...(unscored === 0 ? [] : [words.unscored(unscored)]),
    ]),
  };
};

export const summaryMethod = (summary: Summary, { words }: Style): Section => ({
  title: words.sectionMethod,
  blocks: [
    paragraph(words.method[0] ?? "", true),
    paragraph(words.summary.claims, true),
    ...(new Set(summary.rows.map(({ zone }) => zone)).size > 1 ? [paragraph(words.summary.zones, true)] : []),
  ],
});
