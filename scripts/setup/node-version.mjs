/** The oldest Node that the dependencies and the built code run on; `engines` of package.json says the same. */
const OLDEST_NODE = [20, 19];

/** What is wrong with this version of Node, as a line for a person; null when nothing is. `version` as in `process.versions.node`. */
export const nodeProblem = (version) => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `Molva needs Node ${oldestMajor}.${oldestMinor} or newer; this is ${version}. Install a newer one (https://nodejs.org, or: nvm install ${oldestMajor}) and run the command again.`;
};
