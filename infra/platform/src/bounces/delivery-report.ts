import { simpleParser, type ParsedMail } from "mailparser";

/** What a mail server says of a message that it could not hand over. Everything in it comes from outside. */
export interface DeliveryReport {
  /** `failed`: it was not delivered, and is not tried again; `delayed`: it is still tried. */
  readonly action: "failed" | "delayed";
  /** RFC 3463, e.g. `5.1.1`; null where none is told. */
  readonly status: string | null;
  /** The other server's words, in one line of at most 300 signs. */
  readonly why: string;
  /** Message ids that stand in what was sent back, without brackets; at most 20. */
  readonly messageIds: readonly string[];
  /** Addresses that the report itself came to, in lower case: a marked sender address tells of which message it is. */
  readonly cameTo: readonly string[];
}

/** Headers by which a message may be a report at all, so that no other one is fetched. */
export const REPORT_HEADERS = ["content-type", "from", "return-path", "x-failed-recipients", "auto-submitted"] as const;

const DAEMON = /(?:mailer-daemon|postmaster|mail-?delivery)[^@]*@/i;

/** Whether a message whose headers these are may be a report. @param headers as they stand in the message */
export const maybeReport = (headers: string): boolean =>
  /^content-type:\s*multipart\/report\b/im.test(headers) ||
  /^x-failed-recipients:/im.test(headers) ||
  /^return-path:\s*<>/im.test(headers) ||
  DAEMON.test(/^from:(.*(?:\r?\n[ \t].*)*)/im.exec(headers)?.[1] ?? "");

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u001F\u007F\u202A-\u202E\u2066-\u2069\s]+/gu, " ")
    .trim()
    .slice(0, 300);

const PART_LIMIT = 64 * 1024;

const partsOf = (mail: ParsedMail, types: RegExp): readonly string[] =>
  mail.attachments
    .filter(({ contentType }) => types.test(contentType))
    .slice(0, 10)
    .map(({ content }) => content.subarray(0, PART_LIMIT).toString("latin1").replaceAll("\r\n", "\n"));

/** The fields of RFC 3464 of the one recipient who fared worst: our messages go to one person each. */
const worstRecipient = (status: string): ReadonlyMap<string, string> | null => {
  const recipients = status
    .replaceAll(/\n[ \t]+/gu, " ")
    .split(/\n{2,}/u)
    .slice(0, 50)
    .map(
      (block) =>
        new Map(
          [...block.matchAll(/^([a-z-]{1,60}):[ \t]*(.*)$/gimu)].map(
            ([, name = "", value = ""]) => [name.toLowerCase(), value.trim()] as const,
          ),
        ),
    )
    .filter((fields) => fields.has("action"));
  const rank = (fields: ReadonlyMap<string, string>): number =>
    ["failed", "delayed"].indexOf((fields.get("action") ?? "").split(/[\s(;]/u, 1)[0]?.toLowerCase() ?? "");
  return recipients.filter((fields) => rank(fields) >= 0).toSorted((one, other) => rank(one) - rank(other))[0] ?? null;
};

const statusIn = (text: string): string | null => /\b[245]\.\d{1,3}\.\d{1,3}\b/u.exec(text)?.[0] ?? null;

/** `550` → `5.0.0`: a server of the time before RFC 3463. */
const codeIn = (text: string): string | null => {
  const code = /(?:^|[\s:;(#])([45])\d\d[ -]/u.exec(text)?.[1];
  return code === undefined ? null : `${code}.0.0`;
};

/** The heads of messages in a text; quoted ones, too. */
const idsIn = (texts: readonly string[]): readonly string[] => [
  ...new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/^[> \t]*message-id:\s*<([\w.+=-]{1,128}@[\w.-]{1,255})>/gimu)]
        .slice(0, 20)
        .map(([, id = ""]) => id.toLowerCase()),
    ),
  ),
];

const addressesOf = (mail: ParsedMail): readonly string[] =>
  ["to", "delivered-to", "x-original-to", "envelope-to"]
    .flatMap((name) =>
      mail.headerLines
        .filter(({ key }) => key === name)
        .flatMap(({ line }) => line.match(/[^\s<>:,;"]+@[^\s<>,;"]+/gu)),
    )
    .flatMap((address) => (address === null ? [] : [address.toLowerCase()]))
    .slice(0, 20);

const headerOf = (mail: ParsedMail, name: string): string =>
  mail.headerLines
    .filter(({ key }) => key === name)
    .map(({ line }) => line.slice(name.length + 1).trim())
    .join(" ");

/** Reports of mail servers without RFC 3464: a daemon's words, and the message or its head after them. */
const plainReport = (mail: ParsedMail, text: string): Pick<DeliveryReport, "action" | "status" | "why"> | null => {
  if (/auto-replied/i.test(headerOf(mail, "auto-submitted")) && headerOf(mail, "x-failed-recipients") === "")
    return null;
  if (!DAEMON.test(headerOf(mail, "from")) && headerOf(mail, "x-failed-recipients") === "") return null;
  const words = text.split(/^-{2,}.*(?:original|copy|message|headers).*$/imu, 1)[0] ?? text;
  const status = statusIn(words) ?? codeIn(words);
  if (status === null) return null;
  const line = words.split("\n").find((one) => (statusIn(one) ?? codeIn(one)) !== null) ?? words;
  const delayed = /\b(?:warning|delayed|will be retried|still trying)\b/iu.test(`${mail.subject ?? ""} ${words}`);
  return { action: delayed ? "delayed" : "failed", status, why: oneLine(line) };
};

/**
 * Reads the first bytes of a message as a delivery report: multipart/report (RFC 3464, RFC 6533), or a daemon's plain words.
 * @returns null for every other message, and for what cannot be read as one; it never throws for what stands in it
 */
export const readDeliveryReport = async (bytes: Uint8Array): Promise<DeliveryReport | null> => {
  const mail = await simpleParser(Buffer.from(bytes), {
    keepDeliveryStatus: true,
    ignoreEmbedded: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    maxHtmlLengthToParse: PART_LIMIT,
    maxHeadSize: PART_LIMIT,
    maxChildNodes: 100,
  }).catch(() => null);
  if (mail === null) return null;
  const text = (mail.text ?? "").slice(0, PART_LIMIT);
  const statuses = partsOf(mail, /^message\/(?:global-)?delivery-status$/iu);
  const returned = partsOf(mail, /^(?:message\/(?:rfc822|global|global-headers)|text\/rfc822-headers)$/iu);
  const fields = statuses.map(worstRecipient).find((found) => found !== null) ?? null;
  const told =
    fields === null
      ? statuses.length > 0
        ? null
        : plainReport(mail, text)
      : {
          action: /^failed/i.test(fields.get("action") ?? "") ? ("failed" as const) : ("delayed" as const),
          status: statusIn(fields.get("status") ?? "") ?? statusIn(fields.get("diagnostic-code") ?? ""),
          why: oneLine((fields.get("diagnostic-code") ?? fields.get("status") ?? "").replace(/^\s*\w+\s*;/u, "")),
        };
  if (told === null) return null;
  // Only what was sent back tells of which message it is; of a plain report that is its text.
  const heads = returned.length > 0 ? returned : [text];
  return { ...told, messageIds: idsIn(heads).slice(0, 20), cameTo: addressesOf(mail) };
};
