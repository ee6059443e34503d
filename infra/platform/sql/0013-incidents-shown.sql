-- Incidents as dashboards show them: those that somebody was told of, or would have been but for budget and quiet hours. What was
-- expected (planned), is part of another incident (inhibited) or was over before anybody watched (past) stays out of the charts.
-- `kind` and `held` are '' in rows that an earlier version wrote.
CREATE OR REPLACE VIEW incident_list AS
SELECT i.id AS id, i.brand AS brand, b.title AS title, opened, closed, summary_en, summary_ru, closed IS NULL AS open, kind, severity, held
FROM (
  SELECT *, JSONExtractString(body, 'kind') AS kind, JSONExtractString(body, 'severity') AS severity, JSONExtractString(body, 'held') AS held
  FROM incident FINAL) AS i
LEFT JOIN brand_list AS b ON i.brand = b.id
WHERE held NOT IN ('past', 'inhibited', 'planned')
ORDER BY opened;
