import type { SurveyRow, SurveyWarningCode } from "@molva/contracts";
import { APART_DAYS } from "./groups.ts";

type Warning = SurveyRow["warnings"][number];

const warning = (code: SurveyWarningCode, en: string, ru: string): Warning => ({ code, en, ru });

/** What the counts of one row tell about how the survey was made. */
export interface SurveyEvidence {
  readonly metric: SurveyRow["metric"];
  readonly n: number;
  readonly passives: number | null;
  readonly scaleMin: number | null;
  /** Questions of the row's answers; '' where a file names none. */
  readonly questions: readonly string[];
  /** Of the wave before; null where there is none. */
  readonly questionBefore: string | null;
  readonly otherPopulation: boolean;
  readonly frequent: number;
  readonly low: number;
  readonly lowOpen: number;
  readonly lowCommented: number;
  readonly lowCommentedOpen: number;
  readonly lostUnknown: boolean;
  /** A change is claimed and nobody noted what happened then. */
  readonly withoutContext: boolean;
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
const MIN_PASSIVES_N = 30;
const MIN_SAMPLE = 100;
/** A question in fewer signs cannot say what it asks about. */
const SHORTEST_QUESTION = 10;

const sampleOf = (n: number): Warning =>
  n < 10
    ? warning(
        "small-sample",
        `${n} answers: counts only, no rate below 10`,
        `Ответов: ${n}. Меньше 10 — показаны только количества`,
      )
    : n < 30
      ? warning("small-sample", `Low base: ${n} answers, fewer than 30`, `Малая база: ответов ${n}, меньше 30`)
      : warning("small-sample", `${n} answers: no verdict below 100`, `Ответов: ${n}. Вывод об изменении — от 100`);

/** The mistakes of PRODUCT.md that a program can check, in the order in which they weigh. */
export const warningsOf = (e: SurveyEvidence): readonly Warning[] => {
  const asked = e.questions.filter((question) => question.trim().length >= SHORTEST_QUESTION);
  const differs = asked.some((question) => !same(question, asked[0] ?? ""));
  const changed =
    e.questionBefore !== null && e.questionBefore !== "" && asked[0] !== undefined && !same(asked[0], e.questionBefore);
  const nps = e.metric === "nps" || e.metric === "enps";
  const found: readonly (Warning | false)[] = [
    e.n < MIN_SAMPLE && sampleOf(e.n),
    nps &&
      e.passives === 0 &&
      e.n >= MIN_PASSIVES_N &&
      warning(
        "passives-left-out",
        "Not one answer of 7 or 8: were passives left out? They belong in n",
        "Нет ни одной оценки 7–8: нейтралы исключены? Они входят в n",
      ),
    nps &&
      e.scaleMin === 1 &&
      warning(
        "scale-1-10",
        "Asked on 1–10: not comparable with NPS on 0–10, and kept apart",
        "Шкала 1–10: несравнимо с NPS по шкале 0–10, считается отдельно",
      ),
    e.metric !== "churn" &&
      asked.length < e.questions.length &&
      warning(
        "question-unclear",
        "The question asked is not known for all answers",
        "Не для всех ответов известен заданный вопрос",
      ),
    e.metric !== "churn" &&
      (differs || changed) &&
      warning(
        "question-changed",
        differs ? "Different questions are counted together here" : "The question differs from the wave before",
        differs ? "Здесь вместе посчитаны ответы на разные вопросы" : "Вопрос отличается от прошлой волны",
      ),
    e.otherPopulation &&
      warning(
        "mixed-populations",
        "Customers and employees answered: each is counted apart",
        "Отвечали и клиенты, и сотрудники: они считаются отдельно",
      ),
    e.frequent > 0 &&
      warning(
        "too-frequent",
        `${e.frequent} respondents were asked again within ${APART_DAYS} days`,
        `Опрошены повторно раньше чем через ${APART_DAYS} дней: ${e.frequent}`,
      ),
    e.lowOpen > 0 &&
      warning(
        "not-contacted",
        `${e.lowOpen} of ${e.low} low answers were not followed up`,
        `По низким оценкам не связались: ${e.lowOpen} из ${e.low}`,
      ),
    e.lowCommentedOpen > 0 &&
      warning(
        "comments-ignored",
        `${e.lowCommentedOpen} of ${e.lowCommented} low answers with a comment got no reply`,
        `Низкие оценки с комментарием без ответа: ${e.lowCommentedOpen} из ${e.lowCommented}`,
      ),
    e.lostUnknown &&
      warning(
        "lost-unknown",
        "Who left was not counted: customers who joined hide losses, and there is no interval",
        "Число ушедших неизвестно: новые клиенты скрывают потери, интервала нет",
      ),
    e.withoutContext &&
      warning(
        "context-missing",
        "A change without a note on what happened then (molva note)",
        "Изменение без заметки о том, что произошло (molva note)",
      ),
  ];
  return found.filter((one) => one !== false);
};
