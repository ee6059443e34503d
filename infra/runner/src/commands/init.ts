import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Readable, Writable } from "node:stream";
import { formatProblem, readConfig, zoneSchema } from "@molva/platform";
import { stringify } from "yaml";
import { z } from "zod";
import { defineCommand, usageError } from "../command.ts";
import type { Io } from "../io.ts";
import { checkQuery, CONFIG_FILE, sourceShapes } from "../settings.ts";

interface Answers {
  readonly title: string;
  readonly query: string;
  readonly timezone: string;
  readonly feeds: readonly string[];
  readonly pages: readonly string[];
}

const TRANSLITERATION: Readonly<Record<string, string>> = Object.fromEntries(
  "а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ъ: ы:y ь: э:e ю:yu я:ya"
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

/** `Банк «Заря»` → `bank-zarya`: an id that people can type. */
export const idFromTitle = (title: string): string =>
  [...title.toLowerCase()]
    .map((letter) => TRANSLITERATION[letter] ?? letter)
    .join("")
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "") || "brand";

const quoted = (value: string): string => stringify(value, { lineWidth: 0 }).trim();

/** The file that `init` writes: what was answered, and beside it what else can be said. */
const configText = (a: Answers): string => {
  const targets = [
    ...a.feeds.map(
      (url) =>
        `      - source: rss              # a feed: what the query finds in it counts\n        url: ${quoted(url)}\n`,
    ),
    ...a.pages.map(
      (url) => `      - source: web-reviews      # a page of reviews: all of it counts\n        url: ${quoted(url)}\n`,
    ),
  ];
  return `# Molva's configuration. \`molva check\` checks it; docs/configuration.md explains every key.
# Secrets (a password, a key) never stand here: they come from the environment, see .env.example.

timezone: ${quoted(a.timezone)}          # zone of days, weeks and months

brands:
  - id: ${quoted(idFromTitle(a.title))}    # stable: never change it
    title: ${quoted(a.title)}
    # What counts as a mention: words, "phrases", AND, OR, NOT, (groups).
    query: ${quoted(a.query)}
    targets:${targets.length === 0 ? " []                 # `molva sources` shows what can stand here" : `\n${targets.join("")}`}
crawl:
  every: 15m                     # pause between two rounds

retention:
  text: 400d                     # texts are cleared after this; counts stay
  log: 30d

server:
  host: 127.0.0.1                # anything else needs MOLVA_PASSWORD
  port: 7400

# Who is told when something is wrong; docs/alerts.md has every channel. \`molva alerts test\` tries them,
# \`molva alerts backtest\` shows what they would have been told.
# alerts:
#   quietHours: 22-8             # only critical ones are told then
#   channels:
#     - {id: marketing, kind: mail, to: [me@example.org]}      # needs the section mail
#     - {id: phone, kind: telegram, chat: "-1001234567890"}    # MOLVA_CHANNEL_PHONE: the bot's token
#     - {id: crm, kind: webhook, url: "https://crm.example.org/molva"}   # MOLVA_CHANNEL_CRM: a key of yours
# mail:                          # MOLVA_SMTP_USER and MOLVA_SMTP_PASSWORD, where the server asks for them
#   host: smtp.example.org
#   from: Molva <molva@example.org>
`;
};

const validUrl = (text: string): string | null =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    ? null
    : "write a whole address, with https:// in front";

/** Asks until the answer is right. An empty answer takes the default. */
const asker = (io: Io) => {
  const input = Readable.from(io.stdin);
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      io.err(chunk.toString());
      done();
    },
  });
  const lines = createInterface({ input, output, terminal: false });
  const answers = lines[Symbol.asyncIterator]();
  const ask = async (question: string, fallback: string, wrong: (answer: string) => string | null): Promise<string> => {
    for (;;) {
      io.err(`${question}${fallback === "" ? "" : ` [${fallback}]`}: `);
      const next = await answers.next();
      if (next.done === true)
        throw usageError("The answers ended early; give them as options instead (molva init --help)");
      const answer = next.value.trim() || fallback;
      const problem = wrong(answer);
      if (problem === null) return answer;
      io.err(`  ${problem}\n`);
    }
  };
  const askMany = async (question: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for (;;) {
      const answer = await ask(found.length === 0 ? question : "  one more (empty to go on)", "", (text) =>
        text === "" ? null : validUrl(text),
      );
      if (answer === "") return found;
      found.push(answer);
    }
  };
  return { ask, askMany, close: () => lines.close() };
};

