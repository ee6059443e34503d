import { PipelineError } from "@molva/contracts";
import { IMPORT_FIELDS, type ImportField, type ImportOptions } from "./shapes.ts";

/** Names people give to such columns, best first, as `plain` writes them. A field's own name always fits. */
const NAMES: Readonly<Record<ImportField, readonly string[]>> = {
  id: ["id", "reviewid", "commentid", "mentionid", "postid", "nativeid", "externalid", "uuid", "guid"],
  text: [
    "text",
    "reviewbody",
    "reviewtext",
    "fulltext",
    "commenttext",
    "content",
    "body",
    "review",
    "comment",
    "message",
    "feedback",
    "description",
    "текстотзыва",
    "текст",
    "отзыв",
    "комментарий",
    "сообщение",
  ],
  title: ["title", "reviewtitle", "headline", "subject", "summary", "заголовок", "тема"],
  url: ["url", "reviewurl", "permalink", "link", "href", "ссылка", "адрес"],
  author: [
    "author",
    "authorname",
    "author.name",
    "reviewer",
    "reviewername",
    "username",
    "user.name",
    "consumer.displayname",
    "user",
    "nickname",
    "автор",
    "имя",
    "пользователь",
  ],
  rating: [
    "rating",
    "reviewrating",
    "reviewrating.ratingvalue",
    "ratingvalue",
    "score",
    "stars",
    "starrating",
    "grade",
    "mark",
    "оценка",
    "рейтинг",
    "overall",
    "productvaluation",
  ],
  publishedAt: [
    "publishedat",
    "datepublished",
    "publisheddate",
    "reviewdate",
    "publicationdate",
    "pubdate",
    "createdat",
    "datecreated",
    "created",
    "date",
    "datetime",
    "published",
    "postedat",
    "timestamp",
    "time",
    "дата",
    "датаотзыва",
    "датапубликации",
    "createddate",
    "datecreate",
    "dates.publisheddate",
    "reviewtime",
    "unixreviewtime",
    "at",
  ],
  editedAt: [
    "editedat",
    "datemodified",
    "modifiedat",
    "updatedat",
    "dateupdated",
    "dateedited",
    "updateddate",
    "dates.updateddate",
  ],
  language: ["language", "lang", "inlanguage", "locale", "язык"],
  region: ["region", "location", "city", "country", "регион", "город"],
  brand: [
    "brand",
    "brandname",
    "bankname",
    "company",
    "companyname",
    "organization",
    "bank",
    "бренд",
    "компания",
    "банк",
  ],
  reply: [
    "reply",
    "reply.text",
    "replytext",
    "answertext",
    "companyanswer",
    "agentanswertext",
    "officialanswer.text",
    "ответкомпании",
    "ответ",
    "replycontent",
  ],
  repliedAt: [
    "repliedat",
    "replydate",
    "reply.at",
    "reply.date",
    "reply.publisheddate",
    "answerdate",
    "answeredat",
    "officialanswer.datecreated",
    "датаответа",
  ],
  kind: ["kind"],
  fetchedAt: ["fetchedat", "parsedat", "scrapedat", "crawledat", "collectedat", "retrievedat"],
};

export const plain = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/[\s_-]+/gu, "");

export const columnList = (names: Iterable<string>): string =>
  [...names]
    .slice(0, 40)
    .map((name) => name.slice(0, 60))
    .join(", ");

const usage = (message: string): PipelineError => new PipelineError(message, { code: "USAGE", recovery: "exit" });

export type Columns = Readonly<Partial<Record<ImportField, string>>>;

/** `a=b,c=d` as a map of fields to columns. @throws {PipelineError} `USAGE` on an unknown field, a field named twice or a part that is no pair. */
export const parseMap = (text: string): Columns => parseMapOf(text, IMPORT_FIELDS);

/** The same over other fields. */
export const parseMapOf = <Field extends string>(
  text: string,
  fields: readonly Field[],
): Readonly<Partial<Record<Field, string>>> => {
  const found = new Map<Field, string>();
  for (const pair of text.split(",").filter((part) => part.trim() !== "")) {
    const at = pair.indexOf("=");
    const [field, column] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    const known = fields.find((name) => name === field);
    if (at < 0 || column === "")
      throw usage(`--map: "${pair.trim()}" is not FIELD=COLUMN, for example text=review_text`);
    if (known === undefined) throw usage(`--map: "${field}" is no field; the fields are ${columnList(fields)}`);
    if (found.has(known)) throw usage(`--map: the field "${field}" is named twice`);
    found.set(known, column);
  }
  return Object.fromEntries(found) as Partial<Record<Field, string>>;
};

/**
 * Which column is which field: as mapped, else by the columns' names. A column is one field at most; `brand` is looked for only
 * when no brand is given.
 * @throws {PipelineError} `USAGE` when a mapped column is not there, when neither text nor rating is, or no brand.
 */
export const columnsFor = (names: ReadonlySet<string>, options: Pick<ImportOptions, "map" | "brand">): Columns => {
  const byPlain = new Map([...names].toReversed().map((name) => [plain(name), name]));
  const found = new Map<ImportField, string>();
  for (const field of IMPORT_FIELDS) {
    const asked = options.map[field];
    if (asked === undefined) continue;
    const column = names.has(asked) ? asked : byPlain.get(plain(asked));
    if (column === undefined) throw usage(`--map: there is no column "${asked}"; the columns are ${columnList(names)}`);
    found.set(field, column);
  }
  const taken = new Set(found.values());
  for (const field of IMPORT_FIELDS) {
    if (found.has(field) || (field === "brand" && options.brand !== null)) continue;
    const column = [field, ...NAMES[field]]
      .map((name) => byPlain.get(plain(name)))
      .find((name) => name !== undefined && !taken.has(name));
    if (column === undefined) continue;
    found.set(field, column);
    taken.add(column);
  }
  if (!found.has("text") && !found.has("rating"))
    throw usage(
      `No column with the text was found; say which it is with --map text=COLUMN. The columns are ${columnList(names)}`,
    );
  if (!found.has("brand") && options.brand === null)
    throw usage(
      `Whose mentions are these? Give --brand BRAND, or the column that says it with --map brand=COLUMN. The columns are ${columnList(names)}`,
    );
  return Object.fromEntries(found);
};
