import { ENGLISH, RUSSIAN } from "./words.ts";

/** Where the two years of the loaded mentions end. */
export const NOW = Date.UTC(2026, 5, 1);
export const SPAN_SECONDS = 2 * 365 * 86_400;
export const BRANDS = 200;
export const SOURCES = 20;
/** The first is the largest. */
export const brandName = (k: number): string => `brand-${String(k).padStart(3, "0")}`;

const list = (texts: readonly string[]): string =>
  `[${texts.map((text) => `'${text.replaceAll("'", "\\'")}'`).join(", ")}]`;
const share = (seed: number): string => `cityHash64(n, ${seed}) / 18446744073709551616`;

/**
 * Mentions first…first + count − 1 of `total`, the same at every run: spread evenly over two years, by brands of Zipf size. Three in a
 * hundred get a second fact later: half of these a new text, four tenths a person's label, a tenth is gone.
 */
const MENTIONS = `(SELECT n, hash, brand, source, id, at, toStartOfHour(at) AS hour, toUInt64(toUnixTimestamp64Milli(at)) AS told,
  told + 60000 + hash % 3600000 AS known, input, label, language, region, topics, grp, stars,
  if(hash % 100 < 3, multiIf(intDiv(hash, 100) % 10 < 5, 'content', intDiv(hash, 100) % 10 < 9, 'human', 'gone'), '') AS later,
  known + 3600000 + cityHash64(n, 9) % 2592000000 AS later_known
FROM (
  SELECT number AS n, cityHash64(n, 1) AS hash,
    concat('brand-', leftPad(toString(toUInt32(floor(pow(${BRANDS + 1}, ${share(2)})))), 3, '0')) AS brand,
    concat('source-', toString(1 + toUInt32(floor(${SOURCES} * pow(${share(3)}, 2))))) AS source,
    bitOr(bitShiftLeft(toUInt128(cityHash64(n, 4)), 64), toUInt128(cityHash64(n, 5))) AS id,
    toDateTime64(${NOW / 1000 - SPAN_SECONDS}, 3, 'UTC') + toIntervalSecond(toUInt32(n * ${SPAN_SECONDS} / {total:UInt64})) AS at,
    cityHash64(n, 6) AS input,
    ['negative', 'negative', 'neutral', 'positive', 'positive', 'positive', 'unscored'][1 + (cityHash64(brand) % 3 + cityHash64(n, 7)) % 7] AS label,
    if(${share(8)} < 0.6, 'en', 'ru') AS language,
    ['', '', 'Moscow', 'Berlin', 'London', 'Kazan'][1 + cityHash64(n, 10) % 6] AS region,
    arraySlice(['delivery', 'app', 'support', 'price', 'quality', 'branch', 'card', 'refund'], 1 + cityHash64(n, 11) % 8, cityHash64(n, 12) % 3) AS topics,
    if(cityHash64(n, 13) % 50 = 0, lower(hex(cityHash64(brand, intDiv(n, 20000)))), '') AS grp,
    if(cityHash64(n, 14) % 2 = 0, 1 + cityHash64(n, 15) % 5, 0) AS stars
  FROM numbers({first:UInt64}, {count:UInt64})))`;

/** A part of the mentions, made once and read by each of the loads. */
export const PART_TABLE = "scale_part";
const FROM = `FROM ${PART_TABLE}`;
const COLUMNS =
  "brand, hour, source, id, kind, model, event, at, span, precision, origin, clamped, ver, known, first, input, label, p_negative, p_neutral, p_positive, form, rating, rating_value, rating_max, language, region, topics, topic_labels, topic_ver, grp, audit, by, reason, undoes";

