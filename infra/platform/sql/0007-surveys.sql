-- Answers to surveys, as they were learned: nothing is updated but the words, which retention and `erase` clear. Of one answer
-- (brand, metric, id, item) the row with the largest `known` counts; an answer that comes again unchanged is not written again.
-- `respondent` is a keyed hash. CSI has a row for each item of an answer; the other metrics have item empty.
CREATE TABLE IF NOT EXISTS survey_answer (
  brand LowCardinality(String),
  metric LowCardinality(String),
  id String,
  item String,
  hash UInt64,
  answered DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  score Float64,
  scale_min Float64,
  scale_max Float64,
  importance Nullable(Float64),
  question String,
  wave String,
  population LowCardinality(String),
  segment String,
  respondent String,
  commented UInt8,
  comment String CODEC(ZSTD(3)),
  known UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (brand, metric, id, item, known)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- Who was contacted about an answer. The newest row counts; `contacted` 0 takes it back.
CREATE TABLE IF NOT EXISTS survey_contact (
  brand LowCardinality(String),
  id String,
  contacted UInt8,
  at DateTime64(3, 'UTC'),
  by String,
  known UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (brand, id, known)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Customers at the beginning and the end of a period, for churn; `lost` null where nobody counted who left.
CREATE TABLE IF NOT EXISTS survey_customers (
  brand LowCardinality(String),
  id String,
  hash UInt64,
  period_from DateTime64(3, 'UTC'),
  period_to DateTime64(3, 'UTC'),
  at_start UInt64,
  at_end UInt64,
  lost Nullable(UInt64),
  wave String,
  segment String,
  known UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (brand, id, known)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
