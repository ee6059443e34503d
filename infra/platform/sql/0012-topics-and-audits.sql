-- The rate that audits correct, at the end of each brand's newest windows: written by the runner after each round (the formula needs the model's
-- probabilities and iterates, so it is no view). docs/audits.md says what each state means.
CREATE TABLE IF NOT EXISTS adjusted_rate (
  brand String,
  hours UInt16,
  at DateTime64(3, 'UTC'),
  n UInt32,
  nsr Nullable(Float64),
  adjusted Nullable(Float64),
  low Nullable(Float64),
  high Nullable(Float64),
  state String,
  audits UInt32,
  inside UInt32,
  ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (brand, hours)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE VIEW adjusted_now AS
SELECT a.hours AS hours, w.en AS en, w.ru AS ru, at, n, nsr, adjusted, low, high, state, audits, inside
FROM (SELECT * FROM adjusted_rate FINAL
  WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))) AS a
LEFT JOIN (SELECT hours, any(en) AS en, any(ru) AS ru FROM window_title FINAL GROUP BY hours) AS w ON a.hours = w.hours
ORDER BY a.hours;

-- What mentions of a stretch are about: a topic counts clauses, so the rows add up to more than the mentions. '' is none of them.
CREATE OR REPLACE VIEW topic_rate AS
SELECT topic, positive, neutral, negative, unscored, n,
  if(n < 10, NULL, round((toInt64(positive) - toInt64(negative)) / n * 100, 4)) AS nsr,
  if(n < 10, NULL, round(greatest(-1, d - 1.96 * se) * 100, 4)) AS low,
  if(n < 10, NULL, round(least(1, d + 1.96 * se) * 100, 4)) AS high,
  multiIf(n = 0, 'empty', n < 10, 'counts-only', n < 30, 'low-base', 'ok') AS state
FROM (
  SELECT topic, positive, neutral, negative, unscored, n, (positive + 0.75) / (n + 3) AS p, (negative + 0.75) / (n + 3) AS m, p - m AS d,
    sqrt(greatest(0, p + m - d * d) / (n + 3)) AS se
  FROM (
    SELECT topic, sum(positive_) AS positive, sum(neutral_) AS neutral, sum(negative_) AS negative, sum(unscored_) AS unscored,
      positive + neutral + negative AS n
    FROM (
      SELECT toString(c.value) AS topic, c.positive AS positive_, c.neutral AS neutral_, c.negative AS negative_, c.unscored AS unscored_
      FROM bucket FINAL ARRAY JOIN cells AS c
      WHERE brand IN (arrayMap(k -> if(startsWith(k, 'hex:'), unhex(substring(k, 5)), k), {keys:Array(String)}))
        AND hour >= toDateTime(intDiv({from:UInt32}, 3600) * 3600, 'UTC') AND hour < toDateTime({to:UInt32}, 'UTC') AND c.dimension = 'topic')
    GROUP BY topic))
WHERE n + unscored > 0
ORDER BY topic = '', n DESC, topic
SETTINGS do_not_merge_across_partitions_select_final = 1;
