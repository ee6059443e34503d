import { plural } from "../wording/format.ts";
import type { MessageWords, VerdictParts } from "./words.ts";

/** With «за»: the accusative, which differs from the nominative only for «минута». */
const hours = (value: number): string =>
  value < 1
    ? plural("ru", Math.round(value * 60), { one: "минуту", few: "минуты", many: "минут", other: "минут" })
    : value % 24 === 0
      ? plural("ru", value / 24, { one: "день", few: "дня", many: "дней", other: "дня" })
      : plural("ru", value, { one: "час", few: "часа", many: "часов", other: "часа" });

const negatives = (value: number): string =>
  plural("ru", value, {
    one: "негативное упоминание",
    few: "негативных упоминания",
    many: "негативных упоминаний",
    other: "негативного упоминания",
  });
const mentions = (value: number): string =>
  plural("ru", value, { one: "упоминание", few: "упоминания", many: "упоминаний", other: "упоминания" });

const against = (parts: VerdictParts, name: (value: number) => string): string => {
  const { observed, expected, hours: window } = parts;
  const usual = expected === null ? "" : `, обычно ${expected < 1 ? "меньше одного" : `около ${Math.round(expected)}`}`;
  return `${name(Math.round(observed ?? 0))} за ${hours(window)}${usual}`;
};

const from = (since: string | null): string => (since === null ? "" : ` с ${since}`);

export const ru: MessageWords = {
  severities: { info: "Заметка", warning: "Предупреждение", critical: "Критично" },
  events: {
    opened: "Новое",
    escalated: "Растёт",
    closed: "Закончилось",
    digest: "Сводка",
    test: "Проверка",
    report: "Отчёт",
  },
  verdicts: {
    "negative-spike": (parts) => `${parts.brand}: ${against(parts, negatives)}`,
    "volume-spike": (parts) => `${parts.brand}: ${against(parts, mentions)}`,
    "topic-surge": (parts) => `${parts.brand}, тема «${parts.topic ?? "?"}»: ${against(parts, negatives)}`,
    "rating-drop": ({ brand, source, level, before }) =>
      `${brand}: оценка на площадке ${source ?? "?"} упала${before === null ? "" : ` с ${before}`} до ${level ?? "?"}`,
    level: ({ brand, source, level }) =>
      `${brand}: ${source === "nps" ? "NPS" : "индекс"} достоверно ниже нуля${level === null ? "" : `, ${level}`}`,
    silence: ({ brand, source, hours: window }) => `${brand}: ${source ?? "источник"} молчит уже ${hours(window)}`,
    drift: ({ brand }) => `${brand}: метки распределены не так, как раньше; модель могла устареть`,
  },
  digest: ({ gathers }) =>
    plural("ru", gathers, {
      one: "отложенный инцидент",
      few: "отложенных инцидента",
      many: "отложенных инцидентов",
      other: "отложенного инцидента",
    }),
  test: ({ brand }) => `Проверочное сообщение для «${brand}»: канал работает`,
  reasons: {
    size: "размер",
    reach: "охват",
    safety: "слова о безопасности",
    law: "слова о суде и законе",
    planned: "запланированное событие",
    level: "уровень",
  },
  severityLine: (severity, reasons) =>
    reasons.length === 0 ? severity : `${severity}; причина: ${reasons.join(", ")}`,
  usual: (observed, expected, times, window) =>
    `${observed} за ${window}, обычно в это время: ${expected}${times === null ? "" : ` (× ${times})`}`,
  share: (now, low, high, usual) => `Доля негатива ${now} (95 %: от ${low} до ${high}), обычно ${usual}`,
  shareChange: (low, high) => `Отличие от обычной доли, 95 %: от ${low} до ${high} п. п.`,
  originals: (originals, all) =>
    `${plural("ru", originals, { one: "разный текст", few: "разных текста", many: "разных текстов", other: "разного текста" })} из ${all}`,
  level: (value, low, high, n) => `${value} (95 %: от ${low} до ${high}, n = ${n})`,
  since: (at) => `С ${at}`,
  lasted: (start, end) => `С ${start} по ${end}`,
  sources: (list) => `Где: ${list}`,
  topics: (list) => `О чём: ${list}`,
  quotes: "Что пишут",
  noText: "(текст больше не хранится)",
  unwell: {
    silent: (source, since) => `${source} молчит${from(since)}: числа могут быть занижены`,
    blocked: (source, since) => `${source} не пускает нас${from(since)}: что там есть, не посчитано`,
    failing: (source, since) => `${source} не читается${from(since)}`,
  },
  unwellOther: (source, state, since) => `${source}: ${state}${from(since)}`,
  actionsTitle: "Что делать",
  actions: {
    open: "Посмотреть упоминания",
    take: "Беру в работу",
    useful: "Было полезно",
    "not-useful": "Было не нужно",
    mute: "Отключить этот инцидент",
  },
  advice: {
    "negative-spike": "Прочитайте тексты ниже, ответьте на первый и сообщите тем, кто отвечает за причину.",
    "volume-spike": "Проверьте, не ваша ли это акция; если нет, прочитайте, что повторяют чаще всего.",
    "topic-surge": "Спросите тех, кто отвечает за эту тему, что изменилось с этого времени.",
    "rating-drop": "Прочитайте последние низкие оценки на площадке и ответьте на них.",
    level: "Посмотрите, что изменило индекс: molva explain показывает по частям.",
    silence:
      "Запустите molva crawl для этого источника и посмотрите состояние сбора; пока его упоминаний нет в числах.",
    drift: "Разметьте случайную выборку (molva audit next) и сравните.",
  },
  hours,
  picture: (brand, most, usual) =>
    `Число упоминаний по времени, ${brand}: не больше ${most}${usual === null ? "" : `, обычно около ${usual}`}`,
  axis: "Негативные упоминания",
  axisAll: "Упоминания",
  footer: (asOf, zone, id) => `${asOf === null ? "" : `По состоянию на ${asOf}. `}Время: ${zone}. Инцидент ${id}`,
  gathered: (verdict, since) => `${verdict} (с ${since})`,
};
