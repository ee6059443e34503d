-- The rolling rate at every full hour of a range, gaps filled, by the formulas of @molva/numbers. A view with parameters,
-- for neither the brand nor the range can be pushed through a window over filled rows (docs/data-model.md has the times).
--   SELECT * FROM nsr_rolling(brands = ['aurora'], hours = 168, from = '2026-03-01 00:00:00', to = '2026-04-01 00:00:00')
-- `at` is the end of the window, `hours` long; both ends of from…to are full hours in UTC and included. Windows shorter than
-- a day leave out mentions of which only the day is known.
CREATE OR REPLACE VIEW nsr_rolling AS
SELECT brand, at, {hours:UInt16} AS hours, positive, neutral, negative, unscored, n,
  if(n < 10, NULL, round((positive - negative) / n * 100, 4)) AS nsr,
  if(n < 10, NULL, round(greatest(-1, d - 1.96 * se) * 100, 4)) AS low,
  if(n < 10, NULL, round(least(1, d + 1.96 * se) * 100, 4)) AS high,
  if(n < 10 OR polar = 0, NULL, round((positive - negative) / polar * 100, 4)) AS nsr_polar,
  if(n < 10 OR polar = 0, NULL, round((2 * if(positive = 0, 0, greatest(0, centre - half)) - 1) * 100, 4)) AS polar_low,
  if(n < 10 OR polar = 0, NULL, round((2 * if(positive = polar, 1, least(1, centre + half)) - 1) * 100, 4)) AS polar_high,
  multiIf(n = 0, 'empty', n < 10, 'counts-only', n < 30, 'low-base', 'ok') AS state
FROM (
  SELECT brand, hour + 3600 AS at, positive, neutral, negative, unscored,
    positive + neutral + negative AS n,
    (positive + 0.75) / (n + 3) AS p, (negative + 0.75) / (n + 3) AS m, p - m AS d,
    sqrt(greatest(0, p + m - d * d) / (n + 3)) AS se,
    positive + negative AS polar, positive / polar AS share, 1.96 * 1.96 AS zz,
    (share + zz / (2 * polar)) / (1 + zz / polar) AS centre,
    (1.96 / (1 + zz / polar)) * sqrt((share * (1 - share)) / polar + zz / (4 * polar * polar)) AS half
  FROM (
    SELECT brand, hour,
      sum(positive_) OVER w AS positive, sum(neutral_) OVER w AS neutral,
      sum(negative_) OVER w AS negative, sum(unscored_) OVER w AS unscored
    FROM (
      SELECT brand, hour,
        toInt64(positive) - if({hours:UInt16} < 24, coarse_positive, 0) AS positive_,
        toInt64(neutral) - if({hours:UInt16} < 24, coarse_neutral, 0) AS neutral_,
        toInt64(negative) - if({hours:UInt16} < 24, coarse_negative, 0) AS negative_,
        toInt64(unscored) - if({hours:UInt16} < 24, coarse_unscored, 0) AS unscored_
      FROM bucket FINAL
      WHERE brand IN {brands:Array(String)}
        AND hour >= toDateTime({from:String}, 'UTC') - toIntervalHour({hours:UInt16}) AND hour < toDateTime({to:String}, 'UTC')
      ORDER BY brand, hour WITH FILL FROM toDateTime({from:String}, 'UTC') - toIntervalHour({hours:UInt16}) TO toDateTime({to:String}, 'UTC') STEP 3600
    )
    WINDOW w AS (PARTITION BY brand ORDER BY hour ROWS BETWEEN {hours:UInt16} - 1 PRECEDING AND CURRENT ROW)
  )
)
WHERE at >= toDateTime({from:String}, 'UTC') AND brand IN {brands:Array(String)}
SETTINGS do_not_merge_across_partitions_select_final = 1;
