import { countedMentions, OF_BRANDS } from "./fold-sql.ts";

/**
 * All counts of a sum in one number, 32 bits each: a sum of it is a sum of all, so one sum counts a mention in each of its cells. The store plans a
 * statement anew each time it runs, and its length is most of what a small reduce takes.
 */
const COUNTS = ["positive", "neutral", "negative", "unscored", "singles"] as const;
const BITS = 32;
const one = (count: (typeof COUNTS)[number]): string => `toUInt256('${2n ** BigInt(BITS * COUNTS.indexOf(count))}')`;
const LABELS = COUNTS.slice(0, 4) as readonly (typeof COUNTS)[number][];
const counting = (label: string): string =>
  `multiIf(${LABELS.map((name) => `${label} = '${name}', ${one(name)}`).join(", ")}, toUInt256(0)) + single_`;
/** In the order of the columns, and of a cell's counts. A number of 32 bits is what remains of a larger one. */
const countsOf = (sum: string): readonly string[] =>
  COUNTS.map((_, i) => `toUInt32(${i === 0 ? sum : `bitShiftRight(${sum}, ${BITS * i})`})`);
const columnsOf = (sum: string, prefix: string): string =>
  countsOf(sum)
    .map((count, i) => `${count} AS ${prefix}${COUNTS[i] ?? ""}`)
    .join(", ");

/** A cell's key: a sign for its dimension, whether its mentions are coarse, and the value. */
const DIMENSIONS = { l: "language", a: "rating", r: "region", s: "source", t: "topic" } as const;
const keyOf = (sign: keyof typeof DIMENSIONS, value: string): string =>
  `concat(if(coarse_ = 1, '${sign}1', '${sign}0'), ${value})`;

const weighed = (where: string): string => `
  SELECT *, if(grp_ = '', ${one("singles")}, toUInt256(0)) AS single_, ${counting("label_")} AS one_,
    arrayResize(topic_labels_, greatest(1, length(topic_labels_))) AS stood_
  FROM (${countedMentions(where)})`;

/** The cells a mention stands in, with the label it has in each; no topic is the topic ''. It stands once in each of its topics. */
const CELLS = `map(${(
  [
    ["s", "source"],
    ["l", "language_"],
    ["r", "region_"],
    ["a", "rating_"],
  ] as const
)
  .map(([sign, value]) => `${keyOf(sign, value)}, one_`)
  .join(", ")})`;
const TOPIC_CELLS = `mapFromArrays(arrayMap(t -> ${keyOf("t", "t.1")}, stood_), if(empty(topics_), [one_], arrayMap(t -> ${counting("t.2")}, stood_)))`;

const summed = (where: string): string => `
  SELECT brand, hour,
    sumIf(one_, counted) AS all_, sumIf(one_, counted AND coarse_ = 1) AS coarse__,
    toUInt32(countIf(counted AND by_person)) AS persons_,
    ${["negative", "neutral", "positive"]
      .map(
        (label) => `sumIf(toUInt64(p_${label}_), counted AND NOT by_person AND label_ != 'unscored') AS p_${label}__`,
      )
      .join(", ")},
    sumMapIf(${CELLS}, counted) AS cells_,
    sumMapIf(${TOPIC_CELLS}, counted) AS topic_cells_,
    arraySort(groupArrayIf((grp_, coarse_, at_, id, toString(source), toString(language_), toString(region_), toString(rating_),
      arrayMap(t -> toString(t), topics_)), counted AND grp_ != '')) AS grouped_,
    max(known_) AS known__, sum(rev_) AS rev__
  FROM (${weighed(where)})
  GROUP BY brand, hour`;

/**
 * The bucket rows of the pairs that `where` finds, in the order of the table's columns. Every pair that holds a fact has a row, with
 * zeros when nothing in it counts any more.
 */
export const bucketRows = (where: string): string => `
  SELECT m.brand AS brand, m.hour AS hour,
    ${columnsOf("all_", "")},
    ${columnsOf("coarse__", "coarse_")},
    persons_ AS by_person, p_negative__ AS p_negative, p_neutral__ AS p_neutral, p_positive__ AS p_positive,
    arraySort(arrayMap((k, sum) -> (transform(substring(k, 1, 1), ['${Object.keys(DIMENSIONS).join("', '")}'], ['${Object.values(DIMENSIONS).join("', '")}'], ''),
      substring(k, 3), toUInt8(substring(k, 2, 1)), ${countsOf("sum").join(", ")}),
      arrayConcat(mapKeys(cells_), mapKeys(topic_cells_)), arrayConcat(mapValues(cells_), mapValues(topic_cells_)))) AS cells,
    arraySort(arrayMap(x -> (x.1, x.3, x.4, x.2, x.5, x.6, x.7, x.8, x.9),
      arrayFilter((x, before) -> before.1 != x.1 OR before.2 != x.2, grouped_, arraySlice(arrayPushFront(grouped_, defaultValueOfArgumentType(grouped_[1])), 1, length(grouped_))))) AS firsts,
    greatest(known__, c.known_) AS known,
    rev__ + c.rev_ AS rev
  FROM (${summed(where)}) AS m
  LEFT JOIN (SELECT brand, max(known) AS known_, sum(toUInt128(first)) AS rev_ FROM choice FINAL
    WHERE ${OF_BRANDS} AND known <= {asOf:UInt64} GROUP BY brand) AS c
  ON m.brand = c.brand`;

/**
 * The days of the buckets that `where` finds, in the order of the columns of `bucket_day`. `where` must find all hours of a day or none. The sum of
 * the revs grows with each of them, so the row of whoever had read more survives here too.
 */
export const dayRows = (where: string): string => `
  SELECT brand, day_, sum(positive), sum(neutral), sum(negative), sum(unscored), sum(singles), sum(coarse_positive), sum(coarse_neutral),
    sum(coarse_negative), sum(coarse_unscored), sum(coarse_singles),
    arrayFilter((x, before) -> x.1 != before.1, arraySort(groupArrayArray(firsts_)) AS sorted_,
      arraySlice(arrayPushFront(sorted_, ('', toDateTime64(0, 3, 'UTC'), toUInt128(0))), 1, length(sorted_))),
    max(known), sum(rev)
  FROM (SELECT *, toStartOfDay(hour) AS day_, arrayZip(firsts.grp, firsts.at, firsts.id) AS firsts_ FROM bucket FINAL WHERE ${where})
  GROUP BY brand, day_`;
