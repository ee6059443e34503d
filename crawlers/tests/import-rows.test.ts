import type { BrandId, Instant } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { brandIdFor, parseMap } from "../src/index.ts";
import { IMPORTED, importText } from "./import-support.ts";

const csv = (...lines: readonly string[]): string => lines.join("\n");
const ids = async (file: string, differs: Parameters<typeof importText>[1] = {}): Promise<readonly string[]> =>
  (await importText(file, differs)).rows.map((row) => row.mention.mentionId);

describe("which column is which", () => {
  it("is told by their names, in English and Russian, whatever their case", async () => {
    const english = await importText(
      csv(
        "Review_ID,Review Text,Review-Date,Star Rating,User Name,City,Source page",
        "r1,Fine,2026-01-31,4,Ann,Riga,x",
      ),
    );
    expect(english.plan.columns).toEqual({
      id: "Review_ID",
      text: "Review Text",
      publishedAt: "Review-Date",
      rating: "Star Rating",
      author: "User Name",
      region: "City",
    });
    expect(english.plan.extra).toEqual(["Source page"]);
    const russian = await importText(
      csv(
        "Дата;Оценка;Текст отзыва;Заголовок;Автор;Город;Ссылка;Язык",
        "31.01.2026;4;Хорошо;Да;Анна;Рига;https://example.com/1;ru-RU",
      ),
    );
    expect(russian.rows[0]?.mention).toMatchObject({
      kind: "review",
      title: "Да",
      text: "Хорошо",
      region: "Рига",
      url: "https://example.com/1",
      language: "ru",
      rating: { value: 4, min: 1, max: 5 },
      publishedAt: { at: "2026-01-31T00:00:00.000Z", precision: "day" },
    });
  });

  it.each([
    [
      "an app shop's",
      {
        reviewId: "gp:1",
        userName: "Ann",
        content: "Fine",
        score: 4,
        at: "2026-01-31T10:00:00Z",
        replyContent: "Thanks",
      },
    ],
    ["a shop's", { reviewerName: "Ann", reviewText: "Fine", overall: 4, unixReviewTime: 1769853600, summary: "Yes" }],
    [
      "a review site's",
      {
        id: "1",
        text: "Fine",
        rating: 4,
        dates: { publishedDate: "2026-01-31T10:00:00.000Z" },
        consumer: { displayName: "Ann" },
      },
    ],
  ])("is told for %s export", async (_, row) => {
    const { rows } = await importText(JSON.stringify([row]));
    expect(rows[0]?.mention).toMatchObject({
      text: "Fine",
      rating: { value: 4 },
      publishedAt: { at: "2026-01-31T10:00:00.000Z" },
    });
    expect(rows[0]?.mention.authorHash).not.toBeNull();
  });

  it("knows when the company answered, and says where no more than the day is told", async () => {
    const { rows } = await importText(
      csv(
        "id,text,date,reply,reply date",
        "1,a,2026-01-31T10:00:00Z,Thanks,2026-01-31T12:30:00Z",
        "2,b,2026-01-31T10:00:00Z,Thanks,2026-02-01",
        "3,c,2026-01-31T10:00:00Z,Thanks,",
        "4,d,2026-01-31T10:00:00Z,,2026-02-01",
      ),
    );
    expect(rows.map(({ mention }) => mention.reply)).toEqual([
      { text: "Thanks", at: "2026-01-31T12:30:00.000Z" },
      { text: "Thanks", at: "2026-02-01T00:00:00.000Z", precision: "day" },
      { text: "Thanks", at: null },
      null,
    ]);
  });

  it("is what --map says before any guess", async () => {
    const { plan, rows } = await importText(csv("text,body,when,date", "a note,the review,2026-01-02,2026-01-03"), {
      map: parseMap("text=body, publishedAt=when"),
    });
    expect(plan.columns).toMatchObject({ text: "body", publishedAt: "when" });
    expect(rows[0]?.mention).toMatchObject({ text: "the review", extra: { text: "a note", date: "2026-01-03" } });
  });

  it.each([
    [{ map: { text: "nothing" } }, /no column "nothing"; the columns are text, id/u],
    [{ brand: null }, /--brand BRAND/u],
  ])("says what to write instead: %j", async (differs, message) => {
    await expect(importText(csv("text,id", "a,1"), differs)).rejects.toMatchObject({
      code: "USAGE",
      recovery: "exit",
      message: expect.stringMatching(message) as string,
    });
  });

  it("refuses a map that is none", () => {
    for (const map of ["text", "text=", "words=body", "text=a,text=b"]) expect(() => parseMap(map)).toThrow(/--map/u);
    expect(parseMap("text=review=body,url=u")).toEqual({ text: "review=body", url: "u" });
  });

  it("needs a text or a rating", async () => {
    await expect(importText(csv("when,who", "2026-01-01,Ann"))).rejects.toMatchObject({
      message: expect.stringContaining("--map text=COLUMN") as string,
    });
    const { rows, rejected } = await importText(csv("text,rating", ",4", ",", "  ,"));
    expect(rows.map((row) => [row.mention.text, row.mention.rating?.value])).toEqual([["", 4]]);
    expect(rejected.map((row) => [row.line, row.reason])).toEqual([
      [3, "no-text"],
      [4, "no-text"],
    ]);
  });
});

