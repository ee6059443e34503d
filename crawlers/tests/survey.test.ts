import { createHash } from "node:crypto";
import type { BrandId, Instant, SurveyMetric } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { brandIdFor, readSurvey, readSurveyObjects, type SurveyItem, type SurveyOptions } from "../src/index.ts";
import { streamOf } from "./import-support.ts";
import { textRow, workbook } from "./workbook.ts";

const options = (metric: SurveyMetric, differs: Partial<SurveyOptions> = {}): SurveyOptions => ({
  metric,
  brand: "Aurora" as BrandId,
  brandOf: brandIdFor,
  map: {},
  zoneOf: () => "UTC",
  format: null,
  encoding: null,
  sheet: null,
  name: null,
  fetchedAt: "2026-11-22T12:00:00.000Z" as Instant,
  writtenAt: null,
  scale: null,
  population: null,
  hashRespondent: (name) => createHash("sha256").update(name).digest("hex").slice(0, 32),
  ...differs,
});

const read = async (bytes: string | Buffer, given: SurveyOptions): Promise<readonly SurveyItem[]> => {
  const items: SurveyItem[] = [];
  for await (const item of readSurvey(streamOf(bytes), given)) if (item.type !== "plan") items.push(item);
  return items;
};
const answersOf = (items: readonly SurveyItem[]) =>
  items.flatMap((item) => (item.type === "answer" ? [item.answer] : []));
const refusalsOf = (items: readonly SurveyItem[]) =>
  items.flatMap((item) => (item.type === "rejected" ? [[item.line, item.reason]] : []));

describe("answers to a survey", () => {
  it("are read from columns in English and Russian, from CSV and a spreadsheet alike", async () => {
    const rows = [
      ["Клиент", "Дата", "Оценка", "Вопрос", "Волна", "Аудитория", "Сегмент", "Комментарий", "Связались"],
      ["anna", "11.05.2026", "9", "Порекомендуете ли вы нас?", "Q2", "клиенты", "gold", "Всё отлично", ""],
      ["boris", "11.05.2026", "3", "Порекомендуете ли вы нас?", "Q2", "сотрудник", "basic", "", "да"],
    ];
    const csv = await read(rows.map((row) => row.join(";")).join("\n"), options("nps"));
    const sheet = await read(
      await workbook({ rows: rows.map((row, i) => textRow(i + 1, row)).join("") }),
      options("nps"),
    );
    expect(sheet).toEqual(csv);
    expect(answersOf(csv)).toMatchObject([
      {
        score: 9,
        scale: { min: 0, max: 10 },
        wave: "Q2",
        population: "customers",
        segment: "gold",
        comment: "Всё отлично",
        contacted: null,
        answeredAt: "2026-05-11T00:00:00.000Z",
      },
      { score: 3, population: "employees", comment: null, contacted: { by: "file" } },
    ]);
  });

  it("keep their id when they are edited, and differ in their hash", async () => {
    const line = (score: number) => `respondent,date,score\nanna,2026-05-11,${score}\n`;
    const [before, after] = [(await read(line(4), options("nps")))[0], (await read(line(9), options("nps")))[0]];
    if (before?.type !== "answer" || after?.type !== "answer") throw new Error("both are answers");
    expect(after.answer.id).toBe(before.answer.id);
    expect(after.hash).not.toBe(before.hash);
    expect((await read(line(4), options("nps", { fetchedAt: "2026-12-22T12:00:00.000Z" as Instant })))[0]).toEqual(
      before,
    );
  });

  it("without id and respondent are as many as there are rows, the same ones when the file comes again", async () => {
    const file = "date,score\n2026-05-11,9\n2026-05-11,9\n2026-05-12,9\n";
    const ids = answersOf(await read(file, options("nps"))).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(answersOf(await read(file, options("nps"))).map(({ id }) => id)).toEqual(ids);
  });

  it("off their scale, on a scale the metric is not asked on, of no known population or date are refused with the reason", async () => {
    const file =
      "id,score,scale,population,date\n1,11,,,2026-01-01\n2,0,1-10,,2026-01-01\n3,4,1-5,,2026-01-01\n4,4,,alumni,2026-01-01\n5,4,,,soon\n6,x,,,2026-01-01\n7,7,1–10,,2026-01-01\n";
    const items = await read(file, options("nps"));
    expect(refusalsOf(items)).toEqual([
      [2, "bad-score"],
      [3, "bad-score"],
      [4, "bad-scale"],
      [5, "bad-population"],
      [6, "bad-date"],
      [7, "bad-score"],
    ]);
    expect(answersOf(items).map(({ scale }) => scale)).toEqual([{ min: 1, max: 10 }]);
  });

  it("of CSI have a row an item; a list of items is the same answer", async () => {
    const file = "respondent,date,item,score,importance\nanna,2026-05-11,price,6,9\nanna,2026-05-11,speed,8,7\n";
    const long = answersOf(await read(file, options("csi")));
    expect(long.map(({ item, score, importance }) => [item, score, importance])).toEqual([
      ["price", 6, 9],
      ["speed", 8, 7],
    ]);
    expect(new Set(long.map(({ id }) => id)).size).toBe(1);
    const items = [
      { item: "price", score: 6, importance: 9 },
      { item: "speed", score: 8, importance: 7 },
    ];
    const listed = answersOf(
      readSurveyObjects([{ respondent: "anna", answeredAt: "2026-05-11", items }], options("csi")),
    );
    expect(listed).toEqual(long);
  });

  it("of churn are customers of a period; a period that names its beginning only is a month", async () => {
    const items = await read(
      "month,customers_start,customers_end,lost\n2026-02,1 000,990,60\n2026-03,10,9,11\n",
      options("churn"),
    );
    expect(items[0]).toMatchObject({
      period: { from: "2026-02-01T00:00:00.000Z", to: "2026-03-01T00:00:00.000Z", start: 1000, end: 990, lost: 60 },
    });
    expect(refusalsOf(items)).toEqual([[3, "bad-count"]]);
  });

  it("of a file without scores are a wrong use, said with the columns there are", async () => {
    await expect(read("a,b\n1,2\n", options("nps"))).rejects.toThrow(/--map score=COLUMN. The columns are a, b/u);
    await expect(read("a,b\n1,2\n", options("churn", { map: { score: "a" } }))).rejects.toThrow(
      /churn has no field "score"/u,
    );
  });
});
