const PURE =
  "TabSeparated TSV TabSeparatedRaw TSVRaw Raw CSV TSKV JSONEachRow JSONLines NDJSON JSONCompactEachRow JSONStringsEachRow JSONCompactStringsEachRow RowBinary LineAsString Native Null";
/** Lines that each piece begins with, and only the first should. */
const HEADED: Readonly<Record<string, number>> = {
  tabseparatedwithnames: 1,
  tsvwithnames: 1,
  tabseparatedrawwithnames: 1,
  tsvrawwithnames: 1,
  tabseparatedwithnamesandtypes: 2,
  tsvwithnamesandtypes: 2,
  jsoncompacteachrowwithnames: 1,
  jsoncompacteachrowwithnamesandtypes: 2,
  jsoncompactstringseachrowwithnames: 1,
  jsoncompactstringseachrowwithnamesandtypes: 2,
};
const PURE_NAMES = new Set(PURE.toLowerCase().split(" "));

/**
 * How many lines to cut from every piece but the first when an answer is put together from pieces, each of which is a
 * whole document; null for a format that cannot be put together so.
 */
export const headerLines = (format: string): number | null => {
  const name = format.toLowerCase();
  return PURE_NAMES.has(name) ? 0 : (HEADED[name] ?? null);
};

export const withoutLines = (bytes: Uint8Array, lines: number): Uint8Array => {
  let at = 0;
  for (let line = 0; line < lines; line += 1) at = bytes.indexOf(10, at) + 1;
  return bytes.subarray(at);
};

export const contentTypeOf = (format: string): string => {
  const name = format.toLowerCase();
  if (/^(jsoneachrow|jsonlines|ndjson|jsoncompacteachrow|jsonstringseachrow)/.test(name))
    return "application/x-ndjson; charset=UTF-8";
  if (name.startsWith("json")) return "application/json; charset=UTF-8";
  if (name.startsWith("csv")) return `text/csv; charset=UTF-8; header=${name.includes("names") ? "present" : "absent"}`;
  if (/^(tsv|tabseparated)/.test(name)) return "text/tab-separated-values; charset=UTF-8";
  if (name === "xml") return "application/xml; charset=UTF-8";
  return /^(native|rowbinary|parquet|arrow|orc|avro|msgpack|bson)/.test(name)
    ? "application/octet-stream"
    : "text/plain; charset=UTF-8";
};