describe("ratings", () => {
  const rated = async (cell: string, differs: Parameters<typeof importText>[1] = {}): Promise<unknown> => {
    const [row] = (await importText(JSON.stringify([{ text: "a", rating: cell }]), differs)).rows;
    if (row === undefined) throw new Error("the row was refused");
    return row.notes.includes("rating-ignored") ? "ignored" : row.mention.rating;
  };

  it.each([
    ["4", { value: 4, min: 1, max: 5 }],
    ["4,5", { value: 4.5, min: 1, max: 5 }],
    ["5.0 out of 5 stars", { value: 5, min: 1, max: 5 }],
    ["8/10", { value: 8, min: 0, max: 10 }],
    ["3 из 5", { value: 3, min: 1, max: 5 }],
    ["★★★☆☆", { value: 3, min: 1, max: 5 }],
    ["", null],
    ["0", "ignored"],
    ["9", "ignored"],
    ["good", "ignored"],
    ["-1", "ignored"],
    ["Infinity", "ignored"],
  ])("%s", async (cell, expected) => {
    expect(await rated(cell)).toEqual(expected);
  });

  it("on another scale when it is said", async () => {
    expect(await rated("9", { ratingMax: 10 })).toEqual({ value: 9, min: 0, max: 10 });
    expect(await rated("1", { ratingMax: 10, ratingMin: 1 })).toEqual({ value: 1, min: 1, max: 10 });
  });
});

describe("dates", () => {
  it("are told from the row's own fetch, else from the file's time", async () => {
    const file = csv(
      "text,date,parsed_at",
      "a,6 сентября,2024-10-01T12:00:00Z",
      "b,6 сентября,",
      "c,вчера,2024-10-01T12:00:00Z",
    );
    const { rows } = await importText(file, { writtenAt: "2025-03-01T00:00:00.000Z" as Instant });
    expect(rows.map((row) => row.mention.publishedAt.at)).toEqual([
      "2024-09-06T00:00:00.000Z",
      "2024-09-06T00:00:00.000Z",
      "2024-09-30T00:00:00.000Z",
    ]);
    expect(rows.map((row) => row.fetchedAt)).toEqual(["2024-10-01T12:00:00.000Z", null, "2024-10-01T12:00:00.000Z"]);
    expect(rows[2]?.mention.publishedAt.from).toBe("relative");
  });

  it("a file that claims to be older than its rows is not believed", async () => {
    const { rows } = await importText(csv("text,date", "a,2025-05-01", "b,6 сентября"), {
      writtenAt: "1985-10-26T08:15:00.000Z" as Instant,
    });
    expect(rows.map((row) => row.mention.publishedAt)).toMatchObject([
      { at: "2025-05-01T00:00:00.000Z", clamped: false },
      { at: "2026-09-06T00:00:00.000Z", clamped: false },
    ]);
  });

  it("a date after the import is the import and flagged; without a date it is the file's time", async () => {
    const { rows } = await importText(csv("text,date", "a,2030-01-01", "b,"), {
      writtenAt: "2026-11-01T00:00:00.000Z" as Instant,
    });
    expect(rows.map((row) => row.mention.publishedAt)).toEqual([
      { at: IMPORTED, precision: "day", from: "source", clamped: true },
      { at: IMPORTED, precision: "second", from: "fetch", clamped: false },
    ]);
    expect(rows.map((row) => row.notes)).toEqual([["date-clamped"], ["no-date"]]);
  });

  it("what is no date refuses the row and names the value", async () => {
    const { rejected } = await importText(csv("text,date", "a,soon", "b,31.02.2026"));
    expect(rejected.map((row) => [row.line, row.reason, row.message.includes("soon")])).toEqual([
      [2, "bad-date", true],
      [3, "bad-date", false],
    ]);
  });

  it("without a zone they are of the brand's", async () => {
    const file = csv(
      "text,date,brand",
      "a,2026-01-31 10:00,Аврора",
      "b,2026-01-31 10:00,Aurora",
      "c,2026-01-31T10:00:00Z,Аврора",
    );
    const { rows } = await importText(file, {
      brand: null,
      zoneOf: (brand) => (brand === "Аврора" ? "Europe/Moscow" : "America/New_York"),
    });
    expect(rows.map((row) => row.mention.publishedAt.at.slice(11, 16))).toEqual(["07:00", "15:00", "10:00"]);
  });

  it("with slashes are day first when one of them can be nothing else", async () => {
    const { rows } = await importText(csv("text,date", "a,03/04/2026", "b,25/04/2026"));
    expect(rows.map((row) => row.mention.publishedAt.at.slice(0, 10))).toEqual(["2026-04-03", "2026-04-25"]);
    expect((await importText(csv("text,date", "a,03/04/2026"))).rows[0]?.mention.publishedAt.at.slice(0, 10)).toBe(
      "2026-03-04",
    );
  });
});

