/** How a command ended, and all that it said. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** What a command that still runs has said so far. */
export const transcript = () => {
  const told = { out: "", err: "" };
  const listeners = new Set<() => void>();
  return {
    told: told as Readonly<typeof told>,
    add: (to: "out" | "err", text: string): void => {
      told[to] += text;
      for (const listener of listeners) listener();
    },
    /** Resolves when stdout and stderr together match. Rejects when it ends without. */
    said: (pattern: RegExp, ended: Promise<Ran>): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(`${told.out}${told.err}`);
          if (match === null) return;
          listeners.delete(look);
          resolve(match[1] ?? match[0]);
        };
        listeners.add(look);
        look();
        void ended.then((ran) =>
          reject(new Error(`ended with ${ran.code ?? ran.signal} before it said ${pattern}:\n${ran.out}${ran.err}`)),
        );
      }),
  };
};

/** Runs a command and reads its JSON. Throws with all that was said when it failed. */
export const jsonOf = async <T>(
  program: (args: readonly string[], cwd: string) => Promise<Ran>,
  args: readonly string[],
  cwd: string,
): Promise<T> => {
  const ran = await program([...args, "--json"], cwd);
  if (ran.code !== 0) throw new Error(`molva ${args.join(" ")} ended with ${ran.code}:\n${ran.out}${ran.err}`);
  return JSON.parse(ran.out) as T;
};
