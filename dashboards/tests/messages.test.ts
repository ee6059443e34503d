import { describe, expect, it } from "vitest";
import {
  alertMail,
  alertPicture,
  mattermostPayload,
  slackPayload,
  teamsPayload,
  telegramRequest,
  webhookPayload,
  wordAlert,
  type AlertContent,
} from "../src/messages/index.ts";
import { alertOf, contentOf, HOSTILE } from "./support/alert.ts";

const hostile: AlertContent = contentOf({
  brandTitle: HOSTILE,
  sourceTitles: { telegram: HOSTILE },
  quotes: Array.from({ length: 3 }, () => ({
    ...(contentOf().quotes[0] as AlertContent["quotes"][number]),
    text: HOSTILE,
    url: "javascript:alert(1)",
  })),
});

/** What Telegram shows of an HTML message, and counts. */
const shown = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

const PICTURE = new Uint8Array(3_000);

describe("the words of a message", () => {
  it("begin with the verdict: who, how many, in which time, against what is usual", () => {
    expect(wordAlert(contentOf()).verdict).toBe(
      "Warning. Aurora Bank: 38 negative mentions in 6 hours, usually about 6",
    );
    expect(wordAlert(contentOf({ language: "ru", brandTitle: "Аврора" })).verdict).toBe(
      "Предупреждение. Аврора: 38 негативных упоминаний за 6 часов, обычно около 6",
    );
  });

  it("hold every number with its interval, where it comes from, since when, and what is not well", () => {
    const { facts, cautions, footer } = wordAlert(contentOf());
    expect([...facts, ...cautions, footer]).toEqual([
      "Warning, because of its size",
      "38 in 6 hours, usual for the hour: 6.2 (× 6.1)",
      "Negative share 62 % (95 %: 50 % to 74 %), usually 18 %",
      "Difference to the usual share, 95 %: +31 to +56 points",
      "29 different texts among 38 mentions",
      "Since 12 Nov 2026, 12:00",
      "Where: Telegram 22, App Store 9",
      "About: Delivery 17",
      "RSS has been silent since 12 Nov 2026, 05:00: the numbers may be too small",
      "As of 12 Nov 2026, 14:00. Times: Europe/Moscow. Incident incident-0001",
    ]);
  });

  it("say in Russian what they say in English, number by number", () => {
    const numbers = (language: "en" | "ru") => {
      const { facts, cautions } = wordAlert(contentOf({ language }));
      return facts.concat(cautions).map((line) =>
        line
          .replaceAll(/[^\d]+/g, " ")
          .trim()
          .split(" ")
          .toSorted()
          .join(" "),
      );
    };
    expect(numbers("ru")).toEqual(numbers("en"));
  });

  it.each(["volume-spike", "topic-surge", "rating-drop", "level", "silence", "drift"] as const)(
    "have a verdict and an advice for %s in both languages",
    (kind) => {
      const numbers = { ...alertOf().numbers, level: { value: 3.41, low: 3.2, high: 3.6 }, before: 4.1 };
      const alert = alertOf({ kind, topic: "delivery", source: "telegram", numbers });
      for (const language of ["en", "ru"] as const) {
        const { verdict, actions } = wordAlert(contentOf({ alert, language }));
        expect(verdict).toContain("Aurora Bank");
        expect(verdict).not.toMatch(/undefined|null|NaN|\?/);
        expect(actions[0]?.text.length).toBeGreaterThan(20);
      }
    },
  );

  it("keep a stranger's text on one line, without controls, within 240 signs", () => {
    const { quotes, verdict } = wordAlert(hostile);
    for (const text of [verdict, ...quotes.map((quote) => quote.text)]) {
      // oxlint-disable-next-line no-control-regex -- that none is there is what is asked
      expect(text).not.toMatch(/[\u0000-\u001F\u202A-\u202E\u2066-\u2069]/);
      expect(text.length).toBeLessThanOrEqual(240);
    }
    expect(quotes.map(({ url }) => url)).toEqual([null, null, null]);
  });
});

