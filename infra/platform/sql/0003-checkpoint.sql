-- Small durable state of the stages where they run as processes of their own (`storeCheckpoints`). The newest version of a
-- key counts; one whose value is empty is deleted. `version` grows with every write of whoever writes, whatever the clock does.
CREATE TABLE IF NOT EXISTS checkpoint (
  key String,
  value String CODEC(ZSTD(1)),
  version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1;
