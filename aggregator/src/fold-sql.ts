/**
 * The fold of docs/data-model.md in SQL. It is the only SQL that turns facts into what counts: the stage, the as-of
 * reads and the list of mentions all select from it; `verify` has the same fold a second time, in TypeScript.
 */

/** Names (brand, hour) pairs by two parallel arrays, with their extent so that partitions and granules are pruned. */
export const PAIRS = `brand IN {brands:Array(String)} AND hour >= toDateTime({lo:UInt32}, 'UTC') AND hour <= toDateTime({hi:UInt32}, 'UTC')
  AND (brand, hour) IN (SELECT t.1, toDateTime(t.2, 'UTC') FROM (SELECT arrayJoin(arrayZip({brands:Array(String)}, {hours:Array(UInt32)})) AS t))`;

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
    WHERE brand IN {brands:Array(String)} AND known <= {asOf:UInt64} GROUP BY brand, model) AS c
  ON f.brand = c.brand AND f.model = c.model`;

const gathered = (where: string, more: string): string => `
  SELECT brand, hour, source, id,
    max(known) AS known_,
    sum(toUInt128(first)) AS rev_,
    maxIf(ver, ${CONTENT}) AS content_ver,
    maxIf(ver, kind = 'gone') AS gone_ver,
    argMaxIf((input, rating, language, region, form, rating_value, rating_max), (ver, event), ${CONTENT}) AS newest,
    groupArrayIf((at, span, toInt8(precision), origin = 'fetch' OR clamped = 1, ver, event), ${CONTENT}) AS dates,
    groupArrayIf((rank_, first, event, input, label, p_negative, p_neutral, p_positive, model, topic_ver, topics, topic_labels), ${CONTENT}) AS labels,
    groupArrayIf((ver, event, input), ${CONTENT}) AS inputs,
    argMaxIf(grp, (first, event), grp != '') AS grp_,
    groupArrayIf((ver, event, label, by, audit), kind = 'human') AS humans,
    groupArrayIf(event, kind = 'exclude') AS excludes,
    groupArrayIf(undoes, kind = 'undo') AS undone${more}
  FROM (${ranked(where)})
  GROUP BY brand, hour, source, id`;

/** First of a list by a key; the list is not empty where it is asked for. */
const firstBy = (list: string, key: string): string => `arraySort(x -> ${key}, ${list})[1]`;

/**
 * The date that counts. One level per name: an alias that another alias uses is analysed anew at each use, and that took longer than
 * reading the rows.
 */
const told = (where: string, more: string): string => `
  SELECT *, arrayFilter(x -> NOT x.4, dates) AS told_ FROM (${gathered(where, more)})`;
const newestTold = (where: string, more: string): string => `
  SELECT *, arrayReverseSort(x -> (x.5, x.6), told_)[1] AS newest_told FROM (${told(where, more)})`;
const dated = (where: string, more: string): string => `
  SELECT *,
    multiIf(length(dates) = 1, dates[1],
      empty(told_), ${firstBy("dates", "(x.5, x.6)")},
      arraySort(x -> (-x.3, x.5, x.6), arrayFilter(x -> x.3 >= newest_told.3 AND x.1 >= newest_told.1
        AND x.1 < newest_told.1 + toIntervalSecond(newest_told.2), told_))[1]) AS date_,
    arrayReverseSort(x -> (x.1, x.2), arrayFilter(x -> NOT has(undone, x.2), humans)) AS live_humans,
    if(length(labels) = 1, labels, arrayFilter(x -> x.4 = newest.1, labels)) AS of_input
  FROM (${newestTold(where, more)})`;

/** The label by the highest-ranked model, the earliest recorded; its topics may have been drawn anew since. */
const labelled = (where: string, more: string): string => `
  SELECT *,
    if(length(of_input) = 1, of_input, arrayReverseSort(x -> (x.1, x.2, x.3), of_input))[1] AS by_model,
    if(length(of_input) = 1, of_input, arrayReverseSort(x -> (x.1, x.10, x.2, x.3), of_input))[1] AS about
  FROM (${dated(where, more)})`;

const settled = (where: string, more: string): string => `
  SELECT *, date_.1 AS at_, date_.3 AS precision_, toUInt8(date_.3 <= 3) AS coarse_, notEmpty(live_humans) AS by_person,
    if(notEmpty(live_humans), live_humans[1].3, by_model.5) AS label_, about.11 AS topics_,
    arrayResize(about.12, length(about.11)) AS clauses
  FROM (${labelled(where, more)})`;

/**
 * A topic has the label of its clauses, where the model told it. A person labels the whole: where all clauses had one label the person's
 * is theirs too, and where they differ they keep the model's.
 */
const OF_WHOLE = "label_ = 'unscored' OR by_person AND length(arrayDistinct(clauses)) <= 1";

/** A column of few readers: when the brand answered, as the newest observation has it (0: it did not, 1: not told when, else milliseconds). */
export const WITH_ANSWER = `, argMaxIf(answered, (ver, event), ${CONTENT}) AS answered_`;

/**
 * One row per (mention, hour) that \`where\` finds, as of \`{asOf:UInt64}\` (milliseconds): what counts of it and whether it
 * counts in this hour. Columns: brand, hour, source, id, known_, rev_, counted, at_, precision_, coarse, label_, …, and those of `more`.
 */
export const foldedMentions = (where: string, more = ""): string => `
  SELECT *,
    notEmpty(dates) AND toStartOfHour(at_) = hour AND gone_ver <= content_ver
      AND empty(arrayFilter(x -> NOT has(undone, x), excludes)) AS counted,
    newest.2 AS rating_, newest.3 AS language_, newest.4 AS region_,
    if(empty(topics_), [], arrayDistinct(arrayMap((t, l) -> (toString(t), if(l = '' OR ${OF_WHOLE}, label_, l)), topics_, clauses))) AS topic_labels_
  FROM (${settled(where, more)})`;

/**
 * Two counts in one number, 32 bits each: sums of it are sums of both, so fewer sums count a mention in all its cells. The store plans a statement
 * anew each time it runs, and its length is most of what a small reduce takes.
 */
const PACKED = { a: ["positive", "neutral"], b: ["negative", "unscored"] } as const;
const packed = (name: keyof typeof PACKED, label: string): string =>
  `multiIf(${label} = '${PACKED[name][0]}', toUInt64(1), ${label} = '${PACKED[name][1]}', toUInt64(4294967296), toUInt64(0))`;
const low = (sum: string): string => `toUInt32(bitAnd(${sum}, 4294967295))`;
const high = (sum: string): string => `toUInt32(bitShiftRight(${sum}, 32))`;
/** In the order of the columns, and of a cell's counts. */
const unpacked = (suffix: string): string =>
  [
    `${low(`a${suffix}`)} AS ${suffix}positive`,
    `${high(`a${suffix}`)} AS ${suffix}neutral`,
    `${low(`b${suffix}`)} AS ${suffix}negative`,
    `${high(`b${suffix}`)} AS ${suffix}unscored`,
    `toUInt32(single${suffix}) AS ${suffix}singles`,
  ].join(", ");

/** A cell's key: a sign for its dimension, whether its mentions are coarse, and the value. */
const DIMENSIONS = { l: "language", a: "rating", r: "region", s: "source", t: "topic" } as const;
const keyOf = (sign: keyof typeof DIMENSIONS, value: string): string =>
  `concat('${sign}', toString(coarse_), toString(${value}))`;

/**
 * The cells a mention stands in, with the label it has in each; no topic is the topic ''. It stands once in each of its topics. One that
 * does not count stands in none.
 */
const inCells = (where: string): string => `
  SELECT *, ${packed("a", "label_")} AS a_, ${packed("b", "label_")} AS b_, toUInt64(grp_ = '') AS single_,
    if(counted, arrayConcat([${keyOf("s", "source")}, ${keyOf("l", "language_")}, ${keyOf("r", "region_")}, ${keyOf("a", "rating_")}],
      if(empty(topics_), [${keyOf("t", "''")}], arrayMap(t -> ${keyOf("t", "t.1")}, topic_labels_))), []) AS keys_,
    if(counted, arrayConcat([label_, label_, label_, label_], if(empty(topics_), [label_], arrayMap(t -> t.2, topic_labels_))), []) AS labels_
  FROM (${foldedMentions(where)})`;

const summed = (where: string): string => `
  SELECT brand, hour,
    sumIf(a_, counted) AS a, sumIf(b_, counted) AS b, sumIf(single_, counted) AS single,
    sumIf(a_, counted AND coarse_ = 1) AS acoarse_, sumIf(b_, counted AND coarse_ = 1) AS bcoarse_, sumIf(single_, counted AND coarse_ = 1) AS singlecoarse_,
    toUInt32(countIf(counted AND by_person)) AS persons_,
    ${["negative", "neutral", "positive"]
      .map(
        (label, i) =>
          `sumIf(toUInt64(by_model.${6 + i}), counted AND NOT by_person AND label_ != 'unscored') AS p_${label}_`,
      )
      .join(", ")},
    sumMap(keys_, arrayMap(l -> ${packed("a", "l")}, labels_), arrayMap(l -> ${packed("b", "l")}, labels_), arrayMap(l -> single_, labels_)) AS cells_,
    arraySort(groupArrayIf((grp_, coarse_, at_, id, toString(source), toString(language_), toString(region_), toString(rating_),
      arrayMap(t -> toString(t), topics_)), counted AND grp_ != '')) AS grouped_,
    max(known_) AS known__, sum(rev_) AS rev__
  FROM (${inCells(where)})
  GROUP BY brand, hour`;

/**
 * The bucket rows of the pairs that \`where\` finds, in the order of the table's columns. Every pair that holds a fact has a row, with
 * zeros when nothing in it counts any more.
 */
export const bucketRows = (where: string): string => `
  SELECT m.brand AS brand, m.hour AS hour,
    ${unpacked("")},
    ${unpacked("coarse_")},
    persons_ AS by_person, p_negative_ AS p_negative, p_neutral_ AS p_neutral, p_positive_ AS p_positive,
    arraySort(arrayMap((k, a, b, s) -> (transform(substring(k, 1, 1), ['${Object.keys(DIMENSIONS).join("', '")}'], ['${Object.values(DIMENSIONS).join("', '")}'], ''),
      substring(k, 3), toUInt8(substring(k, 2, 1)), ${low("a")}, ${high("a")}, ${low("b")}, ${high("b")}, toUInt32(s)),
      cells_.1, cells_.2, cells_.3, cells_.4)) AS cells,
    arraySort(arrayMap(x -> (x.1, x.3, x.4, x.2, x.5, x.6, x.7, x.8, x.9),
      arrayFilter((x, before) -> before.1 != x.1 OR before.2 != x.2, grouped_, arraySlice(arrayPushFront(grouped_, defaultValueOfArgumentType(grouped_[1])), 1, length(grouped_))))) AS firsts,
    greatest(known__, c.known_) AS known,
    rev__ + c.rev_ AS rev
  FROM (${summed(where)}) AS m
  LEFT JOIN (SELECT brand, max(known) AS known_, sum(toUInt128(first)) AS rev_ FROM choice FINAL
    WHERE brand IN {brands:Array(String)} AND known <= {asOf:UInt64} GROUP BY brand) AS c
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