describe("each channel's own rules", () => {
  it("Telegram: a caption of at most 1,024 shown signs, HTML that closes, nothing cut inside it", () => {
    for (const content of [contentOf(), hostile]) {
      const { method, fields } = telegramRequest(wordAlert(content), PICTURE, "-100123", 17);
      expect(method).toBe("sendPhoto");
      const caption = fields["caption"] ?? "";
      expect(shown(caption).length).toBeLessThanOrEqual(1_024);
      expect([...caption.matchAll(/<(\/?)([a-z]+)/g)].map((match) => match[2])).toSatisfy((tags: string[]) =>
        tags.every((tag) => tag === "b" || tag === "a"),
      );
      expect((caption.match(/<b>/g) ?? []).length).toBe((caption.match(/<\/b>/g) ?? []).length);
      expect((caption.match(/<a /g) ?? []).length).toBe((caption.match(/<\/a>/g) ?? []).length);
      expect(JSON.parse(fields["reply_parameters"] ?? "")).toMatchObject({ message_id: 17 });
    }
  });

  it("Telegram: without a picture a message of at most 4,096 shown signs, with the verdict first", () => {
    const { method, fields } = telegramRequest(wordAlert(hostile), null, "@channel", null);
    expect(method).toBe("sendMessage");
    expect(shown(fields["text"] ?? "").length).toBeLessThanOrEqual(4_096);
    expect(fields["text"]).toMatch(/^<b>Warning\. &lt;script&gt;/);
    expect(fields["reply_parameters"]).toBeUndefined();
  });

  it("Slack: header of 150 signs, sections of 3,000, nobody called by a stranger's text", () => {
    for (const content of [contentOf(), hostile]) {
      const payload = slackPayload(wordAlert(content)) as {
        readonly text: string;
        readonly blocks: readonly { readonly type: string; readonly text?: { readonly text: string } }[];
      };
      expect(payload.blocks.length).toBeLessThanOrEqual(50);
      for (const { type, text } of payload.blocks) {
        expect(text?.text.length ?? 0).toBeLessThanOrEqual(type === "header" ? 150 : 3_000);
        if (type === "section") expect(text?.text).not.toMatch(/<[!@#]/);
      }
      expect(payload.text).not.toMatch(/<[!@#]/);
    }
    expect(JSON.stringify(slackPayload(wordAlert(contentOf())))).toContain(
      "<https://t.me/s/aurora/17|— Telegram, 12 Nov",
    );
  });

  it("Teams: an Adaptive Card below 28 KB whose texts read no markdown", () => {
    for (const picture of [null, PICTURE, new Uint8Array(200_000)]) {
      const payload = teamsPayload(wordAlert(hostile), picture);
      expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(28_000);
      expect(JSON.stringify(payload)).not.toContain('"TextBlock"');
      expect(payload).toMatchObject({
        type: "message",
        attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: { type: "AdaptiveCard" } }],
      });
    }
    expect(JSON.stringify(teamsPayload(wordAlert(contentOf()), PICTURE))).toContain("data:image/png;base64,");
  });

  it("Mattermost: a post of at most 16,383 signs in which a stranger's markdown is text", () => {
    const { text } = mattermostPayload(wordAlert(hostile)) as { readonly text: string };
    expect(text.length).toBeLessThanOrEqual(16_383);
    expect(text).not.toMatch(/(^|[^\\])\[x\]/);
    expect(text).not.toContain("@all");
    expect(text).not.toContain("```");
  });

  it("webhook: the alert's own numbers and ids beside the words", () => {
    const payload = JSON.parse(JSON.stringify(webhookPayload(contentOf(), wordAlert(contentOf())))) as object;
    expect(payload).toMatchObject({
      version: 1,
      alert: { alertId: "alert-0001", numbers: { observed: 38 } },
      brand: { id: "aurora-bank", title: "Aurora Bank" },
      words: { verdict: "Warning. Aurora Bank: 38 negative mentions in 6 hours, usually about 6" },
    });
  });

  it("mail: text and HTML say the same, a stranger's text is escaped, the thread hangs together", () => {
    const to = { to: "olga@example.org", domain: "example.org" };
    const mail = alertMail(hostile, wordAlert(hostile), PICTURE, to);
    expect(mail.html).not.toMatch(/<script|javascript:/);
    expect(mail.html).toContain("&lt;script&gt;");
    const content = contentOf();
    const first = alertMail(content, wordAlert(content), null, to);
    for (const line of [...wordAlert(content).facts, ...wordAlert(content).cautions]) {
      expect(first.text).toContain(line);
      expect(first.html).toContain(line.replaceAll("'", "&#39;"));
    }
    const again = alertMail(content, wordAlert(content), null, to);
    expect(again.messageId).toBe(first.messageId);
    const grown = contentOf({ alert: alertOf({ alertId: "alert-0002", sequence: 1, event: "escalated" }) });
    const second = alertMail(grown, wordAlert(grown), null, to);
    expect([second.inReplyTo, first.inReplyTo]).toEqual([first.messageId, null]);
    expect(second.messageId).not.toBe(first.messageId);
    expect(alertMail(content, wordAlert(content), null, { ...to, to: "ivan@example.org" }).messageId).not.toBe(
      first.messageId,
    );
  });

  it("a picture of the counts is small enough for every channel, and absent where there is nothing to draw", async () => {
    const picture = await alertPicture(alertOf(), "Negative mentions", "en", "UTC");
    expect(picture?.byteLength).toBeLessThan(60_000);
    expect(await alertPicture(alertOf({ steps: [] }), "Negative mentions", "en", "UTC")).toBeNull();
  });
});
