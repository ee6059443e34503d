import type { NsrRow } from "@molva/contracts";

/** Sixty-odd reviews of three banks that exist nowhere, as a CSV with columns of its own naming. Written for these tests. */
const SAID = [
  ["Отличный банк, карту привезли за день, сотрудники вежливые и всё объяснили.", 1],
  ["Ужасное обслуживание, час ждал в очереди и мне нахамили. Никому не советую!", -1],
  ["Списали комиссию без предупреждения, поддержка молчит третью неделю.", -1],
  ["Открыл вклад в отделении на Садовой, договор на двенадцать месяцев.", 0],
  ["Спасибо менеджеру Ольге, помогла быстро решить вопрос с переводом, очень доволен.", 1],
  ["Приложение постоянно вылетает, пользоваться невозможно, сплошное разочарование.", -1],
  ["Great service, the card arrived in two days and the app is a pleasure to use.", 1],
  ["Terrible support: nobody answers, they charged me twice and refused a refund.", -1],
] as const;

const BANKS = ["Зарябанк", "Bank «O'Neil\"; DROP»", "Ладья"] as const;
const pad = (n: number): string => String(n).padStart(2, "0");

export interface Review {
  readonly bank: string;
  /** As printed, in Moscow. */
  readonly printed: string;
  readonly text: string;
}

/** Spread over the borders of months in Moscow: 00:30 on the first is still the month before in UTC. */
export const REVIEWS: readonly Review[] = Array.from({ length: 66 }, (_, i) => {
  const month = 1 + (i % 3);
  const [day, hour] = i % 11 === 0 ? [1, 0] : [1 + ((i * 7) % 28), (i * 5) % 24];
  return {
    bank: BANKS[i % BANKS.length] ?? "",
    printed: `2025-${pad(month)}-${pad(day)} ${pad(hour)}:30:${pad(i % 60)}`,
    text: `${SAID[i % SAID.length]?.[0] ?? ""} (${i + 1})`,
  };
});

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

export const reviewsCsv = (reviews: readonly Review[] = REVIEWS): string =>
  [
    "no,when,said,who,link,city",
    ...reviews.map((review, i) =>
      [String(i + 1), review.printed, review.text, review.bank, `https://reviews.example/r/${i + 1}`, "Тверь"]
        .map(quoted)
        .join(","),
    ),
    "",
  ].join("\n");

export const MAP = "text=said,brand=who,publishedAt=when,url=link,region=city";

/** Mentions by brand and month in Moscow, as the rates have them. */
export const counted = (rows: readonly NsrRow[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    rows
      .filter((row) => row.n + row.unscored > 0)
      .map((row) => [
        `${row.brand} ${new Date(Date.parse(row.from) + 3 * 3_600_000).toISOString().slice(0, 7)}`,
        row.n + row.unscored,
      ]),
  );
