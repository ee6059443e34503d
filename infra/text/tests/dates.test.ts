import type { Instant } from "@molva/contracts";
import * as chrono from "chrono-node";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { parseDate } from "../src/index.ts";

const at = (text: string): Instant => text as Instant;
/** 21 September 2025, 04:03:10 in Moscow; still the 20th in New York. */
const FETCHED = at("2025-09-21T01:03:10.000Z");
const moscow = { fetchedAt: FETCHED, zone: "Europe/Moscow" };

type Row = readonly [printed: string, at: string, precision: string];

const SOURCE: readonly Row[] = [
  ["2025-01-01 04:12:10", "2025-01-01T01:12:10.000Z", "second"],
  ["2025-01-01 04:12", "2025-01-01T01:12:00.000Z", "minute"],
  ["2025-01-01T04:12:10Z", "2025-01-01T04:12:10.000Z", "second"],
  ["2025-01-01T04:12:10+07:00", "2024-12-31T21:12:10.000Z", "second"],
  ["2025-01-01T04:12:10+0530", "2024-12-31T22:42:10.000Z", "second"],
  ["2025-06-02T16:45:56.643", "2025-06-02T13:45:56.643Z", "second"],
  ["2025-06-02T16:45:56.570999Z", "2025-06-02T16:45:56.570Z", "second"],
  ["2025-06-02 16:45:56 +0000 UTC", "2025-06-02T16:45:56.000Z", "second"],
  ["2025-05-31", "2025-05-30T21:00:00.000Z", "day"],
  ["2024/05/06", "2024-05-05T21:00:00.000Z", "day"],
  ["20240506", "2024-05-05T21:00:00.000Z", "day"],
  ["20240506T101112Z", "2024-05-06T10:11:12.000Z", "second"],
  ["2024-05", "2024-04-30T21:00:00.000Z", "month"],
  ["2024", "2023-12-31T21:00:00.000Z", "year"],
  ["1735690330", "2025-01-01T00:12:10.000Z", "second"],
  ["1735690330.5", "2025-01-01T00:12:10.500Z", "second"],
  ["1735690330123", "2025-01-01T00:12:10.123Z", "second"],
  ["1735690330123456", "2025-01-01T00:12:10.123Z", "second"],
  ["Wed, 02 Oct 2002 13:00:00 GMT", "2002-10-02T13:00:00.000Z", "second"],
  ["Wed, 02 Oct 2002 13:00:00 +0200", "2002-10-02T11:00:00.000Z", "second"],
  ["Wed, 02 Oct 2002 08:00:00 EST", "2002-10-02T13:00:00.000Z", "second"],
  ["02 Oct 2002 13:00 GMT", "2002-10-02T13:00:00.000Z", "minute"],
  ["Wed Aug 27 13:08:45 +0000 2008", "2008-08-27T13:08:45.000Z", "second"],
  ["Tue Jan 02 2024 15:04:05 GMT+0300 (Moscow Standard Time)", "2024-01-02T12:04:05.000Z", "second"],
  ["2 January 2024 15:04 UTC+3", "2024-01-02T12:04:00.000Z", "minute"],
  ["31.05.2025 14:52", "2025-05-31T11:52:00.000Z", "minute"],
  ["05.06.2025", "2025-06-04T21:00:00.000Z", "day"],
  ["5.6.25", "2025-06-04T21:00:00.000Z", "day"],
  ["31-05-2025", "2025-05-30T21:00:00.000Z", "day"],
  ["Дата: 01.02.2023.", "2023-01-31T21:00:00.000Z", "day"],
  ["6 сентября", "2025-09-05T21:00:00.000Z", "day"],
  ["21 сентября", "2025-09-20T21:00:00.000Z", "day"],
  ["22 сентября", "2024-09-21T21:00:00.000Z", "day"],
  ["30 декабря", "2024-12-29T21:00:00.000Z", "day"],
  ["29 февраля", "2024-02-28T21:00:00.000Z", "day"],
  ["16 августа, 10:22", "2025-08-16T07:22:00.000Z", "minute"],
  ["6 сентября 2024", "2024-09-05T21:00:00.000Z", "day"],
  ["6 сент. 2024 г.", "2024-09-05T21:00:00.000Z", "day"],
  ["6\u00a0Сентября\u202f2024", "2024-09-05T21:00:00.000Z", "day"],
  ["12 мая 2024 в 14:30", "2024-05-12T11:30:00.000Z", "minute"],
  ["12 мая 2024 г., 14:30 мск", "2024-05-12T11:30:00.000Z", "minute"],
  ["3 июн 2024", "2024-06-02T21:00:00.000Z", "day"],
  ["Отзыв написан 7 августа 2019 г.", "2019-08-06T21:00:00.000Z", "day"],
  ["28 февраля 2025 Оценка 5", "2025-02-27T21:00:00.000Z", "day"],
  ["сентябрь 2024", "2024-08-31T21:00:00.000Z", "month"],
  ["September 2024", "2024-08-31T21:00:00.000Z", "month"],
  ["Reviewed in the United Kingdom on 3 June 2024", "2024-06-02T21:00:00.000Z", "day"],
  ["Reviewed in the United States on June 3, 2024", "2024-06-02T21:00:00.000Z", "day"],
  ["May 25, 2020", "2020-05-24T21:00:00.000Z", "day"],
  ["May 25", "2025-05-24T21:00:00.000Z", "day"],
  ["Dec 20", "2024-12-19T21:00:00.000Z", "day"],
  ["22 Nov 2020", "2020-11-21T21:00:00.000Z", "day"],
  ["30-Jul-18", "2018-07-29T21:00:00.000Z", "day"],
  ["30-Jul-98", "1998-07-29T20:00:00.000Z", "day"],
  ["Jan 2nd, 2024 3:04 PM", "2024-01-02T12:04:00.000Z", "minute"],
  ["12:05 a.m. on 3 June 2024", "2024-06-02T21:05:00.000Z", "minute"],
  ["03/04/2024", "2024-03-03T21:00:00.000Z", "day"],
  ["13/04/2024", "2024-04-12T21:00:00.000Z", "day"],
];

