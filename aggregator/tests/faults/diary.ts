import type { Answer } from "./compare.ts";

const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/** What the processes said and suffered, over all their lives. */
export class Diary {
  /** Events of the list that the log has acknowledged, by their place in it. */
  readonly acknowledged = new Set<number>();
  readonly answers: Answer[] = [];
  /** How often a process was killed, by where it stood. */
  readonly kills = new Map<string, number>();
  /** What else happened to them. */
  readonly others = new Map<string, number>();
  /** How often a writer was parked, by the step that it had done last. */
  readonly parked = new Map<string, number>();
  readonly errors: string[] = [];
  steps = 0;
  lives = 0;
  /** Processor seconds of all lives that said so at their end. */
  processor = 0;
  /** Whatever was heard of any process: as long as it grows, something goes on. */
  moves = 0;
  /** Aborted when the run is over, however it ended: nothing is started any more. */
  readonly over = new AbortController();

  add(map: Map<string, number>, name: string): void {
    map.set(name, (map.get(name) ?? 0) + 1);
  }

  get killed(): number {
    return sumOf(this.kills);
  }
}
