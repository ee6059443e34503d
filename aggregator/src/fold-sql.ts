/**
 * The fold of docs/data-model.md in SQL. It is the only SQL that turns facts into what counts: the stage, the as-of
 * reads and the list of mentions all select from it; `verify` has the same fold a second time, in TypeScript.
 */

/** Brands by a list that may name one many times. */
export const OF_BRANDS = "brand IN arrayDistinct({brands:Array(String)})";

/**
 * Names (brand, hour) pairs by two parallel arrays, with their extent so that partitions and granules are pruned. `materialize`: a list that is known
 * while the statement is planned is written out as text, again and again; a tenth of folding 5000 sparse hours.
 */
export const PAIRS = `${OF_BRANDS} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')
  AND (brand, hour) IN (SELECT t.1, toDateTime(t.2, 'UTC') FROM (SELECT arrayJoin(arrayZip(materialize({brands:Array(String)}), materialize({hours:Array(UInt32)}))) AS t))`;

/**
 * Every year is a function of the sort key, so no row has its twin in another partition. Machine code for expressions is made anew for every
 * statement, and costs more than it saves on some thousand rows: a fifth to a third of a small reduce. The pass that draws conclusions from chains of
 * comparisons finds none here, and looks for them through every level of the fold anew: a third of its planning, 40 ms of one core.
 */
export const FINAL_SETTINGS =
  "do_not_merge_across_partitions_select_final = 1, compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0, optimize_and_compare_chain = 0";

const CONTENT = "kind = 'content'";

/** The rows of the mentions, with the rank of their model; `rank` is 0 for a model that no choice names. */
const ranked = (where: string): string => `
  SELECT f.*, ifNull(c.rank_, 0) AS rank_
  FROM (SELECT * FROM fact FINAL WHERE ${where} AND known <= {asOf:UInt64}) AS f
  LEFT JOIN (SELECT brand, model, toUInt64(max(rank)) + 1 AS rank_ FROM choice FINAL
    WHERE ${OF_BRANDS} AND known <= {asOf:UInt64} GROUP BY brand, model) AS c
  ON f.brand = c.brand AND f.model = c.model`;

/** What decides between the contents of one mention, by name and as told by a row. */
const DECIDING = {
  at: "at",
  span: "span",
  precision: "toInt8(precision)",
  weak: "(origin = 'fetch' OR clamped = 1)",
  ver: "ver",
  event: "event",
  input: "input",
  rank: "rank_",
  first: "first",
  drawn: "topic_ver",
} as const;
type Deciding = keyof typeof DECIDING;
const nth = (name: Deciding): number => 1 + Object.keys(DECIDING).indexOf(name);
/** Of one element of `several`, which a lambda names x. */
const x = Object.fromEntries(Object.keys(DECIDING).map((name) => [name, `x.${nth(name as Deciding)}`])) as Readonly<
  Record<Deciding, string>
>;

/** What buckets count, and what lists tell besides: a column less is a fiftieth of the fold. */
const COUNTED = [
  "label",
  "p_negative",
  "p_neutral",
  "p_positive",
  "topics",
  "topic_labels",
  "rating",
  "language",
  "region",
] as const;
const LISTED = ["model", "form", "rating_value", "rating_max"] as const;
const TOLD = [...COUNTED, ...LISTED] as const;
type Told = (typeof TOLD)[number];

interface Columns {
  /** Of each content. */
  readonly told: readonly Told[];
  /** Aggregates over the rows of a mention. */
  readonly more: string;
}

/** A column of a mention's contents, as an array. */
const ofContents = (name: Deciding | Told): string =>
  name in DECIDING ? `contents.1.${nth(name as Deciding)}` : `contents.${2 + TOLD.indexOf(name as Told)}`;
/** That column of one of them, told by its place among them. */
const of = (place: "read_" | "dating_" | "labelling_" | "about_", name: Deciding | Told): string =>
  `${ofContents(name)}[${place}]`;
const columnsOf = (place: "read_" | "labelling_", names: readonly (Deciding | Told)[]): string =>
  names.map((name) => `${of(place, name)} AS ${name}_`).join(", ");

/**
 * One list of all contents: each further aggregate of tuples costs as much again, and `argMax` of tuples three times as much as that, on a
 * mention that has one content, which is nearly every mention.
 */
const gathered = (where: string, { told, more }: Columns): string => `
  SELECT brand, hour, source, id,
    max(known) AS known_,
    sum(toUInt128(first)) AS rev_,
    maxIf(ver, kind = 'gone') AS gone_ver,
    groupArrayIf(((${Object.values(DECIDING).join(", ")}), ${told.join(", ")}), ${CONTENT}) AS contents,
    groupArrayIf((first, event, grp), grp != '') AS groups,
    groupArrayIf((ver, event, label, by, audit), kind = 'human') AS humans,
    groupArrayIf(event, kind = 'exclude') AS excludes,
    groupArrayIf(undoes, kind = 'undo') AS undone${more}
  FROM (${ranked(where)})
  GROUP BY brand, hour, source, id`;

/**
 * Where there is one content it is chosen by all that follows, so `several` is empty, and sorting it costs nothing. One level per name: an alias
 * that another alias uses is analysed anew at each use, and that took longer than reading the rows.
 */
