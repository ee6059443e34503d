-- What people's decisions of one day did to the rate of another: one row per brand, day of publication and day of decision, written
-- after each correction by the runner (aggregator/src/queries/annotations.ts), for an as-of read of both sides is no view.
-- Every number stands with the point of the log at which it is read again. Days begin in `zone`.
CREATE TABLE IF NOT EXISTS corrected_day (
  brand String,
  at DateTime64(3, 'UTC'),
  decided DateTime64(3, 'UTC'),
  zone String,
  until DateTime64(3, 'UTC'),
  corrections UInt32,
  collected UInt32,
  n_before UInt32,
  n_after UInt32,
  nsr_before Nullable(Float64),
  nsr_after Nullable(Float64),
  before_as_of DateTime64(3, 'UTC'),
  after_as_of DateTime64(3, 'UTC'),
  text_en String,
  text_ru String,
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (brand, at, decided, zone)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- As in 0004, with the corrections among the notes: the dashboards' annotations show both.
CREATE OR REPLACE VIEW chart_event AS
SELECT at, until, kind, title, text_en, text_ru FROM (
  SELECT opened AS at, ifNull(closed, now64(3, 'UTC')) AS until, 'incident' AS kind, title, summary_en AS text_en, summary_ru AS text_ru
  FROM incident_list WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
  UNION ALL
  SELECT at, ifNull(until, at) AS until, 'note' AS kind, by AS title, text AS text_en, text AS text_ru
  FROM note FINAL
  WHERE removed = 0 AND (brand = '' OR brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)})))
  UNION ALL
  SELECT at, until, 'note' AS kind, brand AS title, text_en, text_ru
  FROM corrected_day FINAL
  WHERE text_en != '' AND brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)})))
WHERE until >= toDateTime({from:UInt32}, 'UTC') AND at <= toDateTime({to:UInt32}, 'UTC')
ORDER BY at;
