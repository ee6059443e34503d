-- What Grafana reads: small tables for its variables, and views that hold every formula, so that a panel's SQL is one line.
-- Panels never read the tables of 0001. docs/grafana.md tells how to add one; a test runs every panel's SQL.
--
-- A brand reaches these views as its key: the id itself, or `hex:` and its bytes where the id holds signs that Grafana's variables
-- and the plugin's macros would take for their own. `brand_list` makes the keys, every view undoes them.

CREATE TABLE IF NOT EXISTS brand_title (
  brand String,
  title String,
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY brand
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS brand_source (
  brand String,
  source String
)
ENGINE = ReplacingMergeTree
ORDER BY (brand, source)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS window_title (
  hours UInt16,
  en String,
  ru String
)
ENGINE = ReplacingMergeTree
ORDER BY hours
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

INSERT INTO window_title (hours, en, ru) VALUES (24, '24 hours', '24 часа'), (168, '7 days', '7 дней'), (720, '30 days', '30 дней');

-- How collection stands, one row a target, written after each round of crawling. `since`: when the target was first seen here.
CREATE TABLE IF NOT EXISTS target_health (
  target String,
  source String,
  brands Array(String),
  title String,
  state String,
  since DateTime64(3, 'UTC'),
  last_attempt Nullable(DateTime64(3, 'UTC')),
  last_success Nullable(DateTime64(3, 'UTC')),
  last_new_mention Nullable(DateTime64(3, 'UTC')),
  next_attempt Nullable(DateTime64(3, 'UTC')),
  pages UInt32,
  new UInt32,
  changed UInt32,
  unchanged UInt32,
  removed UInt32,
  errors UInt32,
  error_code String,
  error_message String,
  consecutive_failures UInt32,
  listed UInt8,
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY target
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- How far a stage has read its topic. `at`: when it was asked.
CREATE TABLE IF NOT EXISTS stage_progress (
  stage String,
  at DateTime64(3, 'UTC'),
  horizon Nullable(DateTime64(3, 'UTC')),
  lag UInt64,
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY stage
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- One row a recount on schedule: how many buckets were compared, how many numbers differed.
CREATE TABLE IF NOT EXISTS verify_run (
  at DateTime64(3, 'UTC'),
  as_of Nullable(DateTime64(3, 'UTC')),
  compared UInt64,
  differences UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY at
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- A spike with a life; `closed` is null while it is open. Written once there are alerts.
CREATE TABLE IF NOT EXISTS incident (
  id String,
  brand String,
  opened DateTime64(3, 'UTC'),
  closed Nullable(DateTime64(3, 'UTC')),
  summary_en String,
  summary_ru String,
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What a person noted about a stretch of time; brand '' is for all.
CREATE TABLE IF NOT EXISTS note (
  id String,
  brand String,
  at DateTime64(3, 'UTC'),
  until Nullable(DateTime64(3, 'UTC')),
  text String,
  by String,
  removed UInt8,
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE VIEW window_list AS SELECT hours, en, ru FROM window_title FINAL ORDER BY hours;

CREATE OR REPLACE VIEW brand_list AS
SELECT id, if(title_ = '', id, title_) AS title,
  if(match(id, '[\\\\$#\\[\\]{}]|--|/\\*|^hex:'), concat('hex:', hex(id)), id) AS key
FROM (
  SELECT brand AS id, max(t) AS title_ FROM (
    SELECT brand, title AS t FROM brand_title FINAL UNION ALL SELECT DISTINCT brand, '' AS t FROM brand_source)
  GROUP BY brand)
ORDER BY title, id;

CREATE OR REPLACE VIEW source_list AS
SELECT DISTINCT source FROM brand_source
WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
ORDER BY source;

-- The rolling rate as in 0002, with titles and the share of negative mentions, at every `step` seconds (an hour at least) of [from, to].
--   SELECT at, nsr FROM brand_rolling(keys = ['aurora'], hours = 168, from = 1772323200, to = 1775001600, step = 3600)
-- `…_low_base` holds the rates of windows with 10 to 29 mentions, the plain column those of 30 and more. `share` and its interval
-- (Wilson) are percent of n. It repeats the window of 0002, for a view cannot hand keys that it undoes on to another view.
CREATE OR REPLACE VIEW brand_rolling AS
SELECT r.at AS at, r.brand AS brand, b.key AS key, b.title AS title, positive, neutral, negative, unscored, n,
  if(n < 30, NULL, rate) AS nsr, if(n >= 30, NULL, rate) AS nsr_low_base,
  if(n < 10, NULL, round(greatest(-1, d - 1.96 * se) * 100, 4)) AS low, if(n < 10, NULL, round(least(1, d + 1.96 * se) * 100, 4)) AS high,
  if(n < 30, NULL, polar_rate) AS polar, if(n >= 30, NULL, polar_rate) AS polar_low_base,
  if(n < 10 OR polar_n = 0, NULL, round((2 * if(positive = 0, 0, greatest(0, polar_centre - polar_half)) - 1) * 100, 4)) AS polar_low,
  if(n < 10 OR polar_n = 0, NULL, round((2 * if(positive = polar_n, 1, least(1, polar_centre + polar_half)) - 1) * 100, 4)) AS polar_high,
  if(n < 30, NULL, share_) AS share, if(n >= 30, NULL, share_) AS share_low_base,
  if(n < 10, NULL, round(if(negative = 0, 0, greatest(0, centre - half)) * 100, 4)) AS share_low,
  if(n < 10, NULL, round(if(negative = n, 1, least(1, centre + half)) * 100, 4)) AS share_high,
  multiIf(n = 0, 'empty', n < 10, 'counts-only', n < 30, 'low-base', 'ok') AS state
FROM (
  SELECT *, positive + neutral + negative AS n, 1.96 * 1.96 AS zz,
    if(n < 10, NULL, round((positive - negative) / n * 100, 4)) AS rate, if(n < 10, NULL, round(negative / n * 100, 4)) AS share_,
    (positive + 0.75) / (n + 3) AS p, (negative + 0.75) / (n + 3) AS m, p - m AS d, sqrt(greatest(0, p + m - d * d) / (n + 3)) AS se,
    positive + negative AS polar_n, if(n < 10 OR polar_n = 0, NULL, round((positive - negative) / polar_n * 100, 4)) AS polar_rate,
    positive / polar_n AS x, (x + zz / (2 * polar_n)) / (1 + zz / polar_n) AS polar_centre,
    (1.96 / (1 + zz / polar_n)) * sqrt((x * (1 - x)) / polar_n + zz / (4 * polar_n * polar_n)) AS polar_half,
    negative / n AS q, (q + zz / (2 * n)) / (1 + zz / n) AS centre, (1.96 / (1 + zz / n)) * sqrt((q * (1 - q)) / n + zz / (4 * n * n)) AS half
  FROM (
    SELECT brand, hour + 3600 AS at, sum(positive_) OVER w AS positive, sum(neutral_) OVER w AS neutral,
      sum(negative_) OVER w AS negative, sum(unscored_) OVER w AS unscored
    FROM (
      SELECT brand, hour,
        toInt64(positive) - if({hours:UInt16} < 24, coarse_positive, 0) AS positive_,
        toInt64(neutral) - if({hours:UInt16} < 24, coarse_neutral, 0) AS neutral_,
        toInt64(negative) - if({hours:UInt16} < 24, coarse_negative, 0) AS negative_,
        toInt64(unscored) - if({hours:UInt16} < 24, coarse_unscored, 0) AS unscored_
      FROM bucket FINAL
      WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
        AND hour >= toDateTime(intDiv({from:UInt32} + 3599, 3600) * 3600 - toUInt32({hours:UInt16}) * 3600, 'UTC')
        AND hour < toDateTime(intDiv({to:UInt32}, 3600) * 3600, 'UTC')
      ORDER BY brand, hour WITH FILL
        FROM toDateTime(intDiv({from:UInt32} + 3599, 3600) * 3600 - toUInt32({hours:UInt16}) * 3600, 'UTC')
        TO toDateTime(intDiv({to:UInt32}, 3600) * 3600, 'UTC') STEP 3600)
    WINDOW w AS (PARTITION BY brand ORDER BY hour ROWS BETWEEN {hours:UInt16} - 1 PRECEDING AND CURRENT ROW))
  WHERE at >= toDateTime({from:UInt32}, 'UTC') AND brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
    AND (toUnixTimestamp(at) % (greatest(1, intDiv({step:UInt32}, 3600)) * 3600) = 0 OR toUnixTimestamp(at) = intDiv({to:UInt32}, 3600) * 3600)) AS r
LEFT JOIN brand_list AS b ON r.brand = b.id
ORDER BY at, title
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- One row a brand: the window of so many hours that ends with the hour of `to`, and what may be said of it against the window before.
CREATE OR REPLACE VIEW brand_now AS
SELECT b.id AS brand, b.key AS key, b.title AS title, toDateTime(intDiv({to:UInt32} + 3599, 3600) * 3600, 'UTC') AS at, {hours:UInt16} AS hours,
  c.positive AS positive, c.neutral AS neutral, c.negative AS negative, c.unscored AS unscored, c.n AS n, c.previous_n AS previous_n,
  if(n < 10, NULL, round((positive - negative) / n * 100, 4)) AS rate, if(n >= 30, rate, NULL) AS nsr, if(n < 30, rate, NULL) AS nsr_low_base,
  if(n < 10, NULL, round(greatest(-1, d - 1.96 * se) * 100, 4)) AS low, if(n < 10, NULL, round(least(1, d + 1.96 * se) * 100, 4)) AS high,
  if(n < 10 OR polar_n = 0, NULL, round((positive - negative) / polar_n * 100, 4)) AS polar,
  if(n < 10 OR polar_n = 0, NULL, round((2 * if(positive = 0, 0, greatest(0, polar_centre - polar_half)) - 1) * 100, 4)) AS polar_low,
  if(n < 10 OR polar_n = 0, NULL, round((2 * if(positive = polar_n, 1, least(1, polar_centre + polar_half)) - 1) * 100, 4)) AS polar_high,
  if(n < 10, NULL, round(negative / n * 100, 4)) AS share,
  if(n < 10, NULL, round(if(negative = 0, 0, greatest(0, centre - half)) * 100, 4)) AS share_low,
  if(n < 10, NULL, round(if(negative = n, 1, least(1, centre + half)) * 100, 4)) AS share_high,
  if(previous_n < 10, NULL, round((c.previous_positive - c.previous_negative) / previous_n * 100, 4)) AS previous,
  multiIf(n = 0, 'empty', n < 10, 'counts-only', n < 30, 'low-base', 'ok') AS state,
  multiIf(n < 100 OR previous_n < 100, 'none', d - previous_d - reach > 0, 'up', d - previous_d + reach < 0, 'down', 'no significant change') AS verdict
FROM (SELECT * FROM brand_list WHERE id IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))) AS b
LEFT JOIN (
  SELECT *, positive + neutral + negative AS n, previous_positive + previous_neutral + previous_negative AS previous_n,
    (positive + 0.75) / (n + 3) AS p, (negative + 0.75) / (n + 3) AS m, p - m AS d, sqrt(greatest(0, p + m - d * d) / (n + 3)) AS se,
    (previous_positive + 0.75) / (previous_n + 3) AS previous_p, (previous_negative + 0.75) / (previous_n + 3) AS previous_m,
    previous_p - previous_m AS previous_d,
    sqrt(greatest(0, previous_p + previous_m - previous_d * previous_d) / (previous_n + 3)) AS previous_se, 1.96 * hypot(se, previous_se) AS reach,
    1.96 * 1.96 AS zz, negative / n AS q, (q + zz / (2 * n)) / (1 + zz / n) AS centre,
    (1.96 / (1 + zz / n)) * sqrt((q * (1 - q)) / n + zz / (4 * n * n)) AS half,
    positive + negative AS polar_n, positive / polar_n AS x, (x + zz / (2 * polar_n)) / (1 + zz / polar_n) AS polar_centre,
    (1.96 / (1 + zz / polar_n)) * sqrt((x * (1 - x)) / polar_n + zz / (4 * polar_n * polar_n)) AS polar_half
  FROM (
    SELECT brand, sumIf(positive_, now_) AS positive, sumIf(neutral_, now_) AS neutral, sumIf(negative_, now_) AS negative, sumIf(unscored_, now_) AS unscored,
      sumIf(positive_, NOT now_) AS previous_positive, sumIf(neutral_, NOT now_) AS previous_neutral, sumIf(negative_, NOT now_) AS previous_negative
    FROM (
      SELECT brand, hour >= toDateTime(intDiv({to:UInt32} + 3599, 3600) * 3600 - toUInt32({hours:UInt16}) * 3600, 'UTC') AS now_,
        toInt64(positive) - if({hours:UInt16} < 24, coarse_positive, 0) AS positive_,
        toInt64(neutral) - if({hours:UInt16} < 24, coarse_neutral, 0) AS neutral_,
        toInt64(negative) - if({hours:UInt16} < 24, coarse_negative, 0) AS negative_,
        toInt64(unscored) - if({hours:UInt16} < 24, coarse_unscored, 0) AS unscored_
      FROM bucket FINAL
      WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
        AND hour >= toDateTime(intDiv({to:UInt32} + 3599, 3600) * 3600 - toUInt32({hours:UInt16}) * 7200, 'UTC')
        AND hour < toDateTime(intDiv({to:UInt32} + 3599, 3600) * 3600, 'UTC'))
    GROUP BY brand)) AS c
ON b.id = c.brand
ORDER BY title, brand
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- Counts per step of `step` seconds, an hour at least, in UTC; the first step is whole. Steps shorter than a day leave out mentions of
-- which only the day is known. Steps without a mention are not there.
CREATE OR REPLACE VIEW brand_volume AS
SELECT v.at AS at, v.brand AS brand, b.key AS key, b.title AS title, positive, neutral, negative, unscored, positive + neutral + negative AS n
FROM (
  SELECT toDateTime(intDiv(toUnixTimestamp(hour), greatest(1, intDiv({step:UInt32}, 3600)) * 3600) * greatest(1, intDiv({step:UInt32}, 3600)) * 3600, 'UTC') AS at, brand,
    sum(toInt64(positive) - if({step:UInt32} < 86400, coarse_positive, 0)) AS positive,
    sum(toInt64(neutral) - if({step:UInt32} < 86400, coarse_neutral, 0)) AS neutral,
    sum(toInt64(negative) - if({step:UInt32} < 86400, coarse_negative, 0)) AS negative,
    sum(toInt64(unscored) - if({step:UInt32} < 86400, coarse_unscored, 0)) AS unscored
  FROM bucket FINAL
  WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
    AND hour >= toDateTime(intDiv({from:UInt32}, greatest(1, intDiv({step:UInt32}, 3600)) * 3600) * greatest(1, intDiv({step:UInt32}, 3600)) * 3600, 'UTC')
    AND hour <= toDateTime({to:UInt32}, 'UTC')
  GROUP BY at, brand) AS v
LEFT JOIN brand_list AS b ON v.brand = b.id
WHERE positive + neutral + negative + unscored > 0
ORDER BY at, title
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- The same per source; of `sources` none or '' alone is all of them.
CREATE OR REPLACE VIEW source_volume AS
SELECT at, source, sum(positive_) AS positive, sum(neutral_) AS neutral, sum(negative_) AS negative, sum(unscored_) AS unscored,
  positive + neutral + negative AS n
FROM (
  SELECT toDateTime(intDiv(toUnixTimestamp(hour), greatest(1, intDiv({step:UInt32}, 3600)) * 3600) * greatest(1, intDiv({step:UInt32}, 3600)) * 3600, 'UTC') AS at,
    toString(c.value) AS source, c.positive AS positive_, c.neutral AS neutral_, c.negative AS negative_, c.unscored AS unscored_
  FROM bucket FINAL ARRAY JOIN cells AS c
  WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
    AND hour >= toDateTime(intDiv({from:UInt32}, greatest(1, intDiv({step:UInt32}, 3600)) * 3600) * greatest(1, intDiv({step:UInt32}, 3600)) * 3600, 'UTC')
    AND hour <= toDateTime({to:UInt32}, 'UTC')
    AND c.dimension = 'source' AND (c.coarse = 0 OR {step:UInt32} >= 86400)
    AND (has({sources:Array(String)}, c.value) OR arrayStringConcat({sources:Array(String)}) = ''))
GROUP BY at, source
HAVING positive + neutral + negative + unscored > 0
ORDER BY at, source
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- The newest counted mentions of [from, to), folded like everything else (docs/data-model.md); aggregator/src/fold-sql.ts has the same
-- fold, and a test holds the two together. The buckets tell from which hour on there are enough of them.
CREATE OR REPLACE VIEW mention_newest AS
SELECT brand, source, id, newest.1 AS input, at_ AS at, toString(precision_) AS precision, toString(label_) AS label,
  if(by_person, NULL, multiIf(label_ = 'negative', by_model.6, label_ = 'neutral', by_model.7, label_ = 'positive', by_model.8, NULL)) / 100 AS confidence,
  if(by_person, concat('person:', live_humans[1].4), toString(by_model.9)) AS provenance,
  toString(newest.2) AS rating, toString(newest.3) AS language
FROM (
  SELECT *, notEmpty(live_humans) AS by_person, if(notEmpty(live_humans), toString(live_humans[1].3), toString(by_model.5)) AS label_,
    date_.1 AS at_, date_.3 AS precision_
  FROM (
    SELECT *,
      multiIf(length(dates) = 1, dates[1], empty(told_), arraySort(x -> (x.5, x.6), dates)[1],
        arraySort(x -> (-toInt8(x.3), x.5, x.6), arrayFilter(x -> x.3 >= newest_told.3 AND x.1 >= newest_told.1
          AND x.1 < newest_told.1 + toIntervalSecond(newest_told.2), told_))[1]) AS date_,
      arrayReverseSort(x -> (x.1, x.2), arrayFilter(x -> NOT has(undone, x.2), humans)) AS live_humans,
      arrayReverseSort(x -> (x.1, x.2, x.3), arrayFilter(x -> x.4 = newest.1, labels))[1] AS by_model
    FROM (
      SELECT *, arrayReverseSort(x -> (x.5, x.6), told_)[1] AS newest_told FROM (
        SELECT *, arrayFilter(x -> NOT x.4, dates) AS told_ FROM (
          SELECT brand, hour, source, id,
            maxIf(ver, kind = 'content') AS content_ver, maxIf(ver, kind = 'gone') AS gone_ver,
            argMaxIf((input, rating, language), (ver, event), kind = 'content') AS newest,
            groupArrayIf((at, span, precision, origin = 'fetch' OR clamped = 1, ver, event), kind = 'content') AS dates,
            groupArrayIf((rank_, first, event, input, label, p_negative, p_neutral, p_positive, model), kind = 'content') AS labels,
            groupArrayIf((ver, event, label, by), kind = 'human') AS humans,
            groupArrayIf(event, kind = 'exclude') AS excludes, groupArrayIf(undoes, kind = 'undo') AS undone
          FROM (
            SELECT f.*, ifNull(c.rank_, 0) AS rank_
            FROM (
              SELECT * FROM fact FINAL
              WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)})) AND hour <= toDateTime({to:UInt32}, 'UTC')
                AND hour >= toDateTime(intDiv({from:UInt32}, 3600) * 3600, 'UTC')
                AND hour >= (
                  SELECT max(hour) FROM (
                    SELECT hour, sum(found) OVER (ORDER BY hour DESC) AS sofar FROM (
                      SELECT hour, sum(arraySum(c -> multiIf({label:String} = 'positive', c.positive, {label:String} = 'neutral', c.neutral,
                          {label:String} = 'negative', c.negative, {label:String} = 'unscored', c.unscored, c.positive + c.neutral + c.negative + c.unscored),
                        arrayFilter(c -> c.dimension = 'source' AND (has({sources:Array(String)}, c.value) OR arrayStringConcat({sources:Array(String)}) = ''), cells))) AS found
                      FROM bucket FINAL
                      WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)})) AND hour < toDateTime(intDiv({to:UInt32}, 3600) * 3600, 'UTC')
                        AND hour >= toDateTime(intDiv({from:UInt32}, 3600) * 3600, 'UTC')
                      GROUP BY hour))
                  WHERE sofar >= {limit:UInt32})) AS f
            LEFT JOIN (SELECT brand, model, toUInt64(max(rank)) + 1 AS rank_ FROM choice FINAL
              WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)})) GROUP BY brand, model) AS c
            ON f.brand = c.brand AND f.model = c.model)
          GROUP BY brand, hour, source, id)))
    WHERE notEmpty(dates) AND gone_ver <= content_ver AND empty(arrayFilter(x -> NOT has(undone, x), excludes))))
