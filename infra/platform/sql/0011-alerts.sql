-- What an incident is made of, as JSON of the contract (`incidentSchema`), beside the columns that dashboards read.
ALTER TABLE incident ADD COLUMN IF NOT EXISTS body String DEFAULT '' CODEC(ZSTD(1));

-- Every message that was decided, with the numbers, thresholds and mention ids that caused it, as JSON of the contract
-- (`alertSchema`). It holds no texts. The same decision has the same id, whoever takes it.
CREATE TABLE IF NOT EXISTS alert (
  id String,
  incident String,
  brand String,
  decided DateTime64(3, 'UTC'),
  event LowCardinality(String),
  severity LowCardinality(String),
  body String CODEC(ZSTD(1)),
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (brand, decided, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What people said about incidents: taken, resolved, useful or not, muted.
CREATE TABLE IF NOT EXISTS incident_answer (
  incident String,
  answer LowCardinality(String),
  by String,
  at DateTime64(3, 'UTC'),
  note String
)
ENGINE = ReplacingMergeTree
ORDER BY (incident, answer, by, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
