/**
 * The SQL of the panels. It reads views of infra/platform/sql/0004-grafana.sql alone, holds no comment (the plugin blanks what looks like one)
 * and lets a variable in by `:singlequote` alone.
 */
const KEYS = "keys = [${brand:singlequote}]";
const RANGE = "from = toUnixTimestamp($__fromTime), to = toUnixTimestamp($__toTime)";
const SOURCES = "sources = [${source:singlequote}]";
const WINDOW = "${window:singlequote}";

/** A point each `$__interval_s`: the rolling value there, never a mean of several. */
const rolling = (columns: string, hours: string): string =>
  `SELECT at AS time, ${columns}, n FROM brand_rolling(${KEYS}, hours = ${hours}, ${RANGE}, step = $__interval_s) ORDER BY time`;

const NOW_COLUMNS = "nsr, nsr_low_base, low, high, n, share, share_low, share_high, previous, verdict, state, at";

const HEALTH_COLUMNS =
  "source, title, state, last_success, last_attempt, last_new_mention, next_attempt, consecutive_failures, errors, if(error_code = '', NULL, concat(error_code, ': ', error_message)) AS error, round(silent_hours, 1) AS silent_hours";

export const brandVariable = "SELECT key, title FROM brand_list";
export const windowVariable = (language: "en" | "ru"): string =>
  `SELECT toString(hours) AS value, ${language} AS text FROM window_list`;
export const sourceVariable = `SELECT source FROM source_list(${KEYS})`;

export const progress = "SELECT as_of, waiting FROM pipeline_progress";
export const targets = "SELECT count() AS targets, countIf(state != 'ok') AS failing FROM collection_health";
export const collection = `SELECT ${HEALTH_COLUMNS} FROM collection_health`;
export const brandCollection = `SELECT ${HEALTH_COLUMNS} FROM brand_collection(${KEYS})`;

export const brands = `SELECT title AS brand, ${NOW_COLUMNS}, key FROM brand_now(${KEYS}, hours = ${WINDOW}, to = toUnixTimestamp($__toTime))`;
export const rate = (hours = WINDOW): string => rolling("low, high, nsr, nsr_low_base", hours);
export const polar = (hours: string): string => rolling("polar_low, polar_high, polar, polar_low_base", hours);
export const share = rolling("share_low, share_high, share, share_low_base", WINDOW);

export const brandVolume = `SELECT at AS time, title AS brand, n FROM brand_volume(${KEYS}, ${RANGE}, step = $__interval_s) WHERE n > 0 ORDER BY time, brand`;
export const labelVolume = `SELECT at AS time, positive, neutral, negative, unscored FROM brand_volume(${KEYS}, ${RANGE}, step = $__interval_s) ORDER BY time`;
export const sourceVolume = `SELECT at AS time, source, n FROM source_volume(${KEYS}, ${SOURCES}, ${RANGE}, step = $__interval_s) WHERE n > 0 ORDER BY time, source`;

/** The windows of a brand, one row each, the shortest first. */
export const now = (windows: Readonly<Record<string, string>>): string =>
  `SELECT * EXCEPT hours FROM (${Object.entries(windows)
    .map(
      ([hours, title]) =>
        `SELECT '${title}' AS window, ${NOW_COLUMNS}, polar, polar_low, polar_high, hours FROM brand_now(${KEYS}, hours = ${hours}, to = toUnixTimestamp($__toTime))`,
    )
    .join(" UNION ALL ")}) ORDER BY hours`;

export const mentions = `SELECT at AS time, source, label, confidence, provenance, rating, if(kept = 0, NULL, trim(concat(heading, if(heading != '' AND text != '', '. ', ''), text))) AS text, domain(url) AS link, url FROM mention_list(${KEYS}, ${SOURCES}, label = \${label:singlequote}, ${RANGE}, limit = 100) ORDER BY time DESC`;

/** Clauses by topic; the titles are the words' own. */
export const topics = (titles: Readonly<Record<string, string>>, none: string): string =>
  `SELECT transform(topic, [${["", ...Object.keys(titles)].map((id) => `'${id}'`).join(", ")}], [${[none, ...Object.values(titles)].map((title) => `'${title}'`).join(", ")}], topic) AS topic, n, nsr, low, high, state FROM topic_rate(${KEYS}, ${RANGE})`;

export const adjusted = (windows: Readonly<Record<string, string>>): string => {
  const hours = Object.keys(windows).join(", ");
  const titles = Object.values(windows)
    .map((title) => `'${title}'`)
    .join(", ");
  return `SELECT transform(hours, [${hours}], [${titles}], toString(hours)) AS window, n, nsr, adjusted, low, high, state, audits FROM adjusted_now(${KEYS}) WHERE hours IN (${hours}) ORDER BY hours`;
};

/** Incidents and notes on the charts: the annotation's columns as Grafana names them. */
export const events = (kind: "incident" | "note", language: "en" | "ru"): string =>
  `SELECT at AS time, until AS timeEnd, title, text_${language} AS text FROM chart_event(${KEYS}, ${RANGE}) WHERE kind = '${kind}' ORDER BY time`;
