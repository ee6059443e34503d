import type { PageRequest, Source } from "../source.ts";

const NAMED = /\{([A-Z][A-Z\d_]*)\}/g;

/** Whether the request names a credential of its source. */
export const namesCredentials = (
  { headers }: PageRequest,
  { credentials }: Pick<Source<unknown>, "credentials">,
): boolean =>
  Object.values(headers).some((value) =>
    [...value.matchAll(NAMED)].some(([, name]) => credentials.includes(name ?? "")),
  );

/**
 * The request with `{NAME}` in its headers replaced by the credential of that name. Done at the last moment, so that neither pages
 * nor checkpoints nor log lines ever hold one.
 */
export const withCredentials = (
  request: PageRequest,
  { credentials: names }: Pick<Source<unknown>, "credentials">,
  credentials: Readonly<Record<string, string>> = {},
): PageRequest => {
  if (names.length === 0) return request;
  const filled = (value: string): string =>
    value.replace(NAMED, (whole, name: string) => (names.includes(name) ? (credentials[name] ?? "") : whole));
  return {
    ...request,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, filled(value)])),
  };
};