describe("brands", () => {
  it("are named by a column; the name, tidied, is the id", async () => {
    const file = csv("text,brand", "a, Сбербанк ", "b,Aurora   Bank", "c,", `d,${"x".repeat(201)}`);
    const { rows, rejected } = await importText(file, { brand: null });
    expect(rows.map((row) => row.mention.brandId)).toEqual(["Сбербанк", "Aurora Bank"]);
    expect(rejected.map((row) => row.reason)).toEqual(["no-brand", "bad-brand"]);
    expect(brandIdFor("и\u0306")).toBe("\u0439");
  });

  it("are resolved by the caller where it knows better", async () => {
    const { rows } = await importText(csv("text,brand", "a,Sber"), {
      brand: null,
      brandOf: () => "sberbank" as BrandId,
    });
    expect(rows[0]?.mention.brandId).toBe("sberbank");
  });

  it("a brand that is given stands for every row, and the column is kept", async () => {
    const { rows } = await importText(csv("text,brand", "a,Sber"));
    expect(rows[0]?.mention).toMatchObject({ brandId: "Aurora", extra: { brand: "Sber" } });
  });
});

describe("which mention is it", () => {
  it("the same file gives the same ids and hashes, today and in a year", async () => {
    const file = csv("text,date,author,rating", "a,6 сентября,Ann,5", "b,вчера,Bob,1", "c,,Eve,3");
    const [now, later] = [
      await importText(file),
      await importText(file, { fetchedAt: "2027-11-22T12:00:00.000Z" as Instant }),
    ];
    expect(later.rows.map((row) => [row.mention.mentionId, row.hash])).toEqual(
      now.rows.map((row) => [row.mention.mentionId, row.hash]),
    );
    expect(later.rows[0]?.mention.publishedAt.at).not.toBe(now.rows[0]?.mention.publishedAt.at);
  });

  it("an edit is the same mention with another hash", async () => {
    for (const column of ["id", "url"]) {
      const value = column === "id" ? "r-17" : "https://example.com/r/17";
      const [before, after] = [
        await importText(csv(`${column},text`, `${value},good`)),
        await importText(csv(`${column},text`, `${value},bad`)),
      ];
      expect(after.rows[0]?.mention.mentionId).toBe(before.rows[0]?.mention.mentionId);
      expect(after.rows[0]?.hash).not.toBe(before.rows[0]?.hash);
    }
  });

  it("the same address written otherwise is the same review", async () => {
    const addresses = [
      "https://example.com/r/17",
      "https://EXAMPLE.com/r/17/",
      "https://example.com:443/r/17?utm_source=mail",
      "https://example.com/r/17#",
    ];
    expect(new Set((await Promise.all(addresses.map((url) => ids(csv("text,url", `a,${url}`))))).flat()).size).toBe(1);
    expect(await ids(csv("text,url", "a,https://example.com/r#1", "b,https://example.com/r#2"))).toHaveLength(2);
  });

  it("a page that lists many reviews tells none of them apart", async () => {
    const file = csv(
      "text,url,date",
      "one,https://example.com/shop,2026-01-01",
      "two,https://example.com/shop,2026-01-01",
      "one,https://example.com/shop,2026-01-01",
    );
    const { plan, rows } = await importText(file);
    expect(plan.identity).toEqual(["content"]);
    expect(new Set(rows.map((row) => row.mention.mentionId)).size).toBe(2);
    expect(rows.map((row) => row.duplicate)).toEqual([false, false, true]);
  });

  it("one address that a broken export gave to several reviews costs only these their address", async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `text ${i},https://example.com/r/${i}`);
    const file = csv("text,url", ...lines, "other,https://example.com/r/3", "third,https://example.com/r/3");
    const { plan, rows } = await importText(file);
    expect(plan.identity).toEqual(["url", "content"]);
    expect(new Set(rows.map((row) => row.mention.mentionId)).size).toBe(22);
    const alone = await ids(csv("text,url", "text 4,https://example.com/r/4"));
    expect(rows[4]?.mention.mentionId).toBe(alone[0]);
  });

  it("a row number is no id, a column called id is", async () => {
    const numbered = (name: string, ...words: readonly string[]): string =>
      csv(`${name},text`, ...words.map((word, i) => `${i + 1},${word}`));
    expect(await ids(numbered("review_id", "a", "b"))).toEqual(
      [...(await ids(numbered("review_id", "b", "a")))].toReversed(),
    );
    expect(await ids(numbered("id", "a", "b"))).toEqual(await ids(numbered("id", "b", "a")));
    expect(await ids(numbered("review_id", "a", "b"), { map: { id: "review_id" } })).toEqual(
      await ids(numbered("id", "b", "a")),
    );
  });

  it("an id that most rows share is that of something else, and is kept", async () => {
    const { plan, rows } = await importText(csv("post_id,text", "p-9,one", "p-9,two", "p-9,three"));
    expect([plan.identity, plan.ignored, plan.extra]).toEqual([["content"], [], ["post_id"]]);
    expect(rows.map((row) => row.mention.extra)).toEqual([{ post_id: "p-9" }, { post_id: "p-9" }, { post_id: "p-9" }]);
    expect(new Set(rows.map((row) => row.mention.mentionId)).size).toBe(3);
  });

  it("an id that a source gives counts before the address, unless only the address is mapped", async () => {
    const file = csv("id,text,url", "57043,a,https://example.com/r/1", "57042,b,https://example.com/r/2");
    expect((await importText(file)).plan.identity).toEqual(["id", "url", "content"]);
    const { plan, rows } = await importText(file, { map: { url: "url" } });
    expect(plan.identity).toEqual(["url", "id", "content"]);
    expect(rows.map((row) => row.mention.extra)).toEqual([{ id: "57043" }, { id: "57042" }]);
  });

  it("one text about two brands is two mentions", async () => {
    expect(
      new Set(
        await ids(csv("text,brand,url", "a,X,https://example.com/1", "a,Y,https://example.com/1"), { brand: null }),
      ).size,
    ).toBe(2);
  });

  it("ratings without a word and a name are counted, not merged", async () => {
    const file = csv("rating,date", "5,2026-01-01", "5,2026-01-01", "1,2026-01-01");
    expect(new Set(await ids(file)).size).toBe(3);
    expect(await ids(file)).toEqual(await ids(file));
  });

  it("of several versions in one file the later is the higher", async () => {
    const { rows } = await importText(csv("id,text", "1,good", "2,fine", "1,bad", "1,bad", "1,worse"));
    expect(rows.map((row) => [row.version, row.duplicate])).toEqual([
      [0, false],
      [0, false],
      [1, false],
      [1, true],
      [2, false],
    ]);
  });
});

