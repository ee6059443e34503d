import type { ListedMention } from "./answers.ts";
import { picker } from "./controls.ts";
import { byId, el, paint, webAddress, type Child } from "./dom.ts";
import type { Choice, Tongue, View } from "./view.ts";
import type { LabelName } from "./words.ts";

const LABELS: readonly LabelName[] = ["positive", "neutral", "negative", "unscored"];
const LONG = 420;

const stars = (mention: ListedMention, { words, format }: Tongue): Child => {
  const { rating, ratingMax } = mention;
  if (rating === null || ratingMax === null) return null;
  const told = format.stars(rating, ratingMax);
  if (ratingMax !== 5) return el("span", { class: "rating" }, el("span", { class: "hidden" }, words.rating("")), told);
  const full = Math.round(Math.min(5, Math.max(0, rating)));
  return el(
    "span",
    { class: "rating", role: "img", "aria-label": words.rating(told) },
    el("span", { class: "stars-on" }, "★".repeat(full)),
    el("span", { class: "stars-off" }, "★".repeat(5 - full)),
  );
};

const provenance = (mention: ListedMention, { words, format }: Tongue): string => {
  const person = mention.provenance.startsWith("person:") ? mention.provenance.slice("person:".length) : null;
  return [
    ...(mention.confidence === null ? [] : [words.confidence(format.share(mention.confidence))]),
    person === null ? words.byModel(mention.provenance) : words.byPerson(person),
    ...(mention.onEarlierText ? [words.earlierText] : []),
  ].join(" · ");
};

/** Read on: a refresh must not fold them again. */
const unfolded = new Set<string>();

const body = (mention: ListedMention, { words }: Tongue): Child => {
  if (mention.text === null) return el("p", { class: "mention-text nothing" }, words.textGone);
  if (mention.text.trim() === "") return el("p", { class: "mention-text nothing" }, words.noText);
  if (mention.text.length <= LONG) return el("p", { class: "mention-text", dir: "auto" }, mention.text);
  const text = el(
    "p",
    { class: unfolded.has(mention.id) ? "mention-text" : "mention-text cut", dir: "auto" },
    mention.text,
  );
  const button = el(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-expanded": unfolded.has(mention.id) ? "true" : "false",
      "data-focus": `read:${mention.id}`,
      click: () => {
        const cut = text.classList.toggle("cut");
        if (cut) unfolded.delete(mention.id);
        else unfolded.add(mention.id);
        button.setAttribute("aria-expanded", cut ? "false" : "true");
        button.textContent = cut ? words.readMore : words.readLess;
      },
    },
    unfolded.has(mention.id) ? words.readLess : words.readMore,
  );
  return el("div", {}, text, button);
};

/** What it is about, each with the sentiment of its clause. */
const about = (mention: ListedMention, { words }: Tongue): Child =>
  mention.topics.length > 0 &&
  el(
    "ul",
    { class: "topics", "aria-label": words.topicsLabel },
    ...mention.topics.map(({ topic, label }) =>
      el(
        "li",
        { class: `chip ${label}` },
        el("span", { class: "shape", "aria-hidden": "true" }),
        el("bdi", {}, (Object.hasOwn(words.topics, topic) && words.topics[topic]) || topic),
        el("span", { class: "hidden" }, ` ${words.labelsOne[label]}`),
      ),
    ),
  );

const item = (mention: ListedMention, tongue: Tongue): Child => {
  const { words, format } = tongue;
  const address = webAddress(mention.url);
  const precision = words.dateFrom(mention.precision);
  return el(
    "li",
    { class: `mention ${mention.label}` },
    el(
      "div",
      { class: "mention-head" },
      el(
        "span",
        { class: `chip ${mention.label}` },
        el("span", { class: "shape", "aria-hidden": "true" }),
        words.labelsOne[mention.label],
      ),
      stars(mention, tongue),
      el(
        "time",
        { datetime: mention.publishedAt, title: precision },
        format.precise(mention.publishedAt, mention.precision),
      ),
      el("span", { class: "tag" }, mention.source),
    ),
    mention.title !== null && mention.title.trim() !== "" && el("h3", { dir: "auto" }, mention.title),
    body(mention, tongue),
    about(mention, tongue),
    el(
      "div",
      { class: "mention-foot" },
      el("bdi", { class: "provenance" }, provenance(mention, tongue)),
      address !== null &&
        el(
          "a",
          {
            href: address.href,
            target: "_blank",
            rel: "noopener noreferrer nofollow",
            "data-focus": `open:${mention.id}`,
          },
          words.openAt(address.hostname),
          el("span", { "aria-hidden": "true" }, " ↗"),
          el("span", { class: "hidden" }, ` (${words.newTab})`),
        ),
    ),
  );
};

/** Sources to choose from: what is crawled for the brand, what the list shows (imports), and what is chosen now. */
const sourcesOf = (view: View): readonly string[] => {
  const crawled = (view.overview?.health ?? [])
    .filter((health) => view.choice.brand === null || health.brands.includes(view.choice.brand))
    .map((health) => health.source);
  const listed = (view.mentions ?? []).map((mention) => mention.source);
  return [...new Set([...crawled, ...listed, ...(view.choice.source === null ? [] : [view.choice.source])])].toSorted();
};

export const paintMentions = (
  view: View,
  tongue: Tongue,
  choose: (change: Partial<Choice>) => void,
  more: () => void,
): void => {
  const { words } = tongue;
  const { language, choice, mentions, next } = view;
  const sources = sourcesOf(view);
  paint(byId("mentions-title"), [language], () => [words.newestMentions]);
  paint(byId("filters"), [language, choice.label, choice.source, choice.from, choice.to, sources], () => [
    picker(
      "label",
      words.filterLabel,
      words.allLabels,
      LABELS.map((value) => ({ value, text: words.labels[value] })),
      choice.label,
      (value) => choose({ label: LABELS.find((known) => known === value) ?? null }),
    ),
    picker(
      "source",
      words.filterSource,
      words.allSources,
      sources.map((value) => ({ value, text: value })),
      choice.source,
      (source) => choose({ source }),
    ),
    (choice.from !== null || choice.to !== null) &&
      el(
        "button",
        {
          type: "button",
          class: "button",
          "data-focus": "period",
          "aria-label": words.forgetPeriod,
          title: words.forgetPeriod,
          click: () => choose({ from: null, to: null }),
        },
        `${choice.from === null ? "" : tongue.format.dateTime(choice.from)} – ${choice.to === null ? "" : tongue.format.dateTime(choice.to)} ✕`,
      ),
  ]);
  if (mentions === null) return;
  paint(byId("mention-list"), [language, mentions], () =>
    mentions.length === 0
      ? [el("li", { class: "nothing" }, words.noneFound)]
      : mentions.map((mention) => item(mention, tongue)),
  );
  paint(byId("mentions-more"), [language, next !== null], () =>
    next === null
      ? []
      : [el("button", { type: "button", class: "button", "data-focus": "more", click: more }, words.more)],
  );
};
