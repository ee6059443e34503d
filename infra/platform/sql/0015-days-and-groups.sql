-- A day of a brand, summed from its buckets: what long ranges of all brands read, as many rows whatever the number of mentions. Written by the
-- aggregator after the buckets of the day, and ordered by `rev` as they are: the sum of theirs, so the row of whoever had read more survives.
-- `firsts`: the earliest counted mention of each group in this day. By day first: a league table reads one stretch of it.
CREATE TABLE IF NOT EXISTS bucket_day (
  brand LowCardinality(String),
  day DateTime('UTC') CODEC(Delta, ZSTD(1)),
  positive UInt32,
  neutral UInt32,
  negative UInt32,
  unscored UInt32,
  singles UInt32,
  coarse_positive UInt32,
  coarse_neutral UInt32,
  coarse_negative UInt32,
  coarse_unscored UInt32,
  coarse_singles UInt32,
  firsts Array(Tuple(grp String, at DateTime64(3, 'UTC'), id UInt128)),
  known UInt64,
  rev UInt128
)
ENGINE = ReplacingMergeTree(rev)
ORDER BY (day, brand)
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1;

-- Every hour that a mention of a group was ever in, and the first of them, by a hash of brand and group: so an original is found without reading
-- a brand's history. It may name hours that hold no counted mention of the group any more, and misses none, for it is written with the facts.
CREATE TABLE IF NOT EXISTS group_span (
  key UInt128,
  since SimpleAggregateFunction(min, DateTime('UTC')),
  hours SimpleAggregateFunction(groupUniqArrayArray, Array(DateTime('UTC')))
)
ENGINE = AggregatingMergeTree
ORDER BY key
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS group_span_of_fact TO group_span AS
SELECT reinterpretAsUInt128(sipHash128(toString(brand), grp)) AS key, min(hour) AS since, groupUniqArray(hour) AS hours
FROM fact WHERE grp != '' AND hour > toDateTime(0, 'UTC') GROUP BY key;

-- What was there before. Facts that come meanwhile are in both, and fold to one.
INSERT INTO group_span (key, since, hours)
SELECT reinterpretAsUInt128(sipHash128(toString(brand), grp)) AS key, min(hour), groupUniqArray(hour)
FROM fact WHERE grp != '' AND hour > toDateTime(0, 'UTC') GROUP BY key;

INSERT INTO bucket_day (brand, day, positive, neutral, negative, unscored, singles, coarse_positive, coarse_neutral, coarse_negative, coarse_unscored,
  coarse_singles, firsts, known, rev)
SELECT brand, day_, sum(positive), sum(neutral), sum(negative), sum(unscored), sum(singles), sum(coarse_positive), sum(coarse_neutral),
  sum(coarse_negative), sum(coarse_unscored), sum(coarse_singles),
  arrayFilter((x, before) -> x.1 != before.1, arraySort(groupArrayArray(firsts_)) AS sorted_,
    arraySlice(arrayPushFront(sorted_, ('', toDateTime64(0, 3, 'UTC'), toUInt128(0))), 1, length(sorted_))),
  max(known), sum(rev)
FROM (SELECT *, toStartOfDay(hour) AS day_, arrayZip(firsts.grp, firsts.at, firsts.id) AS firsts_ FROM bucket FINAL)
GROUP BY brand, day_
SETTINGS do_not_merge_across_partitions_select_final = 1, optimize_aggregation_in_order = 1, max_memory_usage = 1500000000;