it("a name is never kept, only its hash", async () => {
  const { rows } = await importText(csv("text,author", "a,Анна Каренина", "b,Анна Каренина", "c,"));
  expect(rows.map((row) => row.mention.authorHash)).toEqual([
    rows[0]?.mention.authorHash,
    rows[0]?.mention.authorHash,
    null,
  ]);
  expect(JSON.stringify(rows)).not.toContain("Каренина");
});

it("an address that is none, or that runs, is left out and said", async () => {
  const { rows } = await importText(
    csv("text,url", "a,javascript:alert(1)", "b,www.example.com", "c,https://example.com/1"),
  );
  expect(rows.map((row) => row.mention.extra["url"])).toEqual(["javascript:alert(1)", "www.example.com", undefined]);
  expect(rows.map((row) => [row.mention.url, row.notes.includes("url-ignored")])).toEqual([
    [null, true],
    [null, true],
    ["https://example.com/1", false],
  ]);
});

it("kind is what the row, the columns or the rating say", async () => {
  const kindOf = async (file: string): Promise<unknown> => (await importText(file)).rows[0]?.mention.kind;
  expect(await kindOf(csv("text", "a"))).toBe("post");
  expect(await kindOf(csv("text,rating", "a,5"))).toBe("review");
  expect(await kindOf(csv("review_text", "a"))).toBe("review");
  expect(await kindOf(csv("comment_text", "a"))).toBe("comment");
  expect(await kindOf(csv("text,kind", "a,article"))).toBe("article");
});

it("progress counts the bytes that were read, and never goes back", async () => {
  const file = csv("text", ...Array.from({ length: 5000 }, (_, i) => `row number ${i} with some words`));
  const { items, plan } = await importText(file, {}, 4096);
  const bytes = items.map((item) => item.bytes);
  expect(bytes.every((b, i) => i === 0 || b >= (bytes[i - 1] ?? 0))).toBe(true);
  expect(plan.bytes).toBeLessThan(file.length);
  expect(bytes.at(-1)).toBe(file.length);
});
