-- The append-only record and what is folded from it. docs/data-model.md says what each column means and why it holds.

-- One row per fact and per hour the mention was ever in. Nothing is updated or deleted. `first` grows as the log's
-- append time falls, so of several copies of one fact the earliest recorded survives.
CREATE TABLE IF NOT EXISTS fact (
  brand LowCardinality(String),
  hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
  source LowCardinality(String),
  id UInt128,
  kind Enum8('content' = 1, 'gone' = 2, 'human' = 3, 'exclude' = 4, 'undo' = 5),
  model LowCardinality(String),
  event UInt64,
  at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  span UInt32,
  precision Enum8('' = 0, 'year' = 1, 'month' = 2, 'day' = 3, 'hour' = 4, 'minute' = 5, 'second' = 6),
  origin Enum8('' = 0, 'source' = 1, 'relative' = 2, 'fetch' = 3),
  clamped UInt8,
  ver UInt64 CODEC(Delta, ZSTD(1)),
  known UInt64 CODEC(Delta, ZSTD(1)),
  first UInt64 CODEC(Delta, ZSTD(1)),
  input UInt64,
  label Enum8('' = 0, 'unscored' = 1, 'negative' = 2, 'neutral' = 3, 'positive' = 4),
  p_negative UInt16,
  p_neutral UInt16,
  p_positive UInt16,
  form LowCardinality(String),
  rating LowCardinality(String),
  rating_value Float64,
  rating_max Float64,
  language LowCardinality(String),
  region LowCardinality(String),
  topics Array(LowCardinality(String)),
  grp String,
  audit UInt8,
  by String,
  reason String,
  undoes UInt64
)
ENGINE = ReplacingMergeTree(first)
PARTITION BY toYear(hour)
ORDER BY (brand, hour, source, id, kind, model, event)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- Every hour a mention was ever in; hour 0 (1970) for facts that have no date of their own.
CREATE TABLE IF NOT EXISTS place (
  id UInt128,
  hour DateTime('UTC'),
  brand LowCardinality(String),
  source LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (id, hour)
SETTINGS index_granularity = 128, fsync_after_insert = 1, fsync_part_directory = 1;

-- Which model's labels count for a brand: the highest rank wins.
CREATE TABLE IF NOT EXISTS choice (
  brand LowCardinality(String),
  model LowCardinality(String),
  rank UInt32,
  by String,
  ver UInt64,
  known UInt64,
  first UInt64
)
ENGINE = ReplacingMergeTree(first)
ORDER BY (brand, model, rank)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The words, apart from the numbers: retention clears the columns and leaves the row.
CREATE TABLE IF NOT EXISTS mention_text (
  id UInt128,
  input UInt64,
  ver UInt64,
  brand LowCardinality(String),
  title String CODEC(ZSTD(3)),
  text String CODEC(ZSTD(3)),
  url String CODEC(ZSTD(3)),
  author String,
  reply String CODEC(ZSTD(3)),
  reach Float64,
  edited DateTime64(3, 'UTC'),
  extra Map(String, String) CODEC(ZSTD(3)),
  kept UInt8
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (id, input)
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1;

-- The folded numbers of one brand in one hour. `rev` grows with what its writer had read, so the best informed row survives.
CREATE TABLE IF NOT EXISTS bucket (
  brand LowCardinality(String),
  hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
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
  by_person UInt32,
  p_negative UInt64,
  p_neutral UInt64,
  p_positive UInt64,
  cells Array(Tuple(
    dimension LowCardinality(String), value String, coarse UInt8,
    positive UInt32, neutral UInt32, negative UInt32, unscored UInt32, singles UInt32)),
  firsts Array(Tuple(
    grp String, at DateTime64(3, 'UTC'), id UInt128, coarse UInt8,
    source String, language String, region String, rating String, topics Array(String))),
  known UInt64,
  rev UInt128
)
ENGINE = ReplacingMergeTree(rev)
PARTITION BY toYear(hour)
ORDER BY (brand, hour)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;