WHERE toStartOfHour(at_) = hour AND at_ >= toDateTime({from:UInt32}, 'UTC') AND at_ < toDateTime({to:UInt32}, 'UTC')
  AND (has({sources:Array(String)}, source) OR arrayStringConcat({sources:Array(String)}) = '') AND ({label:String} IN ('', 'all') OR label_ = {label:String})
ORDER BY at_ DESC, id
LIMIT {limit:UInt32}
SETTINGS do_not_merge_across_partitions_select_final = 1, compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0;

-- The same with titles and words. `url` is http or https, or null. `kept` 0: retention has cleared the words.
CREATE OR REPLACE VIEW mention_list AS
SELECT m.at AS at, m.precision AS precision, leftPad(lower(hex(m.id)), 32, '0') AS id, m.brand AS brand, b.title AS title, toString(m.source) AS source,
  m.label AS label, m.confidence AS confidence, m.provenance AS provenance, m.rating AS rating, m.language AS language,
  w.title AS heading, w.text AS text, if(match(w.url, '^https?://'), w.url, NULL) AS url, w.kept AS kept
FROM mention_newest(
  keys = {keys:Array(String)}, sources = {sources:Array(String)},
  label = {label:String}, from = {from:UInt32}, to = {to:UInt32}, limit = {limit:UInt32}) AS m
