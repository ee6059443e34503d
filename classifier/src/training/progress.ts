export interface TrainingProgress {
  /** What is being done, e.g. `en: kept features logistic`. */
  readonly stage: string;
  readonly done: number;
  readonly of: number;
  /** Steps a second since this stage began. */
  readonly rate: number;
  /** Of this stage; null while nothing of it is done. */
  readonly secondsLeft: number | null;
}

/** Rate and time left of a stage, and what the whole took. */
export const createStopwatch = (
  onProgress: ((progress: TrainingProgress) => void) | undefined,
): { tell(stage: string, done: number, of: number): void; end(): { seconds: number; peakMemory: number } } => {
  const began = performance.now();
  let stage = "";
  let stageBegan = began;
  let lastTold = began;
  let peak = process.memoryUsage().rss;
  return {
    tell: (name, done, of) => {
      peak = Math.max(peak, process.memoryUsage().rss);
      if (name !== stage) {
        stageBegan = done === 0 ? performance.now() : lastTold;
        stage = name;
      }
      lastTold = performance.now();
      const seconds = Math.max(1e-3, (lastTold - stageBegan) / 1000);
      onProgress?.({
        stage: name,
        done,
        of,
        rate: done / seconds,
        secondsLeft: done === 0 ? null : ((of - done) * seconds) / done,
      });
    },
    end: () => ({
      seconds: (performance.now() - began) / 1000,
      peakMemory: Math.round(Math.max(peak, process.resourceUsage().maxRSS * 1024) / 2 ** 20),
    }),
  };
};
