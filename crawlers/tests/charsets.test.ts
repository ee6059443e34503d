import { describe, expect, it } from "vitest";
import { decodeText } from "../src/read/charset.ts";
import { htmlToText, looseText } from "../src/read/html-text.ts";

const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex");

describe("charsets", () => {
  it.each([
    ["Content-Type", "cff0e8e2e5f2", "text/html; charset=windows-1251", "Привет", "windows-1251"],
    ["Content-Type before the document", "f0d2c9d7c5d4", 'text/html; charset="KOI8-R"', "Привет", "koi8-r"],
    ["a byte order mark before all", "fffe1f044004", "text/html; charset=windows-1251", "Пр", "utf-16le"],
    ["UTF-8 without a word", "d09fd180d0b8", "", "При", "utf-8"],
    ["a guess: Russian", "cff0e8e2e5f22c20eae0ea20e4e5ebe03f", "", "Привет, как дела?", "windows-1251"],
    ["a guess: western, with its quotes", "93436166e994", "text/plain", "“Café”", "windows-1252"],
    ["an unknown name is no name", "d09fd180d0b8", "text/html; charset=nonsense", "При", "utf-8"],
  ])("%s", (_name, hex, contentType, text, charset) => {
    expect(decodeText(bytes(hex), contentType)).toEqual({ text, charset });
  });

  it("are told by the document: XML declaration, meta element", () => {
    const xml = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="windows-1251"?><a>'),
      bytes("cff0e8"),
      Buffer.from("</a>"),
    ]);
    expect(decodeText(xml, "text/xml").text).toContain("<a>При</a>");
    const html = Buffer.concat([
      Buffer.from('<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>'),
      bytes("f0d2c9"),
    ]);
    expect(decodeText(html, "text/html").text).toContain("<p>При");
  });
});

describe("HTML as text", () => {
  it.each([
    ["<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"],
    ["<ul><li>a</li><li>b</li></ul>", "a\nb"],
    ["a<script>alert('x')</script><style>p{}</style>b", "ab"],
    ["5 &lt; 6 &amp;&amp; 7&nbsp;&gt; 6", "5 < 6 && 7 > 6"],
    ["<b>bold</b> and <i>unclosed", "bold and unclosed"],
    ["<img src=x onerror=alert(1)>text", "text"],
    ["zero\u200bwidth\u0000 and \u0007bell", "zerowidth and bell"],
  ])("%j", (html, text) => expect(htmlToText(html)).toBe(text));

  it("is read without a stack that grows: what nests without end loses its tags and keeps its words", () => {
    expect(htmlToText(`${"<div>".repeat(50_000)}deep`)).toBe("deep");
  });

  it("plain text with a less-than sign stays as it is", () => {
    expect(looseText("I <3 this & that, 5 < 6")).toBe("I <3 this & that, 5 < 6");
  });
});
