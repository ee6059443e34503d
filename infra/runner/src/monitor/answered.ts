/** Longest wait for one thing that is asked whether it answers, in milliseconds. Prometheus waits for ten seconds. */
const ANSWER_MS = 3_000;

/** The answer, or a rejection when it does not come in time. */
export const answered = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), ANSWER_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
