import { once } from "node:events";
import { readdirSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, ask, READER, serve, WRITER, type Answered, type Served } from "./http-support/served.ts";

let served: Served;
beforeAll(async () => {
  served = await serve({ idleMs: 700 });
});
afterAll(async () => served.close());

const post = async (
  user: { readonly name: string; readonly password: string },
  body: string | Buffer,
  search: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> =>
  ask(served.server, search, { method: "POST", body: body as BodyInit, headers: { ...as(user), ...headers } });

const rowsOf = async (table: string): Promise<string> =>
  (await post(WRITER, `SELECT * FROM ${table} ORDER BY ALL`)).text;

let tables = 0;
const newTable = async (columns = "n UInt32, s String"): Promise<string> => {
  const name = `t${(tables += 1)}`;
  expect((await post(WRITER, `CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY tuple()`)).status).toBe(
    200,
  );
  return name;
};

/** What comes back for bytes on a socket of their own, until the server hangs up or `enough` says so. */
const raw = async (text: string, enough: (soFar: string) => boolean = () => false): Promise<string> => {
  const socket = connect(served.server.port, "127.0.0.1");
  let soFar = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    soFar += chunk;
    if (enough(soFar)) socket.destroy();
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return soFar;
};

/** The bytes of an answer as they were packed, which `fetch` would unpack. */
const packedBytes = async (sql: string, encoding: string): Promise<Buffer> => {
  const asked = request(`${served.server.url}/?enable_http_compression=1`, {
    method: "POST",
    headers: { ...as(WRITER), "Accept-Encoding": `x-unknown, ${encoding}` },
  });
  asked.end(sql);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect(answer.headers["content-encoding"]).toBe(encoding);
  return Buffer.concat(await answer.toArray());
};

describe("a query over HTTP", () => {
  it("answers in the format of the statement, of the URL, of the header, or as TabSeparated, and says which", async () => {
    const cases = [
      ["SELECT 1 AS a FORMAT CSVWithNames", {}, {}, "CSVWithNames", '"a"\n1\n'],
      ["SELECT 1 AS a", { default_format: "JSONEachRow" }, {}, "JSONEachRow", '{"a":1}\n'],
      ["SELECT 1 AS a", {}, { "X-ClickHouse-Format": "TSVWithNames" }, "TSVWithNames", "a\n1\n"],
      ["SELECT 1 AS a, 'b\tc'", {}, {}, "TabSeparated", "1\tb\\tc\n"],
    ] as const;
    for (const [sql, search, headers, format, text] of cases) {
      const answer = await post(WRITER, sql, search, headers);
      expect(answer).toMatchObject({ status: 200, text, code: null });
      expect(answer.headers.get("x-clickhouse-format")).toBe(format);
    }
  });

  it("carries ClickHouse's headers: query id, time zone, server, and a summary that counts what was written", async () => {
    const table = await newTable();
    const answer = await post(WRITER, `INSERT INTO ${table} FORMAT CSV\n1,a\n2,b\n`, { query_id: "mine-1" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-clickhouse-query-id")).toBe("mine-1");
    expect(answer.headers.get("x-clickhouse-timezone")).toBe("UTC");
    expect(answer.headers.get("x-clickhouse-server-display-name")).toBe("molva");
    expect(JSON.parse(answer.headers.get("x-clickhouse-summary") as string)).toMatchObject({ written_rows: "2" });
  });

  it("is taken from the URL, from the body, and from both; long answers come whole, with one header", async () => {
    const query = "SELECT count(), sum(number)";
    expect((await post(WRITER, " FROM numbers(10)", { query })).text).toBe("10\t45\n");
    const url = await ask(served.server, { query: "SELECT 1" }, { headers: as(WRITER) });
    expect(url.text).toBe("1\n");
    const long = await post(WRITER, "SELECT number AS n, 'a\nb' AS s FROM numbers(300000) FORMAT TSVWithNamesAndTypes");
    const lines = long.text.trimEnd().split("\n");
    expect(lines).toHaveLength(300_002);
    expect(lines[0]).toBe("n\ts");
    expect(new Set(lines.slice(2).map((line) => line.split("\t")[0])).size).toBe(300_000);
    const json = await post(WRITER, "SELECT number AS n FROM numbers(200000) FORMAT JSON");
    expect((JSON.parse(json.text) as { rows: number }).rows).toBe(200_000);
  });

  it("binds parameters of the URL and of a form as values", async () => {
    const words = "O'Neil\"; DROP TABLE t --";
    const search = { param_a: words, param_l: "['x','y']", param_none: "\\N" };
    const sql = "SELECT {a:String}, {l:Array(String)}, {none:Nullable(String)}";
    const text = "O\\'Neil\"; DROP TABLE t --\t['x','y']\t\\N\n";
    expect((await post(WRITER, sql, search)).text).toBe(text);
    const form = new FormData();
    for (const [name, value] of Object.entries({ query: sql, ...search })) form.set(name, value);
    const init = { method: "POST", body: form, headers: as(WRITER) };
    expect((await ask(served.server, {}, init)).text).toBe(text);
    expect(await post(WRITER, "SELECT {missing:String}")).toMatchObject({ code: 456 });
  });

  it("unpacks what is sent and packs what is asked for", async () => {
    const table = await newTable();
    const rows = Buffer.from(`INSERT INTO ${table} FORMAT CSV\n1,a\n`);
    const packed = { gzip: gzipSync(rows), deflate: deflateSync(rows), br: brotliCompressSync(rows), identity: rows };
    for (const [encoding, body] of Object.entries(packed))
      expect(await post(WRITER, body, {}, { "Content-Encoding": encoding })).toMatchObject({ status: 200 });
    expect(await rowsOf(table)).toBe("1\ta\n".repeat(4));
    const unpack = { zstd: unzstd, gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync };
    for (const [encoding, work] of Object.entries(unpack)) {
      const answer = await packedBytes("SELECT repeat('ab', 500) FROM numbers(300)", encoding);
      expect(Buffer.from(work(answer)).toString()).toBe(`${"ab".repeat(500)}\n`.repeat(300));
      expect(answer.length).toBeLessThan(30_000);
    }
    const zipped = await fetch(`${served.server.url}/?enable_http_compression=1&query=SELECT+repeat('ab',1000)`, {
      headers: { ...as(WRITER), "Accept-Encoding": "gzip" },
    });
    expect(zipped.headers.get("content-encoding")).toBe("gzip");
    expect(await zipped.text()).toBe(`${"ab".repeat(1000)}\n`);
    for (const [encoding, code] of [
      ["snappy", 48],
      ["gzip", 271],
      ["zstd", 271],
      ["lz4", 271],
    ] as const)
      expect(await post(WRITER, "SELECT 1 -- not packed at all", {}, { "Content-Encoding": encoding })).toMatchObject({
        code,
      });
  });

  it("that fails on the way ends in the engine's error, not in a short answer", async () => {
    const failing = post(WRITER, "SELECT throwIf(number = 900000) FROM numbers(1000000) SETTINGS max_threads = 1");
    await expect(failing).rejects.toThrow("terminated");
    const text = await raw(
      `GET /?query=${encodeURIComponent("SELECT throwIf(number = 900000) FROM numbers(1000000) SETTINGS max_threads = 1")} HTTP/1.1\r\nHost: a\r\nX-ClickHouse-User: molva\r\nX-ClickHouse-Key: ${WRITER.password}\r\n\r\n`,
    );
    const tag = /x-clickhouse-exception-tag: (\w{16})/i.exec(text)?.[1] as string;
    expect(text).toContain(`__exception__\r\n${tag}\r\nCode: 395.`);
    expect(text.endsWith("0\r\n\r\n")).toBe(false);
  });

  it("has a session when it names one: temporary tables and SET last, the URL's settings do not", async () => {
    const session = { session_id: "s1", session_timeout: "60" };
    await post(WRITER, "CREATE TEMPORARY TABLE own (n UInt8)", session);
    await post(WRITER, "INSERT INTO own VALUES (7)", session);
    expect((await post(WRITER, "SELECT n FROM own", session)).text).toBe("7\n");
    expect(await post(WRITER, "SELECT n FROM own", { session_id: "s2" })).toMatchObject({ code: 60 });
    await post(WRITER, "SET max_block_size = 55", session);
    const size = "SELECT getSetting('max_block_size')";
    expect((await post(WRITER, size, { ...session, max_block_size: "66" })).text).toBe("66\n");
    expect((await post(WRITER, size, session)).text).toBe("55\n");
    expect((await post(WRITER, size)).text).not.toBe("55\n");
    expect(await post(WRITER, "SELECT 1", { session_id: "nobody", session_check: "1" })).toMatchObject({ code: 372 });
    const slow = post(WRITER, "SELECT sleep(1)", session);
    const beside = await post(WRITER, "SELECT 1", session);
    expect([beside.code, (await slow).code]).toEqual([373, null]);
  });
});

describe("the interface refuses, in ClickHouse's error form", () => {
  const refused = async (answer: Promise<Answered>, status: number, code: number): Promise<void> => {
    const { text, ...seen } = await answer;
    expect(seen).toMatchObject({ status, code });
    expect(text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: .*\\([A-Z_]+\\) \\(version [\\d.]+\\)\\n$`, "s"));
  };

  it("a wrong password, an unknown user, none at all, and two at once", async () => {
    const one = (headers: Record<string, string>, search = {}): Promise<Answered> =>
      ask(served.server, { query: "SELECT 1", ...search }, { headers });
    await refused(one({ "X-ClickHouse-User": "molva", "X-ClickHouse-Key": "guessed" }), 403, 516);
    await refused(one({ "X-ClickHouse-User": "root", "X-ClickHouse-Key": WRITER.password }), 403, 516);
    await refused(one({}), 403, 516);
    await refused(one({ Authorization: "Bearer abc" }), 403, 516);
    const basic = `Basic ${Buffer.from(`molva:${WRITER.password}`).toString("base64")}`;
    expect(await one({ Authorization: basic })).toMatchObject({ status: 200 });
    expect(await one({}, { user: "molva", password: WRITER.password })).toMatchObject({ status: 200 });
    await refused(one({ Authorization: basic, ...as(WRITER) }), 403, 516);
    const wrong = await one({ "X-ClickHouse-User": "molva", "X-ClickHouse-Key": "guessed" });
    expect(wrong.text).not.toContain("guessed");
  });

  it("a write by the reader, by whatever words, and a write by GET", async () => {
    const table = await newTable();
    for (const sql of [
      `INSERT INTO ${table} VALUES (1, '')`,
      `INSERT INTO ${table} FORMAT CSV\n1,a`,
      `DROP TABLE ${table}`,
      `TRUNCATE TABLE ${table}`,
      "CREATE TEMPORARY TABLE a (n UInt8)",
      `WITH 1 AS x INSERT INTO ${table} SELECT 1, ''`,
    ])
      await refused(post(READER, sql), 500, 164);
    await refused(ask(served.server, { query: `DROP TABLE ${table}` }, { headers: as(WRITER) }), 500, 164);
    expect((await post(READER, `SELECT count() FROM ${table}`)).text).toBe("0\n");
  });

  it("a forbidden setting, one the reader may not set, and one that does not exist", async () => {
    await refused(post(WRITER, "SELECT 1", { format_schema: "a:b" }), 500, 452);
    await refused(post(WRITER, "SELECT 1 SETTINGS allow_introspection_functions = 1"), 500, 452);
    await refused(post(READER, "SELECT 1", { async_insert: "1" }), 500, 164);
    await refused(post(READER, "SELECT 1 SETTINGS max_execution_time = 1000"), 500, 164);
    await refused(post(WRITER, "SELECT 1", { no_such_setting: "1" }), 404, 115);
    const seen = "SELECT getSetting('max_execution_time'), getSetting('max_memory_usage')";
    const raised = await post(READER, seen, { max_execution_time: "100000", max_memory_usage: "0" });
    expect(raised.text).toBe(`60\t${2 * 1024 ** 3}\n`);
  });

  it("file('/etc/passwd'), the engine's file database, INTO OUTFILE, and two statements", async () => {
    for (const sql of [
      "SELECT * FROM file('/etc/passwd')",
      "SELECT * FROM default.`/etc/passwd`",
      "SELECT 1 INTO OUTFILE '/tmp/molva-out'",
    ]) {
      await refused(post(READER, sql), 403, 497);
      await refused(post(WRITER, sql), 403, 497);
    }
    const named = "SELECT * FROM {d:Identifier}.{t:Identifier}";
    await refused(post(READER, named, { param_d: "default", param_t: "/etc/passwd" }), 403, 497);
    await refused(post(WRITER, "SELECT 1; SELECT 2"), 400, 62);
    expect((await post(READER, "SELECT currentDatabase()", { database: "default" })).text).toBe("molva\n");
  });

  it("a query of 100 MB, and rows beyond the limit of a body", async () => {
    const blank = Buffer.alloc(100 * 1024 ** 2, " ");
    await refused(post(WRITER, Buffer.concat([Buffer.from("SELECT 1"), blank])), 400, 62);
    const table = await newTable();
    const insert = Buffer.concat([
      Buffer.from(`INSERT INTO ${table} FORMAT CSV\n1,`),
      Buffer.alloc(70 * 1024 ** 2, "a"),
    ]);
    await refused(post(WRITER, insert), 413, 229);
    await refused(post(WRITER, gzipSync(insert), {}, { "Content-Encoding": "gzip" }), 413, 229);
    const wide = `SELECT length('${"a".repeat(400_000)}')`;
    await refused(post(WRITER, wide), 400, 62);
    expect((await post(WRITER, wide, { max_query_size: "1000000" })).text).toBe("400000\n");
  });

  it("a page of another site in a browser, other paths and other methods", async () => {
    await refused(post(WRITER, "SELECT 1", {}, { Origin: "http://example.org" }), 403, 497);
    const play = await fetch(`${served.server.url}/play`);
    expect(play.status).toBe(404);
    expect((await fetch(served.server.url, { method: "DELETE" })).status).toBe(405);
    for (const path of ["/", "/ping"]) expect(await (await fetch(`${served.server.url}${path}`)).text()).toBe("Ok.\n");
  });
});

describe("the rows of an INSERT", () => {
  it("are rows and never statements, whatever they hold", async () => {
    const table = await newTable();
    const attack = "\n\nCREATE TABLE molva.planted (n UInt8) ENGINE = Memory\n\n";
    const text = `a${attack};b`;
    await post(WRITER, `INSERT INTO ${table} FORMAT CSV\n1,"${text}"\n`);
    await post(WRITER, `INSERT INTO ${table} FORMAT CSV\n2,x${attack}`);
    await post(WRITER, `INSERT INTO ${table} FORMAT JSONEachRow\n{"n":3,"s":"y"}${attack}`);
    await post(WRITER, `INSERT INTO ${table} VALUES (4, '${text}'), (5, 'b\\\n\\\\\nc')`);
    await post(WRITER, `INSERT INTO ${table} FORMAT Values (6, '${text}')`);
    await post(WRITER, `INSERT INTO ${table} VALUES (7, '') /* ${attack} */`);
    await post(WRITER, `${table} FORMAT CSV\n8,"${text}"`, { query: "INSERT INTO" });
    expect((await post(WRITER, "EXISTS TABLE planted")).text).toBe("0\n");
    const found = await post(WRITER, `SELECT n, s = {s:String} FROM ${table} WHERE n IN (1, 4, 6, 8) ORDER BY n`, {
      param_s: text.replaceAll("\n", "\\n"),
    });
    expect(found.text).toBe("1\t1\n4\t1\n6\t1\n8\t1\n");
    expect((await post(WRITER, `SELECT s = 'b\\n\\\\\\nc' FROM ${table} WHERE n = 5`)).text).toBe("1\n");
  });

  it("leave no file behind, and none of them is nothing", async () => {
    const table = await newTable();
    expect(await post(WRITER, `INSERT INTO ${table} FORMAT CSV\n`)).toMatchObject({ status: 200 });
    expect(await post(WRITER, `INSERT INTO ${table} FORMAT CSV\nx,y\n`)).toMatchObject({ status: 400, code: 27 });
    expect(await rowsOf(table)).toBe("");
    expect(readdirSync(join(served.path, "molva-inbox"))).toEqual([]);
  });
});

describe("clients that misbehave", () => {
  it("a request smuggled behind another is refused", async () => {
    const both = await raw(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    expect(both).toMatch(/^HTTP\/1\.1 400/);
    expect(both.match(/HTTP\/1\.1/g)).toHaveLength(1);
    const folded = await raw("GET /?query=SELECT%201 HTTP/1.1\r\nHost: a\r\nX-ClickHouse-User: molva\r\n evil\r\n\r\n");
    expect(folded).not.toContain("200 OK");
    // What is left of a refused body must not be read as the next request.
    const rest = await raw(
      "POST /?user=molva&password=no HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\nGET /ping HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    expect(rest).not.toContain("Ok.");
  });

  it("a body that never comes is given up, and its place is free again", async () => {
    const answer = await raw(
      `POST / HTTP/1.1\r\nHost: a\r\nX-ClickHouse-User: molva\r\nX-ClickHouse-Key: ${WRITER.password}\r\nContent-Length: 100\r\n\r\nSELECT`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 503/);
    expect(answer).toContain("Code: 209.");
  });

  it("who hangs up has the query stopped: the engine goes on with others at once", async () => {
    const endless = "SELECT count() FROM numbers(1000000000000) WHERE rand() = 5";
    const gone = new AbortController();
    const queries = Array.from({ length: 6 }, async () =>
      ask(served.server, { query: endless }, { headers: as(WRITER), signal: gone.signal }).catch(() => "gone"),
    );
    const running = async (): Promise<number> =>
      Number(
        (
          await post(
            WRITER,
            "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'",
          )
        ).text,
      );
    const busy = (async () => {
      // A fourth query waits for a thread until these are stopped.
      const connection = served.store.engine.connect();
      let found = 0;
      while (found < 3) {
        const { bytes } = await connection.answer(
          "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'",
          "TSV",
        );
        found = Number(Buffer.from(bytes).toString());
      }
      connection.close();
    })();
    await busy;
    gone.abort();
    expect(await Promise.all(queries)).toEqual(Array.from({ length: 6 }, () => "gone"));
    expect((await post(WRITER, "SELECT 1")).text).toBe("1\n");
    // Stopping takes the engine a moment; that it ends at all is what is promised.
    let left = await running();
    while (left > 0) left = await running();
    expect(left).toBe(0);
  });
});

describe("too much at once", () => {
  it("is refused with 202, and comes through again when there is room", async () => {
    await served.close();
    served = await serve({ queries: 2, threads: 2 });
    const slow = [1, 2].map(async () => post(WRITER, "SELECT sleep(1)"));
    let refusals = 0;
    while (refusals === 0) if ((await post(WRITER, "SELECT 1")).code === 202) refusals += 1;
    expect((await Promise.all(slow)).map(({ code }) => code)).toEqual(expect.arrayContaining([null]));
    expect((await post(WRITER, "SELECT 1")).text).toBe("1\n");
  });

  it("an endless answer is given as fast as it is read, and can be left", async () => {
    const before = process.memoryUsage.rss();
    const response = await fetch(`${served.server.url}/?query=SELECT+number+FROM+system.numbers`, {
      headers: as(WRITER),
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    expect(
      Buffer.from(first.value as Uint8Array)
        .toString()
        .startsWith("0\n1\n2\n"),
    ).toBe(true);
    await reader.cancel();
    expect((await post(WRITER, "SELECT 1")).text).toBe("1\n");
    expect(process.memoryUsage.rss() - before).toBeLessThan(512 * 1024 ** 2);
  });
});
