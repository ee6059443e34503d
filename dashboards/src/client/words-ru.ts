import { plural } from "../wording/format.ts";
import type { Words } from "./words.ts";

const mentions = (n: number): string =>
  plural("ru", n, { one: "упоминание", few: "упоминания", many: "упоминаний", other: "упоминания" });
const pages = (n: number): string =>
  plural("ru", n, { one: "страница", few: "страницы", many: "страниц", other: "страницы" });
const days = (n: number): string => plural("ru", n, { one: "день", few: "дня", many: "дней", other: "дня" });
const times = (n: number): string => plural("ru", n, { one: "раз", few: "раза", many: "раз", other: "раза" });

export const ru: Words = {
  tagline: "Что говорят люди — в числах, которые можно проверить",
  language: "Язык",
  theme: "Тема",
  themes: { auto: "Авто", light: "Светлая", dark: "Тёмная" },
  skip: "К числам",
  live: "Онлайн",
  polling: "Обновляется",
  offline: "Нет связи",
  asOf: (time) => `на ${time}`,
  asOfNothing: "ещё ничего не учтено",
  crawling: (p, m) => `Идёт сбор… ${pages(p)}, ${mentions(m)}`,
  crawled: (p, m) => `Последний обход: ${pages(p)}, ${mentions(m)}`,
  waiting: (n) => `${mentions(n)} на пути к числам`,
  lost: (time) => `Molva не отвечает. Показано то, что прочитано в ${time}; страница пробует снова сама.`,
  lostAtOnce: "Molva не отвечает. Страница пробует снова сама.",
  tryAgain: "Попробовать сейчас",
  failed: (message) => `Не удалось прочитать числа: ${message}`,
  loading: "Загрузка…",
  emptyTitle: "Пока ничего не собрано",
  emptyText: "Первый обход начинается сам. Числа появятся здесь по мере сбора, обновлять страницу не нужно.",
  noBrandsTitle: "Бренды не настроены",
  noBrandsText: "Выполните «npx molva init», укажите бренд и где о нём пишут, затем запустите снова.",
  brands: "Бренды",
  lastSevenDays: "за 7 дней",
  rate: "Индекс тональности",
  rateShort: "NSR",
  rateOf: (brand) => `Индекс тональности: ${brand}`,
  windows: { "24h": "24 часа", "7d": "7 дней", "30d": "30 дней", "90d": "90 дней" },
  windowLabel: "Скользящее окно",
  reachLabel: "Показанный период",
  reach: days,
  reachAll: "Всё",
  formulaLabel: "Формула",
  formulas: {
    nsr: "NSR = (P − N) / n × 100, 95 % интервал: скорректированный метод Вальда",
    nsrPolar: "NSR polar = (P − N) / (P + N) × 100, 95 % интервал Уилсона",
  },
  formulaNames: { nsr: "NSR", nsrPolar: "NSR polar" },
  formulaLetters:
    "P — позитивные, N — негативные, n = позитивные + нейтральные + негативные. Упоминания без оценки в n не входят.",
  interval: (low, high) => `95 %: от ${low} до ${high}`,
  adjusted: (rate, low, high, audits) =>
    `С поправкой на ошибки разметки, проверок ${audits}: ${rate} (от ${low} до ${high})`,
  uncorrected: (low, high) =>
    `Без поправки на ошибки разметки: проверок мало, истина может лежать от ${low} до ${high}`,
  n: (count) => `n = ${count}`,
  bands: { above: "уверенно выше нуля", below: "уверенно ниже нуля", around: "неотличим от нуля" },
  noMentions: "Нет упоминаний",
  noMentionsHere: "В этом окне нет упоминаний. Это не то же, что нулевой индекс.",
  tooFew: (n) => `${mentions(n)}: только количество`,
  tooFewShort: "мало",
  tooFewWhy: "Для индекса нужно не меньше 10 упоминаний.",
  lowBase: "Малая база",
  lowBaseWhy: (n) => `Малая база: ${mentions(n)}, меньше 30`,
  noData: "нет данных",
  noMentionsShown: "В этом периоде упоминаний нет",
  tooFewShown: "Ни в одном окне нет 10 упоминаний: выберите окно длиннее",
  noSentiment: "Нет ни позитивных, ни негативных упоминаний: по этой формуле числа нет.",
  verdict: (direction, previous) =>
    `${direction === "up" ? "Рост" : direction === "down" ? "Снижение" : "Без значимых изменений"}${previous === null ? "" : ` (было ${previous})`}`,
  verdictNone: (n) => (n < 100 ? "Без вывода: меньше 100 упоминаний" : "Раньше упоминаний мало: не с чем сравнить"),
  mentionsInWindow: "упоминаний в окне",
  legend: {
    above: "Выше нуля",
    below: "Ниже нуля",
    interval: "95 % интервал",
    lowBase: "Малая база (n < 30)",
    noData: "Нет индекса (n < 10)",
  },
  endsAt: (day) => `Последнее упоминание — ${day}; график заканчивается там.`,
  asTable: "Показать таблицей",
  rateSummary: (brand, window, first, last, lowest, highest) =>
    `${brand}, скользящее окно ${window}: от ${first} до ${last}; минимум ${lowest}, максимум ${highest}.`,
  rateSummaryEmpty: "В этом периоде индекса нет.",
  table: { time: "Конец окна", rate: "Индекс", interval: "95 % интервал", n: "n", state: "Состояние", day: "День" },
  states: { empty: "нет упоминаний", "counts-only": "только количество", "low-base": "малая база", ok: "в норме" },
  perDay: "Упоминания по дням",
  perDaySummary: (total, count) => `${mentions(total)} за ${days(count)}`,
  perDayZone: (zone) => `дни по поясу ${zone}`,
  labels: { positive: "Позитивные", neutral: "Нейтральные", negative: "Негативные", unscored: "Без оценки" },
  labelsOne: { positive: "Позитив", neutral: "Нейтрально", negative: "Негатив", unscored: "Без оценки" },
  sources: "Источники",
  sourcesNone: "Для этого бренда ничего не обходится: упоминания приходят только импортом.",
  sourcesFailing: (count) =>
    `Не отвечает ${plural("ru", count, { one: "источник", few: "источника", many: "источников", other: "источника" })}`,
  sourcesFailingWhy: "Тишина там — не спокойствие: в числах могут отсутствовать упоминания.",
  sourceStates: {
    never: "Ещё не обходили",
    ok: "Работает",
    partial: "Работает частично",
    failing: "Сбой",
    blocked: "Заблокирован",
    forbidden: "Запрещён",
  },
  lastSuccess: (ago) => `последний успех ${ago}`,
  neverSucceeded: "ни разу не удалось",
  lastRound: (fresh, changed, removed) => `новых ${fresh}, изменено ${changed}, удалено ${removed}`,
  nextAttempt: (time) => `следующая попытка ${time}`,
  refusedSince: (time) => `отказывает с ${time}`,
  gotOfUsual: (got, usual) => `новых за 7 дней: ${got}, обычно ${usual}`,
  tooQuiet: "Упоминаний намного меньше обычного, хотя ошибок нет: проверьте сам источник.",
  unreadable: (count) => `не прочитано записей: ${count}`,
  publicRating: (mean, max, count) => `оценка самого сайта: ${mean} из ${max}${count === null ? "" : ` (${count})`}`,
  failures: (count) => `не удалось ${times(count)} подряд`,
  newestMentions: "Новые упоминания",
  allLabels: "Любая",
  allSources: "Все",
  filterLabel: "Тональность",
  filterSource: "Источник",
  noneFound: "Под эти условия упоминаний нет.",
  textGone: "Текст удалён по сроку хранения. Оценка по-прежнему учитывается.",
  noText: "Оценка без слов.",
  more: "Показать ещё",
  readMore: "Читать целиком",
  readLess: "Свернуть",
  openAt: (host) => `Открыть на ${host}`,
  newTab: "откроется в новой вкладке",
  byModel: (model) => `модель ${model}`,
  byPerson: (name) => `вручную: ${name}`,
  earlierText: "поставлено к прежнему тексту",
  confidence: (share) => `уверенность ${share}`,
  rating: (stars) => `Оценка ${stars}`,
  dateFrom: (precision) =>
    precision === "year"
      ? "с точностью до года"
      : precision === "month"
        ? "с точностью до месяца"
        : precision === "day"
          ? "с точностью до дня"
          : null,
  footer: (zone) => `Время: ${zone}. У каждого числа есть n, 95 % интервал и формула.`,
};
