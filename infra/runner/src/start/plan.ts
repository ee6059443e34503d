import type { Call, Settings } from "../command.ts";
import { usageError } from "../command.ts";
import { holdsFolder, type Mode } from "../compose.ts";
import { openChannels } from "../alerts/open-channels.ts";
import { modeOf } from "../mode.ts";
import { ROLES, rolesOf, type Role } from "../roles.ts";

/** What one `start` is to be, decided before anything is opened. */
export interface Plan {
  readonly roles: ReadonlySet<Role>;
  readonly mode: Mode;
  /** Null: the built-in demo, whose configuration is known when its little web is served. */
  readonly settings: Settings | null;
}

const NOT_ALONE = ROLES.filter((role) => role !== "store");

/**
 * @throws {PipelineError} `CONFIG_INVALID` and `USAGE` (exit): a wrong configuration, secrets that are missing, and a process that
 * could do nothing alone.
 */
export const planOf = async (call: Call, only: string | undefined): Promise<Plan> => {
  const roles = rolesOf(only);
  const settings = call.configPath === null ? null : await call.config();
  const mode = await modeOf({ ...call, config: settings?.config ?? null });
  const alone = NOT_ALONE.filter((role) => roles.has(role));
  if (holdsFolder(mode) && only !== undefined && alone.length > 0) {
    throw usageError(
      `--only ${alone.join(",")}: a process of its own needs a log and a store that others reach: set bus.kafka and store.url in the configuration (docs/operations.md). Without them leave --only out`,
    );
  }
  if (roles.has("store") && settings?.config.store?.http === undefined) {
    throw usageError("--only store: set store.http in the configuration: the port at which the store is served");
  }
  // A channel whose secret is missing is found now, and not when the first alert is due.
  if (settings !== null && roles.has("scheduler")) await openChannels({ ...call, config: settings.config });
  return { roles, mode, settings };
};