LEFT JOIN (
  SELECT id, input, title, text, url, kept FROM mention_text FINAL
  WHERE (id, input) GLOBAL IN (SELECT id, input FROM mention_newest(
    keys = {keys:Array(String)}, sources = {sources:Array(String)},
    label = {label:String}, from = {from:UInt32}, to = {to:UInt32}, limit = {limit:UInt32}))) AS w
ON m.id = w.id AND m.input = w.input
LEFT JOIN brand_list AS b ON m.brand = b.id
ORDER BY m.at DESC, m.id;

-- `silent_hours`: of a target that works, how long its next round is overdue; of any other, how long ago it last delivered.
CREATE OR REPLACE VIEW collection_health AS
SELECT target, source, brands, title, state, since, last_attempt, last_success, last_new_mention, next_attempt,
  pages, new, changed, unchanged, removed, errors, error_code, error_message, consecutive_failures,
  greatest(0, dateDiff('second', if(state = 'ok', greatest(ifNull(next_attempt, since), ifNull(last_success, since)), ifNull(last_success, since)), now64(3, 'UTC')))
    / 3600 AS silent_hours
FROM target_health FINAL
WHERE listed = 1
ORDER BY state = 'ok', source, title;

CREATE OR REPLACE VIEW brand_collection AS
SELECT * FROM collection_health
WHERE hasAny(brands, arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}));