const zoneProblem = (zone: string): string | null =>
  zoneSchema.safeParse(zone).success ? null : "write an IANA time zone, for example Europe/Moscow";

const queryProblem = (query: string): string | null => {
  const wrong = checkQuery(query);
  return wrong === null ? null : `at character ${wrong.position + 1}: ${wrong.message}`;
};

const phrase = (title: string): string => `"${title.replaceAll('"', "")}"`;

const interview = async (io: Io, zone: string): Promise<Answers> => {
  const { ask, askMany, close } = asker(io);
  try {
    const title = await ask("What is the brand called?", "", (text) => (text === "" ? "a name is needed" : null));
    const query = await ask('What finds its mentions? (words, "phrases", AND, OR, NOT)', phrase(title), queryProblem);
    const feeds = await askMany("Address of a feed that may speak of it (RSS, Atom, JSON; empty for none)");
    const pages = await askMany("Address of a page with its reviews (empty for none)");
    const timezone = await ask("Time zone of your days", zone, zoneProblem);
    return { title, query, feeds, pages, timezone };
  } finally {
    close();
  }
};

const input = z.strictObject({
  title: z.string().min(1).max(200).optional(),
  query: z.string().min(1).optional(),
  feed: z.array(z.string()).default([]),
  page: z.array(z.string()).default([]),
  tz: zoneSchema.optional(),
  force: z.boolean().default(false),
});

export const init = defineCommand({
  name: "init",
  summary: "ask what is needed for a first brand and write a commented molva.yaml",
  details:
    "Without --title it asks; with it, nothing is asked. An existing file is left alone unless --force is given.",
  flags: [
    { flags: "--title <title>", help: "the brand's name; then nothing is asked" },
    { flags: "--query <query>", help: "what finds its mentions (default: the title as a phrase)" },
    { flags: "--feed <url...>", help: "addresses of feeds" },
    { flags: "--page <url...>", help: "addresses of pages with reviews" },
    { flags: "--tz <zone>", help: "IANA time zone (default: this machine's)" },
    { flags: "--force", help: "write over an existing file" },
  ],
  examples: [
    "molva init",
    'molva init --title "Заря" --query "Заря OR Zarya" --feed https://news.example/rss --tz Europe/Moscow',
  ],
  folder: "none",
  input,
  run: async ({ io, configPath }, told) => {
    const path = configPath ?? resolve(io.cwd, CONFIG_FILE);
    if (!told.force && (await stat(path).catch(() => null)) !== null) {
      throw usageError(`${path} is there already: change it by hand, or add --force to write over it`);
    }
    const shapes = await sourceShapes();
    const zone = told.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const answers: Answers =
      told.title === undefined
        ? await interview(io, zone)
        : {
            title: told.title,
            query: told.query ?? phrase(told.title),
            feeds: told.feed,
            pages: told.page,
            timezone: zone,
          };
    const text = configText(answers);
    const result = readConfig(text, path, { sources: shapes, checkQuery });
    if (!result.ok)
      throw usageError(`With these answers the file would be wrong:\n${result.problems.map(formatProblem).join("\n")}`);
    const file = await open(path, told.force ? "w" : "wx");
    await file.writeFile(text);
    await file.close();
    const known = shapes.map((source) => source.id).join(", ");
    await io.out(
      `Wrote ${path}.\nNext: molva check, then molva start. More places to look (${known}): molva sources.\n`,
    );
    return 0;
  },
});
