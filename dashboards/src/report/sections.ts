import { figureOf, instantOf, millisOf, type Report, type ReportEvidence } from "@molva/contracts";
import { isolated, plain, safeUrl, type Block, type Linked, type Section } from "./document.ts";
import { cardOf, changesOf, valueText, type Style } from "./style.ts";

const paragraph = (text: string, quiet = false): Block => ({ kind: "paragraph", text, quiet });
const linked = (text: string, url: string | null = null): Linked => ({ text, url: safeUrl(url) });
const list = (texts: readonly string[]): readonly Block[] =>
  texts.length === 0 ? [] : [{ kind: "list", items: texts.map((text) => linked(text)) }];

const rateOr = (value: number | null, { format, words }: Style): string =>
  value === null ? words.lineNone : format.rate(value);

const withInterval = (value: number | null, low: number | null, high: number | null, style: Style): string =>
  value === null
    ? "—"
    : low === null || high === null
      ? style.format.rate(value)
      : `${style.format.rate(value)} (${style.format.rate(low)} … ${style.format.rate(high)})`;

export const figuresSection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { adjusted } = report;
  return {
    title: words.sectionFigures,
    blocks: [
      { kind: "figures", cards: report.figures.map((figure) => cardOf(figure, style)) },
      ...(report.figures.some(({ value, comparisons }) => value !== null && comparisons.length > 0)
        ? [{ kind: "list" as const, items: changesOf(report.figures, style) }]
        : []),
      ...report.publicRatings.map(({ source, value, max, count, previous }) =>
        paragraph(
          words.publicRating(
            style.source(source),
            format.figure(value),
            format.figure(max),
            count === null ? null : format.count(count),
            previous === null ? null : format.figure(previous),
          ),
        ),
      ),
      ...(adjusted === null
        ? []
        : [
            paragraph(
              words.adjusted(
                format.rate(adjusted.value),
                format.rate(adjusted.low),
                format.rate(adjusted.high),
                adjusted.audits,
              ),
            ),
          ]),
      paragraph(words.formulas, true),
    ],
  };
};

/** Name of the picture in a mail. */
export const LINE_CID = "nsr-line";
export const LINE_SIZE = { width: 592, height: 240 } as const;

/** Marks of the line, numbered; those of one week share a place. */
export const marksOf = (report: Report): readonly { readonly step: number; readonly number: number }[] => {
  const starts = report.line.steps.map(({ from }) => from);
  return report.line.marks.slice(-9).map(({ at }, i) => ({
    step: Math.max(
      0,
      starts.findLastIndex((from) => from <= at),
    ),
    number: i + 1,
  }));
};

export const lineSection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { steps } = report.line;
  const first = steps.find(({ nsr }) => nsr !== null);
  const last = steps.at(-1);
  const alt = words.lineAlt(
    isolated(report.title, 80),
    first === undefined ? words.lineNone : words.lineFirst(format.shortDay(first.from), rateOr(first.nsr, style)),
    words.lineLast(rateOr(last?.nsr ?? null, style)),
  );
  const marks = report.line.marks
    .slice(-9)
    .map((mark, i) =>
      words.markLine(
        String(i + 1),
        format.shortDay(mark.at),
        words.marks[mark.kind],
        isolated(mark[style.language], 200),
      ),
    );
  return {
    title: words.sectionLine,
    blocks: [
      { kind: "picture", cid: LINE_CID, ...LINE_SIZE, alt },
      paragraph(steps.some(({ lastYear }) => lastYear !== null) ? words.lastYear : words.noLastYear, true),
      ...list(marks),
      {
        kind: "table",
        caption: words.weekTable,
        columns: words.weekColumns,
        rows: steps.map(({ from, nsr, low, high, n }) => [
          format.shortDay(from),
          nsr === null ? "—" : format.rate(nsr),
          low === null || high === null ? "—" : `${format.rate(low)} … ${format.rate(high)}`,
          format.count(n),
        ]),
      },
    ],
  };
};