-- `as_of`: the point of the log up to which all is in the numbers. `stalled_minutes`: how long the oldest waiting message has waited,
-- or how long nobody has told, whichever is longer.
CREATE OR REPLACE VIEW pipeline_progress AS
SELECT max(at) AS told, anyIf(horizon, stage = 'aggregator') AS as_of, sum(lag) AS waiting,
  max(greatest(dateDiff('second', at, now64(3, 'UTC')), if(lag > 0 AND horizon IS NOT NULL, dateDiff('second', assumeNotNull(horizon), now64(3, 'UTC')), 0))) / 60 AS stalled_minutes
FROM stage_progress FINAL
HAVING count() > 0;

CREATE OR REPLACE VIEW verify_latest AS SELECT at, as_of, compared, differences FROM verify_run FINAL ORDER BY at DESC LIMIT 1;

CREATE OR REPLACE VIEW incident_list AS
SELECT i.id AS id, i.brand AS brand, b.title AS title, opened, closed, summary_en, summary_ru, closed IS NULL AS open
FROM (SELECT * FROM incident FINAL) AS i LEFT JOIN brand_list AS b ON i.brand = b.id
ORDER BY opened;

-- What is drawn on the charts of these brands: incidents and people's notes.
CREATE OR REPLACE VIEW chart_event AS
SELECT at, until, kind, title, text_en, text_ru FROM (
  SELECT opened AS at, ifNull(closed, now64(3, 'UTC')) AS until, 'incident' AS kind, title, summary_en AS text_en, summary_ru AS text_ru
  FROM incident_list WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
  UNION ALL
  SELECT at, ifNull(until, at) AS until, 'note' AS kind, by AS title, text AS text_en, text AS text_ru
  FROM note FINAL
  WHERE removed = 0 AND (brand = '' OR brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))))
WHERE until >= toDateTime({from:UInt32}, 'UTC') AND at <= toDateTime({to:UInt32}, 'UTC')
ORDER BY at;
