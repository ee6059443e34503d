import { plural, type Language } from "../wording/format.ts";

type Labels = Readonly<Record<"negative" | "neutral" | "positive", string>>;

/** Every text of the audit screen. Both languages have the same keys, or the compiler says which is missing. */
export interface AuditWords {
  readonly title: string;
  readonly tagline: string;
  readonly back: string;
  readonly skip: string;
  readonly language: string;
  readonly theme: string;
  readonly themes: Readonly<Record<"auto" | "light" | "dark", string>>;
  readonly brand: string;
  readonly source: string;
  readonly allSources: string;
  readonly by: string;
  readonly byFirst: string;
  question(brand: string): string;
  readonly answers: string;
  readonly labels: Labels;
  readonly undo: string;
  readonly later: string;
  readonly keys: string;
  told(label: string): string;
  readonly undone: string;
  readonly loading: string;
  readonly nothingLeft: string;
  readonly noMentions: string;
  readonly noText: string;
  rating(stars: string): string;
  openAt(host: string): string;
  readonly newTab: string;
  failed(message: string): string;
  readonly away: string;
  progress(audits: string, goal: string): string;
  session(n: number): string;
  readonly enough: string;
  readonly boughtTitle: string;
  now(half: string): string;
  readonly nowNothing: string;
  more(audits: string, half: string): string;
  readonly why: string;
  readonly table: {
    readonly brand: string;
    readonly source: string;
    readonly n: string;
    readonly audits: string;
    readonly agreement: string;
    readonly bias: string;
    readonly now: string;
    more(audits: string): string;
    for(half: string): string;
  };
  readonly every: string;
  footer(zone: string): string;
}

const en: AuditWords = {
  title: "Audits",
  tagline: "Mentions drawn at random, labelled by people: how far the model can be trusted",
  back: "Back to the numbers",
  skip: "Skip to the mention",
  language: "Language",
  theme: "Theme",
  themes: { auto: "Auto", light: "Light", dark: "Dark" },
  brand: "Brand",
  source: "Source",
  allSources: "All",
  by: "Your name",
  byFirst: "Write your name first: every audit says whose it is.",
  question: (brand) => `What does this text say of ${brand}?`,
  answers: "Your label",
  labels: { negative: "Negative", neutral: "Neutral", positive: "Positive" },
  undo: "Undo",
  later: "Later",
  keys: "Keys: 1 negative, 2 neutral, 3 positive, U undo, S later. The model’s own label is not shown: it would be believed.",
  told: (label) => `Labelled: ${label}.`,
  undone: "Taken back.",
  loading: "Drawing mentions…",
  nothingLeft: "Nothing is left to audit here.",
  noMentions: "No mentions yet. They appear here as soon as some are collected.",
  noText: "A rating without words.",
  rating: (stars) => `Rating ${stars}`,
  openAt: (host) => `Open at ${host}`,
  newTab: "opens in a new tab",
  failed: (message) => `Not saved: ${message}`,
  away: "Molva does not answer. Nothing is lost: the mention is here again; label it once more.",
  progress: (audits, goal) => `${audits} of ${goal} audits`,
  session: (n) => `by you just now: ${plural("en", n, { one: "audit", other: "audits" })}`,
  enough: "From 100 on the rate of this brand stands on what people found, not on the model.",
  boughtTitle: "What audits buy",
  now: (half) => `Now ±${half} points.`,
  nowNothing: "Too few audits to correct anything: the rate stands as the model has it, ±45 points.",
  more: (audits, half) => `${audits} more: ±${half} points.`,
  why: "Half-width of the corrected rate’s 95 % interval over all mentions of a row; a shorter window is wider for the same audits.",
  table: {
    brand: "Brand",
    source: "Source",
    n: "Mentions",
    audits: "Audits",
    agreement: "Model agrees",
    bias: "People minus model",
    now: "Now",
    more: (audits) => `+${audits}`,
    for: (half) => `For ±${half}`,
  },
  every: "all",
  footer: (zone) => `All times in ${zone}. molva audit next, label and status do the same on the command line.`,
};

const ru: AuditWords = {
  title: "Проверки",
  tagline: "Случайно выбранные упоминания, размеченные людьми: насколько можно верить модели",
  back: "К числам",
  skip: "К упоминанию",
  language: "Язык",
  theme: "Тема",
  themes: { auto: "Авто", light: "Светлая", dark: "Тёмная" },
  brand: "Бренд",
  source: "Источник",
  allSources: "Все",
  by: "Ваше имя",
  byFirst: "Сначала напишите своё имя: у каждой проверки есть автор.",
  question: (brand) => `Что этот текст говорит о «${brand}»?`,
  answers: "Ваша оценка",
  labels: { negative: "Негатив", neutral: "Нейтрально", positive: "Позитив" },
  undo: "Отменить",
  later: "Позже",
  keys: "Клавиши: 1 — негатив, 2 — нейтрально, 3 — позитив, U (Г) — отменить, S (Ы) — позже. Оценка модели не показана: ей бы поверили.",
  told: (label) => `Отмечено: ${label.toLowerCase()}.`,
  undone: "Отменено.",
  loading: "Выбираем упоминания…",
  nothingLeft: "Здесь больше нечего проверять.",
  noMentions: "Упоминаний пока нет. Они появятся здесь, как только что-нибудь соберётся.",
  noText: "Оценка без слов.",
  rating: (stars) => `Оценка ${stars}`,
  openAt: (host) => `Открыть на ${host}`,
  newTab: "в новой вкладке",
  failed: (message) => `Не сохранено: ${message}`,
  away: "Molva не отвечает. Ничего не потеряно: упоминание снова здесь, отметьте его ещё раз.",
  progress: (audits, goal) => `${audits} из ${goal} проверок`,
  session: (n) =>
    `вами только что: ${plural("ru", n, { one: "проверка", few: "проверки", many: "проверок", other: "проверки" })}`,
  enough: "От 100 проверок показатель бренда держится на том, что нашли люди, а не на модели.",
  boughtTitle: "Что дают проверки",
  now: (half) => `Сейчас ±${half} п.`,
  nowNothing: "Проверок мало, исправлять нечем: показатель такой, каким его видит модель, ±45 п.",
  more: (audits, half) => `Ещё ${audits}: ±${half} п.`,
  why: "Полуширина 95-процентного интервала исправленного показателя по всем упоминаниям строки, в процентных пунктах; для более короткого периода при тех же проверках она больше.",
  table: {
    brand: "Бренд",
    source: "Источник",
    n: "Упоминаний",
    audits: "Проверок",
    agreement: "Модель согласна",
    bias: "Люди минус модель",
    now: "Сейчас",
    more: (audits) => `+${audits}`,
    for: (half) => `Для ±${half}`,
  },
  every: "все",
  footer: (zone) => `Время: ${zone}. То же в командной строке: molva audit next, label и status.`,
};

export const AUDIT_WORDS: Readonly<Record<Language, AuditWords>> = { en, ru };