const MOST_PARTS = 5;

export const movedSection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { moved } = report;
  if (moved === null) return { title: words.sectionMoved, blocks: [paragraph(words.movedNone)] };
  const compared = figureOf(report, "nsr").comparisons.find(({ against }) => against === moved.against);
  const name = (dimension: "source" | "language" | "topic", value: string): string =>
    dimension === "source"
      ? style.source(value)
      : dimension === "topic"
        ? style.topic(value)
        : style.languageName(value);
  const tables = moved.by
    .filter(({ parts }) => parts.length > 1)
    .map(({ dimension, parts }): Block => {
      const rest = parts.slice(MOST_PARTS);
      const sum = (of: (part: (typeof parts)[number]) => number): number =>
        rest.reduce((all, part) => all + of(part), 0);
      const row = (title: string, before: number, n: number, total: number): readonly string[] => [
        title,
        `${format.count(before)} → ${format.count(n)}`,
        format.rate(total),
      ];
      return {
        kind: "table",
        caption: null,
        columns: [words.dimension[dimension], ...words.movedColumns],
        rows: [
          ...parts
            .slice(0, MOST_PARTS)
            .map((part) => row(name(dimension, part.value), part.nBefore, part.n, part.total)),
          ...(rest.length === 0
            ? []
            : [
                row(
                  words.movedMore(rest.length),
                  sum((p) => p.nBefore),
                  sum((p) => p.n),
                  Math.round(sum((p) => p.total) * 10) / 10,
                ),
              ]),
        ],
      };
    });
  return {
    title: words.sectionMoved,
    blocks: [
      paragraph(`${words.movedChange[moved.against]} ${format.rate(moved.change)}`),
      ...(compared?.claimed === true ? [] : [paragraph(compared?.verdict == null ? words.movedFew : words.movedNoise)]),
      ...tables,
    ],
  };
};

const wordsOf = ({ text }: ReportEvidence, { words }: Style): string =>
  text === null ? words.noText : text === "" ? words.noWords : isolated(text, 401);

const fromOf = (one: ReportEvidence, style: Style): Linked => {
  const { words, format } = style;
  return linked(
    [
      style.source(one.source),
      format.precise(one.publishedAt, one.precision),
      ...(one.rating === null || one.ratingMax === null
        ? []
        : [words.rating(format.figure(one.rating), format.figure(one.ratingMax))]),
      ...(one.copies === 0 ? [] : [words.copies(one.copies)]),
      ...(one.answered ? [words.answered] : []),
    ].join(", "),
    one.url,
  );
};

const evidenceSection = (title: string, found: readonly ReportEvidence[], style: Style): Section => ({
  title,
  blocks:
    found.length === 0
      ? [paragraph(style.words.noEvidence)]
      : [{ kind: "quotes", quotes: found.map((one) => ({ text: wordsOf(one, style), from: fromOf(one, style) })) }],
});

export const negativeSection = (report: Report, style: Style): Section =>
  evidenceSection(style.words.sectionNegative, report.negative, style);
export const positiveSection = (report: Report, style: Style): Section =>
  evidenceSection(style.words.sectionPositive, report.positive, style);

export const incidentsSection = ({ incidents }: Report, style: Style): Section => {
  const { words, format } = style;
  return {
    title: words.sectionIncidents,
    blocks:
      incidents.length === 0
        ? [paragraph(words.noIncidents)]
        : list(
            incidents.map(({ incident, useful, ...line }) =>
              [
                isolated(line[style.language], 200),
                incident.closedAt === null
                  ? `${format.dateTime(incident.since)}, ${words.incidentOpen}`
                  : words.incidentLasted(format.dateTime(incident.since), format.dateTime(incident.closedAt)),
                useful === null ? words.useful.unknown : useful ? words.useful.yes : words.useful.no,
              ].join("; "),
            ),
          ),
  };
};