const fact = (kind: string, known: string, hour: string, where: string): string => {
  const content = kind === "content";
  const label = content
    ? known === "known"
      ? "label"
      : "'neutral'"
    : kind === "human"
      ? "['negative', 'neutral', 'positive'][1 + hash % 3]"
      : "''";
  const p = (name: string): string => (content ? `if(label_ = '${name}', 8000, 1000)` : "0");
  const own = (column: string, none: string): string => (content ? column : none);
  return `SELECT brand, ${hour} AS hour, source, id, '${kind}' AS kind, ${own("'bench@1'", "''")} AS model, cityHash64(id, '${kind}', ${known}) AS event,
    ${own("at", "toDateTime64(0, 3, 'UTC')")} AS at, ${own("1", "0")} AS span, '${content ? "second" : ""}' AS precision, '${content ? "source" : ""}' AS origin, 0 AS clamped,
    ${known} AS ver, ${known} AS known, 18446744073709551615 - bitShiftLeft(${known}, 22) - 2097152 - n % 2097152 AS first,
    ${own(known === "known" ? "input" : "input + 1", "0")} AS input, ${label} AS label_, ${p("negative")} AS p_negative, ${p("neutral")} AS p_neutral, ${p("positive")} AS p_positive,
    '${content ? "review" : ""}' AS form, ${own("if(stars = 0, '', toString(stars))", "''")} AS rating, ${own("stars", "0")} AS rating_value, ${own("if(stars = 0, 0, 5)", "0")} AS rating_max,
    ${own("language", "''")} AS language, ${own("region", "''")} AS region, ${own("topics", "[]")} AS topics, ${own("arrayMap(t -> label_, topics)", "[]")} AS topic_labels, 0 AS topic_ver,
    ${own("grp", "''")} AS grp, 0 AS audit, '${kind === "human" ? "vera" : ""}' AS by, '' AS reason, 0 AS undoes
  ${FROM} WHERE ${where}`;
};

/** In order: what a part needs before its rows are there. */
export const MAKE_PART: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "drop-part", sql: `DROP TABLE IF EXISTS ${PART_TABLE} SYNC` },
  {
    name: "make-part",
    sql: `CREATE TABLE ${PART_TABLE} ENGINE = Memory AS SELECT * FROM ${MENTIONS.replaceAll("{total:UInt64}", "1").replace("{first:UInt64}, {count:UInt64}", "0")}`,
  },
];
export const FILL_PART = `INSERT INTO ${PART_TABLE} SELECT * FROM ${MENTIONS}`;

/** What the product writes for these facts: a decision lies in limbo and, by the copy rule, in the hours of its mention. */
export const LOADS: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: "load-fact",
    sql: `INSERT INTO fact (${COLUMNS}) ${[
      fact("content", "known", "hour", "1"),
      fact("content", "later_known", "hour", "later = 'content'"),
      ...["human", "gone"].flatMap((kind) =>
        ["hour", "toDateTime(0, 'UTC')"].map((hour) => fact(kind, "later_known", hour, `later = '${kind}'`)),
      ),
    ].join(" UNION ALL ")}`,
  },
  {
    name: "load-place",
    sql: `INSERT INTO place (id, hour, brand, source) SELECT id, arrayJoin(if(later IN ('human', 'gone'), [hour, toDateTime(0, 'UTC')], [hour])), brand, source ${FROM}`,
  },
  {
    name: "load-text",
    sql: `INSERT INTO mention_text (id, input, ver, brand, title, text, url, author, reply, reach, edited, extra, kept)
      WITH ${list(ENGLISH)} AS english, ${list(RUSSIAN)} AS russian
      SELECT id, input + v, known + v, brand, '', arrayStringConcat(arrayMap(i -> if(language = 'en', english, russian)[1 + cityHash64(n, v, i) % ${ENGLISH.length}],
        range(1 + cityHash64(n, 20) % 4)), '. '), concat('https://reviews.example/', source, '/', toString(n)), '', '', 0, toDateTime64(0, 3, 'UTC'), map(), 1
      FROM (SELECT *, arrayJoin(if(later = 'content', [0, 1], [0])) AS v ${FROM})`,
  },
];
