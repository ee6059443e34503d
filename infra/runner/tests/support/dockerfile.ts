export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** Instructions of a Dockerfile, comments left out, lines that end in `\` joined. */
export const instructionsOf = (text: string): readonly Instruction[] =>
  text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [word = "", ...rest] = line.split(" ");
      return { word, rest: rest.join(" ").trim() };
    });