const compared = (where: string, columns: Columns): string => `
  SELECT *, if(length(contents) > 1, contents.1, []) AS several FROM (${gathered(where, columns)})`;

/** The place among the contents of the one with the smallest or largest key; 0 where there is nothing to choose. */
const smallest = (key: string): string => `arraySort((i, x) -> ${key}, arrayEnumerate(several), several)[1]`;
const largest = (key: string): string => `arrayReverseSort((i, x) -> ${key}, arrayEnumerate(several), several)[1]`;

/** The newest content, and the newest whose date the source told; the newest of all where it told none. */
const newest = (where: string, columns: Columns): string => `
  SELECT *, ${largest(`(${x.ver}, ${x.event})`)} AS newest_,
    several[${largest(`(NOT ${x.weak}, ${x.ver}, ${x.event})`)}] AS told_
  FROM (${compared(where, columns)})`;

const newestTold = (name: Deciding): string => `told_.${nth(name)}`;
/** Whether a date may count: where the source told none all may, else those it told that lie in the stretch of the newest and are as fine. */
const MAY_DATE = `(${newestTold("weak")} OR NOT ${x.weak} AND ${x.precision} >= ${newestTold("precision")}
      AND ${x.at} >= ${newestTold("at")} AND ${x.at} < ${newestTold("at")} + toIntervalSecond(${newestTold("span")}))`;
const OF_INPUT = `${x.input} = several[newest_].${nth("input")}`;

/**
 * Which content gives the date, the label (the highest-ranked model's, the earliest recorded) and the topics (the label's, or those drawn anew
 * since).
 */
const chosen = (where: string, columns: Columns): string => `
  SELECT *, greatest(1, newest_) AS read_,
    greatest(1, ${smallest(`(NOT ${MAY_DATE}, if(${newestTold("weak")}, 0, -${x.precision}), ${x.ver}, ${x.event})`)}) AS dating_,
    greatest(1, ${largest(`(${OF_INPUT}, ${x.rank}, ${x.first}, ${x.event})`)}) AS labelling_,
    greatest(1, ${largest(`(${OF_INPUT}, ${x.rank}, ${x.drawn}, ${x.first}, ${x.event})`)}) AS about_,
    arrayReverseSort(x -> (x.1, x.2), arrayFilter(x -> NOT has(undone, x.2), humans)) AS live_humans
  FROM (${newest(where, columns)})`;

/**
 * A topic has the label of its clause, where the model told it. A person labels the whole: where all clauses had one label the person's
 * is theirs too, and where they differ they keep the model's.
 */
const settled = (where: string, columns: Columns): string => `
  SELECT *, ${of("dating_", "at")} AS at_, ${of("dating_", "precision")} AS precision_, toUInt8(precision_ <= 3) AS coarse_,
    notEmpty(contents) AND toStartOfHour(at_) = hour AND gone_ver <= ${of("read_", "ver")}
      AND empty(arrayFilter(x -> NOT has(undone, x), excludes)) AS counted,
    notEmpty(live_humans) AS by_person,
    if(notEmpty(live_humans), live_humans[1].3, ${of("labelling_", "label")}) AS label_,
    ${of("about_", "topics")} AS topics_,
    arrayResize(${of("about_", "topic_labels")}, length(topics_)) AS clauses,
    label_ = 'unscored' OR by_person AND arrayUniq(clauses) <= 1 AS whole_,
    arrayReverseSort(groups)[1].3 AS grp_
  FROM (${chosen(where, columns)})`;

/** A column of few readers: when the brand answered, as the newest observation has it (0: it did not, 1: not told when, else milliseconds). */
export const WITH_ANSWER = `, argMaxIf(answered, (ver, event), ${CONTENT}) AS answered_`;

const folded = (where: string, columns: Columns): string => `
  SELECT *, ${columnsOf("read_", ["rating", "language", "region"])}, ${columnsOf("labelling_", ["p_negative", "p_neutral", "p_positive"])},
    arrayDistinct(arrayMap((t, l) -> (toString(t), if(whole_ OR l = '', label_, l)), topics_, clauses)) AS topic_labels_
  FROM (${settled(where, columns)})`;

/** `foldedMentions` with the columns that a bucket counts. */
export const countedMentions = (where: string): string => folded(where, { told: COUNTED, more: "" });

/**
 * One row per (mention, hour) that `where` finds, as of `{asOf:UInt64}` (milliseconds): what counts of it and whether it
 * counts in this hour. Columns: brand, hour, source, id, known_, rev_, counted, at_, precision_, coarse_, label_, by_person, topic_labels_,
 * model_label_ and model_ (whatever a person said), input_, … of the newest content, and those of `more`.
 */
export const foldedMentions = (where: string, more = ""): string => `
  SELECT *, ${columnsOf("read_", ["input", "form", "rating_value", "rating_max"])},
    ${of("labelling_", "label")} AS model_label_, ${columnsOf("labelling_", ["model"])},
    arrayZip(${(["ver", "event", "input"] as const).map(ofContents).join(", ")}) AS inputs,
    arrayZip(${(["first", "event", "input", "label", "model"] as const).map(ofContents).join(", ")}) AS labels
  FROM (${folded(where, { told: TOLD, more })})`;
