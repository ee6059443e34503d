export interface HostilePage {
  readonly name: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  /** A part of an honest page may still hold whole mentions. */
  readonly mayHoldSome: boolean;
}

/** Bytes without a pattern, the same in every run (xorshift). */
const noise = (length: number): Uint8Array => {
  let state = 0x2545f491;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
};

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** What sites send instead of the page one asked for, and what people send to break a parser. */
export const hostilePages = (honest: Uint8Array): readonly HostilePage[] => {
  const page = (
    name: string,
    body: Uint8Array,
    contentType = "text/html; charset=utf-8",
    mayHoldSome = false,
  ): HostilePage => ({ name, body, contentType, mayHoldSome });
  return [
    page("nothing", new Uint8Array()),
    page("white space", text(" \n\t ")),
    page("half of an honest page", honest.subarray(0, Math.floor(honest.length / 2)), "", true),
    page("a tenth of an honest page", honest.subarray(0, Math.floor(honest.length / 10)), "", true),
    page("random bytes", noise(200_000), "application/octet-stream"),
    page("zero bytes", new Uint8Array(100_000), ""),
    page("a robot check", text("<!doctype html><title>Just a moment...</title><p>Checking your browser</p>")),
    page("a robot check in Russian", text('<!doctype html><title>Вы робот?</title><form id="captcha-form"></form>')),
    page(
      "a login page",
      text("<!doctype html><title>Sign in</title><form><input name=login><input name=password type=password></form>"),
    ),
    page(
      "an empty shell that scripts would fill",
      text('<!doctype html><title>Shop</title><div id="root"></div><script src="/app.js"></script>'),
    ),
    page("elements nested without end", text("<div>".repeat(300_000))),
    page("formatting nested without end", text("<b><i><p>".repeat(60_000))),
    page("XML nested without end", text(`<?xml version="1.0"?><rss>${"<channel>".repeat(100_000)}`), "application/xml"),
    page(
      "XML entities that multiply",
      text(
        `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 12 }, (_, i) => `<!ENTITY a${i} "${`&a${i === 0 ? "" : i - 1};`.repeat(10)}">`).join("")}]><rss><channel><title>&a11;</title></channel>`,
      ),
      "application/xml",
    ),
    page(
      "XML that asks for a file",
      text('<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;'),
      "application/xml",
    ),
    page("JSON of nothing", text("{}"), "application/json"),
    page("JSON of a list", text("[]"), "application/json"),
    page("JSON null", text("null"), "application/json"),
    page("an error in JSON", text('{"error":{"code":401,"message":"token expired"}}'), "application/json"),
    page("JSON nested without end", text(`${"[".repeat(100_000)}${"]".repeat(100_000)}`), "application/json"),
    page(
      "JSON-LD nested without end",
      text(
        `<script type="application/ld+json">${'{"@type":"Product","review":'.repeat(5000)}1${"}".repeat(5000)}</script>`,
      ),
    ),
    page(
      "an image that calls itself a page",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...noise(5000)),
    ),
  ];
};
