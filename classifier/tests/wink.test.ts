import { describe, expect, it } from "vitest";
import { createWinkTokens } from "../src/wink.ts";

describe("wink-nlp's tokens", () => {
  it("cut words as wink-nlp does, contractions and marks apart", () => {
    const tokens = createWinkTokens();
    expect([...tokens("don't"), ...tokens("great!!"), ...tokens("плохо,но")]).toEqual([
      "do",
      "n't",
      "great",
      "!",
      "!",
      "плохо",
      ",",
      "но",
    ]);
  });

  it("survive the fortieth renewal of the instance", () => {
    const tokens = createWinkTokens(1);
    for (let i = 0; i < 40; i += 1) expect(tokens(`word${i}`)).toEqual([`word${i}`]);
  });
});
