/** What the bytes 0x80…0x9F mean in windows-1252 (WHATWG Encoding Standard, index windows-1252). */
const HIGH = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/**
 * Control characters of Latin-1 as the characters that windows-1252 has in their place: what programs write that took
 * the one for the other, and what Node 20's own decoder gives for windows-1252.
 */
export const fromLatinControls = (text: string): string =>
  text.replace(/[\u0080-\u009f]/g, (char) => HIGH[char.charCodeAt(0) - 0x80] ?? char);
