import { ensurePythonClient } from "../python/client.mjs";

/**
 * The path of a Python that has clickhouse-connect (and, through it, lz4 and zstd), installed when it is not there yet; null
 * where there is no Python or no package index, which is said on stderr.
 * @throws {Error} instead of null when CI is set: nothing is left out there.
 */
export const pythonWithClickHouse = async (isCi: boolean): Promise<string | null> => {
  const { python, problem } = await ensurePythonClient();
  if (python !== undefined) return python;
  if (isCi) throw new Error(problem);
  process.stderr.write(`Left out: ${problem}\n`);
  return null;
};
