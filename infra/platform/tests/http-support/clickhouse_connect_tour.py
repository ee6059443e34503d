"""What a Python program does with ClickHouse, through clickhouse-connect. Prints one JSON object. Arguments: port."""

import datetime
import json
import sys

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError

PORT = int(sys.argv[1])
WORDS = "O'Neil\"; DROP TABLE py; --\n\\Молва 👩‍👩‍👧"


def client(user="molva", password="a password of tests", **more):
    return clickhouse_connect.get_client(host="127.0.0.1", port=PORT, username=user, password=password, **more)


def code_of(work):
    try:
        work()
        return 0
    except DatabaseError as error:
        return error.code


def rows(first, count):
    at = datetime.datetime(2026, 1, 1, 12, 0, 0, 123000)
    return [[first + n, f"{WORDS}\0;{n}", at, "often", [n, n + 1]] for n in range(count)]


COLUMNS = ["n", "s", "at", "l", "list"]
told = {}

with client() as c:
    told["version"] = bool(c.server_version)
    told["timezone"] = str(c.server_tz)
    bound = {"words": WORDS, "n": 2**63, "list": ["a'b", ""], "none": None}
    told["parameters"] = c.query(
        "SELECT {words:String}, toString({n:UInt64}), {list:Array(String)}, {none:Nullable(String)}", parameters=bound
    ).result_rows[0] == (WORDS, str(2**63), ["a'b", ""], None)
    c.command(
        "CREATE TABLE py (n UInt32, s String, at DateTime64(3), l LowCardinality(String), list Array(UInt32)) ENGINE = MergeTree ORDER BY n"
    )
    c.insert("py", rows(0, 1000), column_names=COLUMNS)
    first = c.query("SELECT * FROM py ORDER BY n LIMIT 1").result_rows[0]
    told["first"] = list(first) == rows(0, 1)[0]
    c.command("CREATE TEMPORARY TABLE own (n UInt8)")
    c.command("INSERT INTO own VALUES (7)")
    told["session"] = c.command("SELECT n FROM own")
    told["setting"] = c.query("SELECT getSetting('max_block_size')", settings={"max_block_size": 77}).result_rows[0][0]
    told["setting after"] = c.query("SELECT getSetting('max_block_size') = 77").result_rows[0][0]
    with c.query_row_block_stream("SELECT number, toString(number) FROM numbers(300000)") as blocks:
        told["streamed"] = sum(len(block) for block in blocks)
    told["empty"] = len(c.query("SELECT 1 AS n WHERE 0").result_rows)
    told["codes"] = [
        code_of(lambda: c.query("SELECT * FROM nowhere")),
        code_of(lambda: c.query("SELEC 1")),
        code_of(lambda: c.query("SELECT * FROM file('/etc/passwd')")),
        code_of(lambda: c.query("SELECT throwIf(number = 250000) FROM numbers(300000)", settings={"max_threads": 1})),
        code_of(lambda: c.insert("nowhere", [[1]], column_names=["n"], column_type_names=["UInt8"])),
    ]

counts = {}
for method in ["lz4", "zstd", "gzip", False]:
    with client(compress=method) as c:
        c.insert("py", rows(1000, 5000), column_names=COLUMNS)
        counts[str(method)] = [c.query("SELECT count() FROM py").result_rows[0][0], len(c.query("SELECT * FROM py").result_rows)]
told["compressed"] = counts

with client("reader", "another password") as c:
    told["reader reads"] = c.query("SELECT count() FROM py").result_rows[0][0]
    told["reader codes"] = [
        code_of(lambda: c.command("DROP TABLE py")),
        code_of(lambda: c.insert("py", rows(0, 1), column_names=COLUMNS)),
    ]
told["wrong password"] = code_of(lambda: client(password="guessed"))

print(json.dumps(told))
