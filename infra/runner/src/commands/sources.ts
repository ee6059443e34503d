import { z } from "zod";
import { defineCommand, JSON_FLAG } from "../command.ts";

/** Not crawled, and so in no registry: `molva import` reads it. */
const FILE = {
  id: "file",
  title: "Exports: CSV, JSON and JSON Lines",
  target: null,
  match: "all",
  transports: ["import"],
  requestsPerMinute: null,
  credentials: [],
  limits: [],
} as const;

export const sources = defineCommand({
  name: "sources",
  summary: "list every source: what a target looks like, transport, keys, limits",
  flags: [JSON_FLAG],
  examples: ["molva sources", "molva sources --json"],
  folder: "none",
  input: z.strictObject({ json: z.boolean().default(false) }),
  run: async ({ io }, { json }) => {
    const { sources: registered } = await import("@molva/crawlers");
    const rows = registered.map((source) => ({
      id: source.id,
      title: source.title,
      target: source.example,
      match: source.match,
      transports: source.transports,
      requestsPerMinute: source.requestsPerMinute,
      credentials: source.credentials,
      limits: source.limits,
    }));
    const listed = [...rows, FILE];
    if (json) {
      await io.out(`${JSON.stringify(listed, null, 2)}\n`);
      return 0;
    }
    for (const row of rows) {
      const target = Object.entries({ source: row.id, ...row.target }).map(
        ([key, value]) => `${key}: ${JSON.stringify(value)}`,
      );
      await io.out(
        [
          `${row.id}  ${row.title}`,
          `  target     { ${target.join(", ")} }`,
          `  counts     ${row.match === "all" ? "everything that stands there" : "what the brand's query finds"}`,
          `  transport  ${row.transports.join(", ")}; at most ${row.requestsPerMinute} requests a minute to a host`,
          `  key        ${row.credentials.length === 0 ? "none" : row.credentials.join(", ")}`,
          ...row.limits.map((limit, i) => `  ${i === 0 ? "limits    " : "          "} ${limit}`),
          "",
          "",
        ].join("\n"),
      );
    }
    await io.out(
      `${FILE.id}  ${FILE.title}\n  use        molva import FILE --source ID --brand B (molva import --help)\n`,
    );
    return 0;
  },
});
