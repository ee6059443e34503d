import { mentionSchema } from "@molva/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readImport } from "../src/index.ts";
import { importAll, importText, options } from "./import-support.ts";

const texts = async (
  file: string | Uint8Array,
  differs: Parameters<typeof importText>[1] = {},
  size?: number,
): Promise<readonly string[]> => (await importText(file, differs, size)).rows.map((row) => row.mention.text);

describe("CSV", () => {
  it("keeps quotes, delimiters and line breaks within a cell, and says at which line a row begins", async () => {
    const { plan, rows } = await importText(
      'text,date\r\n"first, ""quoted""\nsecond line",2026-01-31\r\n\r\nplain,2026-02-01\r\n',
    );
    expect(plan).toMatchObject({
      format: "csv",
      delimiter: ",",
      encoding: "utf-8",
      columns: { text: "text", publishedAt: "date" },
    });
    expect(rows.map((row) => row.mention.text)).toEqual(['first, "quoted"\nsecond line', "plain"]);
    expect(rows.map((row) => row.line)).toEqual([2, 4]);
  });

  it.each([
    [";", "text;note\nслово;1,5\n"],
    ["\t", "text\tnote\nслово\t1;5,0\n"],
    ["|", "text|note\nслово|a,b\n"],
  ])("finds the delimiter %s", async (delimiter, file) => {
    const { plan, rows } = await importText(file);
    expect(plan.delimiter).toBe(delimiter);
    expect(rows.map((row) => row.mention.text)).toEqual(["слово"]);
  });

  it("does not count delimiters within a quoted name", async () => {
    expect((await importText('"a,b,c";text\n1;hello\n')).plan.delimiter).toBe(";");
  });

  it("a row too short or too long is read as far as it goes", async () => {
    const { rows } = await importText("text,url,note\nonly text\nwhole,https://example.com/1,n,more,\n");
    expect(rows.map((row) => row.mention.extra)).toEqual([{}, { note: "n", "column 4": "more" }]);
  });

  it("two columns of one name are both kept; one without a name gets one", async () => {
    const { rows } = await importText("text,tag,tag,\nhello,a,b,c\n");
    expect(rows[0]?.mention.extra).toEqual({ tag: "a", "tag (2)": "b", "column 4": "c" });
  });

  it("a quote in the middle of a cell is a quote", async () => {
    expect(await texts('text\nthe 5" screen\n"fine"\n')).toEqual(['the 5" screen', "fine"]);
  });

  it("what follows a quote that never closes is said to be lost, and nothing before it", async () => {
    const { rows, rejected } = await importText('text,note\nfirst,1\n"second,2\nthird,3\n');
    expect(rows.map((row) => row.mention.text)).toEqual(["first"]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({ reason: "not-a-row", message: expect.stringMatching(/quote/iu) as string });
  });
});

describe("encodings", () => {
  const russian = "текст,оценка\nОчень долго ждали ответа,2\nПонравилось обслуживание в отделении,5\n";
  const cyrillic = (shift: ReadonlyMap<string, number>): Uint8Array =>
    Uint8Array.from([...russian].map((c) => shift.get(c) ?? c.charCodeAt(0)));
  const table = (name: string): ReadonlyMap<string, number> =>
    new Map(Array.from({ length: 128 }, (_, i) => [new TextDecoder(name).decode(Uint8Array.of(128 + i)), 128 + i]));
  const expected = ["Очень долго ждали ответа", "Понравилось обслуживание в отделении"];

  it.each(["windows-1251", "koi8-r"])("%s is told from the bytes", async (name) => {
    const { plan, rows } = await importText(cyrillic(table(name)));
    expect(plan).toMatchObject({ encoding: name, columns: { text: "текст", rating: "оценка" } });
    expect(rows.map((row) => row.mention.text)).toEqual(expected);
  });

  it("what was told is not guessed", async () => {
    expect(await texts(cyrillic(table("ibm866")), { encoding: "cp866" })).toEqual(expected);
    await expect(importText("text\na\n", { encoding: "utf-99" })).rejects.toMatchObject({
      code: "USAGE",
      recovery: "exit",
    });
  });

  it("a byte order mark is no part of the first column's name", async () => {
    expect(await texts(`\uFEFF${russian}`)).toEqual(expected);
    expect(await texts(Buffer.from(`\uFEFF${russian}`, "utf16le"))).toEqual(expected);
    expect(await texts(Buffer.from(russian, "utf16le"))).toEqual(expected);
    expect(await texts(Buffer.from(`\uFEFF${russian}`, "utf16le").swap16())).toEqual(expected);
  });

  it("western accents are not taken for Russian", async () => {
    expect(await texts(Buffer.from("text\nTrès déçu du café à éviter\n", "latin1"))).toEqual([
      "Très déçu du café à éviter",
    ]);
  });

  it("the quotes and the euro of windows-1252 are what they are there", async () => {
    const bytes = Buffer.from("text\n\x93tr\xe8s\x94 \x97 5 \x80 d\xe9j\xe0\n", "latin1");
    for (const encoding of [null, "windows-1252"])
      expect(await texts(bytes, { encoding })).toEqual(["“très” — 5 € déjà"]);
  });

  it("letters that come late, after much ASCII, are read too", async () => {
    const file = Buffer.concat([
      Buffer.from(`text\n${"plain words\n".repeat(9000)}`),
      cyrillic(table("windows-1251")).subarray(13),
    ]);
    const { rows, plan } = await importText(file, {}, 4096);
    expect(rows).toHaveLength(9002);
    expect(rows.at(-1)?.mention.text).toContain("Понравилось обслуживание");
    expect(plan.format).toBe("csv");
  });

  it("a broken byte spoils its own character only, and is said", async () => {
    const { rows } = await importText(
      Buffer.concat([
        Buffer.from("text\nхорошо\nпло"),
        Buffer.of(0xff),
        Buffer.from("хо\n"),
        Buffer.from("я ".repeat(40_000)),
      ]),
      { encoding: "utf-8" },
    );
    expect(rows.map((row) => row.mention.text.slice(0, 8))).toEqual(["хорошо", "пло\uFFFDхо", "я я я я "]);
    expect(rows.map((row) => row.notes.includes("bad-characters"))).toEqual([false, true, false]);
  });
});

describe("JSON and JSON Lines", () => {
  const rows = [
    { text: 'a "quoted" [text] with {brackets}, \\ and \u2028 more', date: "2026-01-31" },
    { text: "второй", date: 1735690330, author: { name: "Анна" }, tags: ["a", "b"] },
  ];
  const expected = rows.map((row) => row.text);

  it.each([
    ["json", JSON.stringify(rows)],
    ["json", `\uFEFF\n ${JSON.stringify(rows, null, 2)}\n`],
    ["json", JSON.stringify({ page: 1, pages: [1, 2], data: rows })],
    ["jsonl", rows.map((row) => JSON.stringify(row)).join("\n")],
    ["jsonl", `${rows.map((row) => JSON.stringify(row)).join("\r\n\r\n")}\r\n`],
  ])("%s, told from its first characters", async (format, file) => {
    for (const size of [1, 7, 1 << 16]) {
      const found = await importText(file, { name: "export.json" }, size);
      expect(found.plan.format).toBe(format);
      expect(found.rows.map((row) => row.mention.text)).toEqual(expected);
    }
  });

  it("what is nested has a dotted name, lists are kept as they are", async () => {
    const { plan, rows: found } = await importText(JSON.stringify(rows));
    expect(plan.columns.author).toBe("author.name");
    expect(found[1]?.mention.extra).toEqual({ tags: '["a","b"]' });
    expect(found[1]?.mention.publishedAt.at).toBe("2025-01-01T00:12:10.000Z");
  });

  it("one broken row does not spoil the next, and its line is named", async () => {
    const list = await importText('[\n{"text": "one"},\n{"text": oops},\n17,\n{"text": "four"}\n]');
    expect(list.rows.map((row) => [row.line, row.mention.text])).toEqual([
      [2, "one"],
      [5, "four"],
    ]);
    expect(list.rejected.map((row) => [row.line, row.reason, row.raw.trim()])).toEqual([
      [3, "not-a-row", '{"text": oops}'],
      [4, "not-a-row", "17"],
    ]);
    const lines = await importText('{"text": "one"}\n{"text": \nnull\n{"text": "four"}\n');
    expect(lines.rows.map((row) => row.line)).toEqual([1, 4]);
    expect(lines.rejected.map((row) => row.line)).toEqual([2, 3]);
  });

  it("a list that ends in the middle is said to", async () => {
    const { rows: found, rejected } = await importText('[{"text": "one"},\n{"text": "tw');
    expect(found.map((row) => row.mention.text)).toEqual(["one"]);
    expect(rejected[0]).toMatchObject({
      line: 2,
      reason: "not-a-row",
      message: expect.stringContaining("complete") as string,
    });
  });

  it("the error about a row quotes no text of it", async () => {
    const { rejected } = await importText('{"text": "one"}\n{"text": "my secret words" oops}\n');
    expect(rejected[0]?.message).not.toContain("secret");
    expect(rejected[0]?.message).toMatch(/no valid JSON/u);
  });

  it("an empty list or file has no rows and no error", async () => {
    for (const file of ["[]", " [ ] ", "", "\n\n"]) expect(await texts(file)).toEqual([]);
  });

  it("any objects come back as they were, however the bytes are cut", async () => {
    const word = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((s) => s.trim() !== "" && !/[\u0000-\u001f\u007f]/u.test(s));
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 64 }),
        fc.boolean(),
        async (words, size, asList) => {
          const objects = words.map((text, i) => ({ text, id: String(i) }));
          const file = asList ? JSON.stringify(objects, null, 1) : objects.map((o) => JSON.stringify(o)).join("\n");
          expect(await texts(file, { format: asList ? "json" : "jsonl" }, size)).toEqual(words.map((w) => w.trim()));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("hostile rows", () => {
  it("every mention fits the contract, whatever stands in the cells", async () => {
    const cell = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom(
        "\u0000",
        "\ud800",
        "__proto__",
        "javascript:alert(1)",
        "=cmd|' /C calc'!A0",
        "\u001b[31m",
        "9".repeat(50),
        "https://[bad",
        "-1",
        "NaN",
      ),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const keys = [
      "text",
      "title",
      "url",
      "author",
      "rating",
      "date",
      "editedAt",
      "language",
      "region",
      "brand",
      "reply",
      "kind",
      "id",
      "__proto__",
      "constructor",
      "x\u0000y",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.constantFrom(...keys), cell, { noNullPrototype: true }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (objects) => {
          const file = JSON.stringify([
            { text: "the first row names the columns", brand: "Aurora", rating: 5 },
            ...objects,
          ]);
          const { rows, rejected } = await importText(file, { brand: null });
          expect(rows.length + rejected.length).toBe(objects.length + 1);
          for (const { mention } of rows) {
            expect(mentionSchema.safeParse(mention).error).toBeUndefined();
            expect(JSON.stringify(mention)).not.toMatch(/\\u0000|\\ud800|\\u001b/u);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("a column called __proto__ changes nothing but itself", async () => {
    const { rows } = await importText('[{"text": "a", "__proto__": "polluted", "constructor": "kept"}]');
    expect(Object.entries(rows[0]?.mention.extra ?? {})).toEqual([["constructor", "kept"]]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("a text beyond the limit is cut, and said; a row beyond all limits is refused", async () => {
    const { rows, rejected } = await importText(
      `${JSON.stringify({ text: "я".repeat(100_001) })}\n${JSON.stringify({ text: "x".repeat(17 << 20) })}\n{"text": "after"}`,
      { name: "export.jsonl" },
    );
    expect(rows.map((row) => [row.mention.text.length, row.notes.includes("text-cut")])).toEqual([
      [100_000, true],
      [5, false],
    ]);
    expect(rejected.map((row) => [row.line, row.reason, row.raw.length])).toEqual([[2, "row-too-large", 10_000]]);
  });

  it("a column too long is cut, and said", async () => {
    const { rows } = await importText(JSON.stringify([{ text: "a", note: "n".repeat(3000) }]));
    expect([rows[0]?.mention.extra["note"]?.length, rows[0]?.notes]).toEqual([2000, ["no-date", "extra-cut"]]);
  });

  it("a file that is something else is refused before anything is taken in", async () => {
    await expect(importText("<!DOCTYPE html>\n<html><body>Sign in</body></html>")).rejects.toMatchObject({
      code: "USAGE",
    });
    await expect(importText("x\n".repeat(2000), { format: "jsonl" })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining("--format") as string,
    });
  });
});

describe("the stream", () => {
  const opened = (
    file: string,
    fail: boolean,
  ): { readonly stream: AsyncIterable<Uint8Array>; readonly closed: () => boolean } => {
    let closed = false;
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (let i = 0; i < 5000; i++) yield Buffer.from(file);
        if (fail) throw new Error("the disk went away");
      } finally {
        closed = true;
      }
    };
    return { stream: stream(), closed: () => closed };
  };
  const files = { csv: "text\n", jsonl: '{"text": "a"}\n', json: '[{"text": "a"},' } as const;

  it.each(["csv", "jsonl", "json"] as const)("is closed when the reader of %s stops in the middle", async (format) => {
    const { stream, closed } = opened(files[format], false);
    for await (const item of readImport(stream, options({ format }))) if (item.type === "mention") break;
    expect(closed()).toBe(true);
  });

  it.each(["csv", "jsonl", "json"] as const)("passes its own error on, for %s", async (format) => {
    const { stream } = opened(files[format], true);
    await expect(importAll(stream, options({ format }))).rejects.toThrow("the disk went away");
  });
});
