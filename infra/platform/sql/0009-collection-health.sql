-- How collection stands, told further: since when a site refuses us, what failed by code, entries that could not be read, and what came
-- against what a target's own history lets one expect (`quiet`: far fewer came, though no error tells why).
ALTER TABLE target_health ADD COLUMN IF NOT EXISTS blocked_since Nullable(DateTime64(3, 'UTC'));
ALTER TABLE target_health ADD COLUMN IF NOT EXISTS error_codes Array(String);
ALTER TABLE target_health ADD COLUMN IF NOT EXISTS error_counts Array(UInt32);
ALTER TABLE target_health ADD COLUMN IF NOT EXISTS unreadable UInt32;
ALTER TABLE target_health ADD COLUMN IF NOT EXISTS got UInt32;
ALTER TABLE target_health ADD COLUMN IF NOT EXISTS expected Nullable(Float64);
ALTER TABLE target_health ADD COLUMN IF NOT EXISTS quiet UInt8;

-- What a source itself says of the whole, one row an hour at most, on the source's own scale.
CREATE TABLE IF NOT EXISTS public_rating (
  target String,
  at DateTime64(3, 'UTC'),
  source String,
  brands Array(String),
  title String,
  mean Float64,
  min Float64,
  max Float64,
  count Nullable(UInt64),
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (target, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- As in 0004, with the columns above.
CREATE OR REPLACE VIEW collection_health AS
SELECT target, source, brands, title, state, since, last_attempt, last_success, last_new_mention, next_attempt,
  pages, new, changed, unchanged, removed, errors, error_code, error_message, consecutive_failures,
  greatest(0, dateDiff('second', if(state = 'ok', greatest(ifNull(next_attempt, since), ifNull(last_success, since)), ifNull(last_success, since)), now64(3, 'UTC')))
    / 3600 AS silent_hours,
  blocked_since, error_codes, error_counts, unreadable, got, expected, quiet
FROM target_health FINAL
WHERE listed = 1
ORDER BY state = 'ok', source, title;

-- The same rating seen by several brands is one series for each of them.
--   SELECT at, mean FROM public_rating_of(brands = ['aurora'])
CREATE OR REPLACE VIEW public_rating_of AS
SELECT at, target, source, title, arrayJoin(brands) AS brand, mean, min, max, count
FROM public_rating FINAL
WHERE brand IN {brands:Array(String)}
ORDER BY brand, target, at;
