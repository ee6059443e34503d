import { describe, expect, it } from "vitest";
import { printable } from "../src/io.ts";
import { momentOf } from "../src/moment.ts";
import { barText } from "../src/progress.ts";
import { table } from "../src/table.ts";
import { IMPORT_FIELDS } from "@molva/crawlers";
import { FIELDS } from "../src/commands/import.ts";
import { idFromTitle } from "../src/commands/init.ts";

describe("a moment as it is typed", () => {
  it.each([
    ["2025-01-31", "Europe/Moscow", "2025-01-30T21:00:00.000Z"],
    ["2025-01", "Europe/Moscow", "2024-12-31T21:00:00.000Z"],
    ["2025-03-30T12:00", "Europe/Berlin", "2025-03-30T10:00:00.000Z"],
    ["2025-01-31T10:00:00.5Z", "Asia/Kolkata", "2025-01-31T10:00:00.500Z"],
    ["2025-01-31 10:00+05:30", "UTC", "2025-01-31T04:30:00.000Z"],
  ])("%s in %s is %s", (text, zone, instant) => expect(momentOf(text, zone, "from")).toBe(instant));

  it.each(["yesterday", "2025-02-31", "31.01.2025", "2025-13-01", ""])("%j is refused with what to write", (text) =>
    expect(() => momentOf(text, "UTC", "from")).toThrow(/--from: .*write 2025-01-31/),
  );
});

describe("text from outside on a terminal", () => {
  it("can neither move the cursor, nor colour, nor turn the line round, nor begin a new one", () => {
    const hostile = "\u001b[2Jgone\u0007 \u202Eabc\u202C\r\nnext\u009b31m";
    expect(printable(hostile)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
    expect(printable("Отлично 👍, ёлки")).toBe("Отлично 👍, ёлки");
  });

  it("stays in its column of a table", () => {
    const shown = table(
      [
        { title: "brand", most: 8 },
        { title: "n", align: "right" },
      ],
      [
        ["a\nb", "1"],
        ["a very long brand", "1000"],
      ],
    );
    expect(shown.split("\n").map((line) => line.length)).toEqual([14, 14, 14, 14, 0]);
    expect(shown).toContain("a very …");
  });
});

it("shows share, rate and the time left, and no time left where the total is not known", () => {
  expect(barText("Import", "rows", 500, 1000, 5_000)).toBe(
    `Import ${"█".repeat(12)}${"░".repeat(12)} 50 %  500 of 1 000 rows · 100/s · 5 s left`,
  );
  expect(barText("Crawling", "pages", 12, null, 1_000, "3 targets")).toBe("Crawling  12 pages · 12/s · 3 targets");
});

it("makes ids that people can type from titles in both alphabets", () => {
  expect(["Банк «Заря»", "Aurora  Bank", "Щука & Co.", "!!!"].map(idFromTitle)).toEqual([
    "bank-zarya",
    "aurora-bank",
    "shchuka-co",
    "brand",
  ]);
});

it("names every field of an import in its help", () => expect(FIELDS.split(", ")).toEqual([...IMPORT_FIELDS]));
