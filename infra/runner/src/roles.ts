import { nearest } from "@molva/platform";
import { usageError } from "./command.ts";

/** What a process may be there for. One process may have several; without `--only` it has all but `store`. */
export const ROLES = ["crawlers", "classifier", "aggregator", "page", "store", "scheduler"] as const;
export type Role = (typeof ROLES)[number];

/** The stages, by the names of their groups. */
export const STAGES = ["classifier", "aggregator"] as const;
export type StageName = (typeof STAGES)[number];

export const stagesOf = (roles: ReadonlySet<Role>): readonly StageName[] => STAGES.filter((stage) => roles.has(stage));

const isRole = (word: string): word is Role => (ROLES as readonly string[]).includes(word);

/**
 * `--only aggregator,classifier` → what this process is there for.
 * @throws {PipelineError} `USAGE` (exit) naming what is known.
 */
export const rolesOf = (told: string | undefined): ReadonlySet<Role> => {
  if (told === undefined) return new Set(ROLES.filter((role) => role !== "store"));
  const words = told.split(",").map((word) => word.trim());
  return new Set(
    words.map((word) => {
      if (isRole(word)) return word;
      const meant = nearest(word, ROLES);
      throw usageError(
        `--only: ${word === "" ? "an empty name" : word}${meant === null ? "" : ` (did you mean ${meant}?)`}; write one or more of ${ROLES.join(", ")}, with commas between`,
      );
    }),
  );
};
