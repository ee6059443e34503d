import { PipelineError } from "@molva/contracts";
import { z } from "zod";

/** A question by its address: the ask is parsed on the way in, the answer is checked on the way out. */
export interface Route {
  answer(query: URLSearchParams): Promise<unknown>;
}

/** @throws {PipelineError} `USAGE` when what is asked is not understood, `CONTRACT_VIOLATED` when what was read is not what was promised. */
export const checked =
  <Ask, Answer>(
    ask: z.ZodType<Ask>,
    answer: z.ZodType<Answer>,
    read: (ask: Ask) => Promise<unknown>,
  ): ((told: unknown) => Promise<Answer>) =>
  async (told) => {
    const asked = ask.safeParse(told);
    if (!asked.success)
      throw new PipelineError(`The question is not understood: ${z.prettifyError(asked.error)}`, {
        code: "USAGE",
        recovery: "exit",
      });
    const found = answer.safeParse(await read(asked.data));
    if (!found.success)
      throw new PipelineError(`What was read breaks the page's contract: ${z.prettifyError(found.error)}`, {
        code: "CONTRACT_VIOLATED",
        recovery: "dead-letter",
      });
    return found.data;
  };

export const route = <Ask, Answer>(
  ask: z.ZodType<Ask>,
  answer: z.ZodType<Answer>,
  read: (ask: Ask) => Promise<unknown>,
): Route => {
  const answered = checked(ask, answer, read);
  return { answer: (query) => answered(Object.fromEntries(query)) };
};