const RELATIVE: readonly Row[] = [
  ["сегодня, 13:28", "2025-09-21T01:03:10.000Z", "minute"],
  ["Сегодня, 03:28", "2025-09-21T00:28:00.000Z", "minute"],
  ["today", "2025-09-20T21:00:00.000Z", "day"],
  ["вчера", "2025-09-19T21:00:00.000Z", "day"],
  ["вчера в 23:10", "2025-09-20T20:10:00.000Z", "minute"],
  ["Yesterday at 5:10 PM", "2025-09-20T14:10:00.000Z", "minute"],
  ["позавчера", "2025-09-18T21:00:00.000Z", "day"],
  ["2 дня назад", "2025-09-18T21:00:00.000Z", "day"],
  ["5 дней назад", "2025-09-15T21:00:00.000Z", "day"],
  ["день назад", "2025-09-19T21:00:00.000Z", "day"],
  ["5 days ago", "2025-09-15T21:00:00.000Z", "day"],
  ["отзыв оставлен 5 минут назад", "2025-09-21T00:58:00.000Z", "minute"],
  ["час назад", "2025-09-21T00:00:00.000Z", "hour"],
  ["an hour ago", "2025-09-21T00:00:00.000Z", "hour"],
  ["полчаса назад", "2025-09-21T00:33:00.000Z", "minute"],
  ["неделю назад", "2025-09-13T21:00:00.000Z", "month"],
  ["2 weeks ago", "2025-09-06T21:00:00.000Z", "month"],
  ["3 месяца назад", "2025-06-20T21:00:00.000Z", "month"],
  ["a month ago", "2025-08-20T21:00:00.000Z", "month"],
  ["полгода назад", "2025-03-20T21:00:00.000Z", "month"],
  ["год назад", "2024-09-20T21:00:00.000Z", "year"],
  ["2 years ago", "2023-09-20T21:00:00.000Z", "year"],
  ["5 лет назад", "2020-09-20T21:00:00.000Z", "year"],
  ["just now", "2025-09-21T01:03:00.000Z", "minute"],
  ["только что", "2025-09-21T01:03:00.000Z", "minute"],
];

const NOT_A_DATE = [
  "",
  " ",
  "привет",
  "5 stars",
  "31.02.2024",
  "2024-02-30",
  "2024-13-01",
  "32 мая",
  "0 мая 2024",
  "25:61",
  "2023-02-29",
  "13/13/2024",
  "1969-12-31",
  "12345",
  "20241399",
  "0001-01-01",
  "10.20.30.40",
  "майор 5",
  "5 маятников",
  "x".repeat(500),
  "2024-05-06 25:00",
  "1 мая 2024 13:00 PM",
  "NaN",
  "null",
];

describe("a date as it is printed", () => {
  const sameForAnyMachine = (): void => {
    for (const [printed, expected, precision] of SOURCE)
      expect([printed, parseDate(printed, moscow)]).toEqual([
        printed,
        { at: expected, precision, from: "source", clamped: false },
      ]);
    for (const [printed, expected, precision] of RELATIVE)
      expect([printed, parseDate(printed, moscow)]).toEqual([
        printed,
        { at: expected, precision, from: "relative", clamped: printed === "сегодня, 13:28" },
      ]);
  };

  it.each(SOURCE)("%s", (printed, expected, precision) => {
    expect(parseDate(printed, moscow)).toEqual({ at: expected, precision, from: "source", clamped: false });
  });

  it.each(RELATIVE)("%s, told from the fetch", (printed, expected, precision) => {
    expect(parseDate(printed, moscow)).toMatchObject({ at: expected, precision, from: "relative" });
  });

  it.each(NOT_A_DATE)("%s is none", (printed) => {
    expect(parseDate(printed, moscow)).toBeNull();
  });

  describe("on a machine elsewhere", () => {
    const home = process.env["TZ"];
    afterEach(() => {
      if (home === undefined) delete process.env["TZ"];
      else process.env["TZ"] = home;
    });

    it.each([
      ["Asia/Kolkata", -330],
      ["America/New_York", 300],
      ["Pacific/Kiritimati", -840],
    ])("reads the same under TZ=%s", (zone, offset) => {
      process.env["TZ"] = zone;
      expect(new Date("2025-01-01T00:00:00Z").getTimezoneOffset()).toBe(offset);
      sameForAnyMachine();
    });
  });
});