export const competitorsSection = ({ competitors, brand }: Report, style: Style): Section | null => {
  if (competitors.length < 2) return null;
  const { words, format } = style;
  const own = competitors.find((one) => one.brand === brand);
  const names = competitors.map(({ title }) => isolated(title, 60)).join(", ");
  return {
    title: words.sectionCompetitors,
    blocks: [
      {
        kind: "table",
        caption: null,
        columns: [words.summaryColumns[0] ?? "", ...words.competitorColumns],
        rows: competitors.map(({ title, nsr, low, high, n, place }) => [
          isolated(title, 60),
          withInterval(nsr, low, high, style),
          format.count(n),
          place === null ? "—" : words.place(place.best, place.worst),
        ]),
      },
      paragraph(words.placeNote, true),
      ...(own?.voice == null
        ? []
        : [
            paragraph(
              words.voice(
                valueText("negative-share", own.voice.value, style),
                valueText("negative-share", own.voice.low, style),
                valueText("negative-share", own.voice.high, style),
                names,
              ),
            ),
          ]),
    ],
  };
};

export const surveysSection = ({ surveys, openDetractors }: Report, style: Style): Section | null => {
  if (surveys.length === 0) return null;
  const { words, format, language } = style;
  const metrics = [...new Set(surveys.map(({ metric }) => metric))];
  const benchmarks = metrics.flatMap((metric) => {
    const found = surveys.find((row) => row.metric === metric)?.benchmarks ?? [];
    if (found.length === 0) return [];
    const listed = found.map(
      (one) =>
        `${isolated(one[language])} ${format.figure(one.low)}${one.high === null ? "" : `–${format.figure(one.high)}`}`,
    );
    return [paragraph(words.benchmarks(words.surveyNames[metric], listed.join(", ")), true)];
  });
  return {
    title: words.sectionSurveys,
    blocks: [
      {
        kind: "table",
        caption: null,
        columns: [words.sectionSurveys, ...words.surveyColumns],
        rows: surveys.map((row) => [
          [
            words.surveyNames[row.metric],
            ...(row.wave === null || row.wave === "" ? [] : [isolated(row.wave, 40)]),
          ].join(", ") + (row.band === null ? "" : ` (${words.surveyBand[row.band]})`),
          withInterval(row.value, row.low, row.high, style),
          format.count(row.n),
          row.previous === null ? "—" : format.rate(row.previous),
        ]),
      },
      ...benchmarks,
      ...list([...new Set(surveys.flatMap((row) => row.warnings.map((warning) => isolated(warning[language], 300))))]),
      ...(openDetractors === 0 ? [] : [paragraph(words.openDetractors(openDetractors))]),
    ],
  };
};

export const answersSection = ({ answers }: Report, style: Style): Section => {
  const { words } = style;
  return {
    title: words.sectionAnswers,
    blocks:
      answers === null
        ? [paragraph(words.answersUnknown)]
        : [
            paragraph(
              words.answers(
                answers.negative - answers.answered,
                answers.negative,
                answers.sources.map(style.source).join(", "),
              ),
            ),
            paragraph(
              answers.medianHours === null
                ? words.answerTimeUnknown
                : words.answerTime(style.format.figure(answers.medianHours)),
              true,
            ),
          ],
  };
};

const UNSURE = 0.3;

const percentOf = (part: number, whole: number, { format }: Style): string =>
  format.share(whole === 0 ? 0 : part / whole).replaceAll(/[\s %]/gu, "");

