import { isMap, parseDocument } from "yaml";

/**
 * Whether a configuration, right or wrong, names a log that processes share. Asked before anything else is read, for it
 * decides whether a command belongs to the process that holds the data folder.
 */
export const namesServers = (text: string): boolean => {
  const { contents } = parseDocument(text, { prettyErrors: false });
  if (!isMap(contents)) return false;
  return isMap(contents.get("bus", true)) || contents.hasIn(["store", "url"]);
};