describe("what the zone and the fetch decide", () => {
  it("the day of the fetch is the day in the zone", () => {
    const newYork = { fetchedAt: FETCHED, zone: "America/New_York" };
    expect(parseDate("21 сентября", newYork)?.at).toBe("2024-09-21T04:00:00.000Z");
    expect(parseDate("сегодня", newYork)?.at).toBe("2025-09-20T04:00:00.000Z");
  });

  it("summer time belongs to the day that is named, not to the day of the fetch", () => {
    const berlin = { fetchedAt: at("2026-07-01T10:00:00.000Z"), zone: "Europe/Berlin" };
    expect(parseDate("15 января 2026", berlin)?.at).toBe("2026-01-14T23:00:00.000Z");
    expect(parseDate("3 weeks ago", { ...berlin, fetchedAt: at("2026-04-10T10:00:00.000Z") })?.at).toBe(
      "2026-03-19T23:00:00.000Z",
    );
  });

  it("an hour the clock skips or shows twice is still a moment", () => {
    const berlin = { fetchedAt: at("2026-12-01T00:00:00.000Z"), zone: "Europe/Berlin" };
    expect(parseDate("29.03.2026 02:30", berlin)?.at).toBe("2026-03-29T01:30:00.000Z");
    expect(parseDate("25.10.2026 02:30", berlin)?.at).toBe("2026-10-25T00:30:00.000Z");
  });

  it("a date after the fetch is the fetch, and said so", () => {
    expect(parseDate("May 25, 2026", moscow)).toEqual({ at: FETCHED, precision: "day", from: "source", clamped: true });
    expect(parseDate("9999-12-31", moscow)).toEqual({ at: FETCHED, precision: "day", from: "source", clamped: true });
  });

  it("dates with slashes follow the habit that is asked for", () => {
    expect(parseDate("03/04/2024", { ...moscow, slashes: "dmy" })?.at).toBe("2024-04-02T21:00:00.000Z");
    expect(parseDate("04/13/2024", { ...moscow, slashes: "dmy" })?.at).toBe("2024-04-12T21:00:00.000Z");
  });
});

describe("against any text", () => {
  it("gives null or a date that is not after the fetch", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom(
        "мая",
        "май",
        "june",
        "ago",
        "назад",
        "2024",
        "31",
        "12:30",
        "вчера",
        "-",
        ".",
        "/",
        "г.",
        "+0300",
        "1e9",
        "\u0000",
        "\ud800",
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom(" ", "", "-", "."), (words, glue) => {
        const date = parseDate(words.join(glue), moscow);
        expect(date === null || date.at <= FETCHED).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("reads back what programs print, in every zone", () => {
    const zones = ["UTC", "Europe/Moscow", "America/New_York", "Asia/Kathmandu"];
    fc.assert(
      fc.property(fc.integer({ min: 1e8, max: 1.7e9 }), fc.constantFrom(...zones), (seconds, zone) => {
        const date = new Date(seconds * 1000);
        const context = { fetchedAt: FETCHED, zone };
        for (const printed of [date.toISOString(), date.toUTCString(), String(seconds), String(seconds * 1000)])
          expect(parseDate(printed, context)?.at).toBe(date.toISOString());
      }),
    );
  });

  it("agrees with chrono-node on the day, where that library reads the words too", () => {
    const day = fc.integer({ min: 1, max: 28 });
    const ru = [
      "января",
      "февраля",
      "марта",
      "апреля",
      "мая",
      "июня",
      "июля",
      "августа",
      "сентября",
      "октября",
      "ноября",
      "декабря",
    ];
    const en = [
      "January",
      "February",
      "March",
      "April",
      "May",
      "June",
      "July",
      "August",
      "September",
      "October",
      "November",
      "December",
    ];
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 11 }), fc.integer({ min: 1990, max: 2024 }), (d, m, y) => {
        const reference = { instant: new Date(FETCHED), timezone: 0 };
        const russian = `${d} ${ru[m]} ${y}`;
        const english = `${en[m]} ${d}, ${y}`;
        const utc = { fetchedAt: FETCHED, zone: "UTC" };
        expect(parseDate(russian, utc)?.at.slice(0, 10)).toBe(
          chrono.ru.parseDate(russian, reference)?.toISOString().slice(0, 10),
        );
        expect(parseDate(english, utc)?.at.slice(0, 10)).toBe(
          chrono.en.parseDate(english, reference)?.toISOString().slice(0, 10),
        );
      }),
    );
  });
});