export const qualitySection = (report: Report, style: Style): Section => {
  const { words, format } = style;
  const { quality, counts } = report;
  const volume = counts.positive + counts.neutral + counts.negative + counts.unscored;
  const unwell = quality.unwell.map(({ source, state, since }) =>
    words.unwell(
      style.source(source),
      words.states[state] ?? isolated(state),
      since === null ? null : format.dateTime(since),
    ),
  );
  const earlier = quality.earlier.map(({ week, sent, sentN, now, nowN }) =>
    words.earlier(week, rateOr(sent, style), sentN, rateOr(now, style), nowN),
  );
  return {
    title: words.sectionQuality,
    blocks: [
      ...list([
        ...(unwell.length === 0 ? [words.allWell] : unwell),
        words.originals(counts.originals, volume),
        ...(counts.unscored === 0 ? [] : [words.unscored(counts.unscored)]),
        ...(quality.byModel === 0
          ? []
          : [words.unsure(percentOf(quality.unsure, quality.byModel, style), quality.byModel)]),
        ...(quality.byPerson === 0 ? [] : [words.byPerson(quality.byPerson)]),
        ...(quality.models.length === 0
          ? []
          : [
              words.models(
                quality.models.map(({ model, count }) => `${isolated(model)} (${format.count(count)})`).join(", "),
              ),
            ]),
        quality.audits === null ? words.noAudits : words.audits(quality.audits.agreed, quality.audits.n),
        ...earlier,
      ]),
      ...(quality.corrections.length === 0
        ? []
        : [
            paragraph(words.corrections),
            ...list(quality.corrections.map((one) => isolated(one[style.language], 200))),
          ]),
    ],
  };
};

/** Topics behind the change, strongest first, each with its share of it; only of a change that is claimed. */
const behind = (report: Report, style: Style): readonly string[] => {
  const { moved } = report;
  const claimed = figureOf(report, "nsr").comparisons.some(
    ({ against, claimed }) => against === moved?.against && claimed,
  );
  const parts = moved?.by.find(({ dimension }) => dimension === "topic")?.parts ?? [];
  if (!claimed || moved === null || moved.change === 0) return [];
  return parts
    .filter(({ value, total }) => value !== "none" && total / moved.change >= 0.2)
    .slice(0, 2)
    .map(({ value, total }) =>
      style.words.actTopic(style.topic(value), percentOf(total, moved.change, style), moved.change > 0),
    );
};

export const actionsSection = (report: Report, style: Style): Section => {
  const { words } = style;
  const open = report.negative.filter(({ answered, url }) => !answered && safeUrl(url) !== null);
  const thanks = report.positive.filter(({ answered, url }) => !answered && safeUrl(url) !== null);
  const items = (found: readonly ReportEvidence[]): Block => ({
    kind: "list",
    items: found.map((one) =>
      linked(words.actOne(style.source(one.source), isolated(plain(one.text ?? "", 80), 80)), one.url),
    ),
  });
  const incidents = report.incidents.filter(({ incident }) => incident.closedAt === null).length;
  const { unwell, unsure, byModel, audits } = report.quality;
  const told = [
    ...behind(report, style),
    ...(incidents === 0 ? [] : [words.actIncidents(incidents)]),
    ...(unwell.length === 0
      ? []
      : [words.actSources([...new Set(unwell.map(({ source }) => style.source(source)))].join(", "))]),
    ...(report.openDetractors === 0 ? [] : [words.actDetractors(report.openDetractors)]),
    ...(byModel >= 100 && unsure / byModel > UNSURE && (audits?.n ?? 0) < 100 ? [words.actAudit] : []),
  ];
  const blocks: readonly Block[] = [
    ...list(told),
    ...(open.length === 0 ? [] : [paragraph(words.actAnswer(open.length)), items(open)]),
    ...(thanks.length === 0 ? [] : [paragraph(words.actThanks(thanks.length)), items(thanks)]),
  ];
  const nothing = told.length + open.length === 0;
  return {
    title: words.sectionActions,
    blocks: [...(nothing ? [paragraph(words.nothing)] : []), ...blocks],
  };
};

export const methodSection = (_: Report, { words }: Style): Section => ({
  title: words.sectionMethod,
  blocks: words.method.map((text) => paragraph(text, true)),
});

/** First and last day of the week. */
export const daysOf = ({ from, to }: Report, { format }: Style): readonly [first: string, last: string] => [
  format.shortDay(from),
  format.day(instantOf(millisOf(to) - 1)),
];
