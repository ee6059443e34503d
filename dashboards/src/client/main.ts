import { askDays, askIncidents, askMentions, askOverview, askRolling, askSurveys, Refused, tell } from "./answers.ts";
import { paintCards } from "./cards.ts";
import { createCharts } from "./charts.ts";
import { byId, el, paint } from "./dom.ts";
import { createFormat, type Language } from "../wording/format.ts";
import { paintHeader } from "./header.ts";
import { paintIncidents, type IncidentAct } from "./incidents.ts";
import { listen } from "./live.ts";
import { paintMentions } from "./mentions.ts";
import { paintRatePanel } from "./panel.ts";
import { paintSources } from "./sources.ts";
import { paintSurveys } from "./surveys.ts";
import { choiceOf, hashOf, keep, type Choice, type Theme, type Tongue, type View } from "./view.ts";
import { WORDS } from "./words.ts";

const PAGE = 20;
const MOST = 200;
const SHORTEST_REST_MS = 250;
const LONGEST_REST_MS = 15_000;
/** At most a quarter of the time is spent on reading. */
const REST_PER_WORK = 3;

const root = document.documentElement;
let view: View = {
  language: root.lang === "ru" ? "ru" : "en",
  theme: root.dataset["theme"] === "dark" ? "dark" : root.dataset["theme"] === "light" ? "light" : "auto",
  choice: choiceOf(location.hash, location.search),
  link: "polling",
  readAt: null,
  failure: null,
  overview: null,
  rolling: null,
  days: null,
  surveys: null,
  incidents: null,
  mentions: null,
  next: null,
};

const tongueOf = ({ language, overview }: View): Tongue => ({
  words: WORDS[language],
  format: createFormat(language, overview?.zone ?? "UTC"),
});

const isEmpty = ({ overview }: View): boolean =>
  overview !== null && overview.brands.every((brand) => brand.last === null);

const draw = (): void => {
  const tongue = tongueOf(view);
  const { words } = tongue;
  root.lang = view.language;
  root.dataset["theme"] = view.theme;
  root.dataset["stale"] = view.link === "offline" ? "yes" : "no";
  const brand = view.overview?.brands.find((known) => known.id === view.choice.brand);
  document.title = brand === undefined ? "Molva" : `${brand.title} · Molva`;
  paintHeader(view, tongue, { speak, dress, retry });
  paintSources(view, tongue, choose);
  const empty = isEmpty(view);
  byId("empty").hidden = view.overview !== null && !empty;
  byId("numbers").hidden = view.overview === null;
  root.dataset["empty"] = empty ? "yes" : "no";
  paint(byId("empty"), [view.language, view.overview === null, view.overview?.brands.length === 0, view.link], () =>
    view.overview === null
      ? [el("p", { class: "quiet" }, view.link === "offline" ? "" : words.loading)]
      : view.overview.brands.length === 0
        ? [el("h2", {}, words.noBrandsTitle), el("p", {}, words.noBrandsText)]
        : [el("h2", {}, words.emptyTitle), el("p", {}, words.emptyText)],
  );
  byId("cards").setAttribute("aria-label", words.brands);
  paintCards(view, tongue, choose);
  paintRatePanel(view, tongue, choose);
  paintIncidents(view, tongue, choose, (what, told) => void act(what, told));
  paintSurveys(view, tongue);
  paintMentions(view, tongue, choose, () => void readMore());
  charts.draw(view, tongue);
  byId("page").setAttribute("aria-busy", view.overview === null ? "true" : "false");
};

const show = (change: Partial<View>): void => {
  view = { ...view, ...change };
  draw();
};

const speak = (language: Language): void => {
  keep("molva-language", language);
  show({ language });
};

const dress = (theme: Theme): void => {
  keep("molva-theme", theme);
  show({ theme });
};

const retry = (): void => {
  restUntil = 0;
  void refresh();
};

const choose = (change: Partial<Choice>): void => {
  const choice = { ...view.choice, ...change };
  history.replaceState(null, "", hashOf(choice));
  const moved = choice.brand !== view.choice.brand;
  show({ choice, ...(moved ? { rolling: null, days: null, surveys: null, incidents: null } : {}) });
  void readBrand();
};

const charts = createCharts(draw);
const live = listen(
  () => void refresh(),
  () => {
    if (view.link !== "offline") show({ link: live.told() ? "live" : "polling" });
  },
);

/** Takes the failure of any question: the last numbers stay, marked as old. */
const failed = (error: unknown): void => {
  if (error instanceof Refused) show({ failure: error.message, link: live.told() ? "live" : "polling" });
  else show({ link: "offline", failure: null });
};

let question = 0;

/** Reads what belongs to the chosen brand. An answer that comes after the choice has moved on is dropped. */
const readBrand = async (): Promise<void> => {
  const { choice } = view;
  if (choice.brand === null) return;
  question += 1;
  const asked = question;
  try {
    const limit = Math.min(MOST, Math.max(PAGE, view.mentions?.length ?? 0));
    const [rolling, days, surveys, incidents, page] = await Promise.all([
      askRolling(choice.brand, choice),
      askDays(choice.brand, choice),
      askSurveys(choice.brand),
      askIncidents(choice.brand),
      askMentions(choice.brand, choice, limit, null),
    ]);
    if (asked === question) show({ rolling, days, surveys, incidents, mentions: page.mentions, next: page.next });
  } catch (error) {
    if (asked === question) failed(error);
  }
};

/** Takes or mutes an incident, says how that went, and reads again what stands there now. */
const act = async (what: IncidentAct, told: { readonly incident: string; readonly by: string }): Promise<void> => {
  const say = (text: string): void => void (byId("incident-told").textContent = text);
  const { words } = tongueOf(view);
  try {
    await tell(`incident/${what}`, told);
    say(words.acted[what]);
    await readBrand();
  } catch (error) {
    say(words.notActed(error instanceof Refused ? error.message : words.lostAtOnce));
  }
};

const readMore = async (): Promise<void> => {
  const { choice, next } = view;
  if (choice.brand === null || next === null) return;
  const asked = question;
  try {
    const page = await askMentions(choice.brand, choice, PAGE, next);
    if (asked !== question) return;
    const known = new Set((view.mentions ?? []).map((mention) => mention.id));
    show({
      mentions: [...(view.mentions ?? []), ...page.mentions.filter((mention) => !known.has(mention.id))],
      next: page.next,
    });
  } catch (error) {
    failed(error);
  }
};

let reading = false;
let waiting: number | null = null;
let restUntil = 0;

/** One refresh at a time, and after a slow one a longer rest: the page must not hold up the crawl that it watches. */
const refresh = async (): Promise<void> => {
  const now = Date.now();
  if (reading || now < restUntil) {
    waiting ??= setTimeout(
      () => {
        waiting = null;
        void refresh();
      },
      Math.max(SHORTEST_REST_MS, restUntil - now),
    );
    return;
  }
  reading = true;
  try {
    const overview = await askOverview();
    const chosen = overview.brands.some((brand) => brand.id === view.choice.brand)
      ? view.choice.brand
      : (overview.brands[0]?.id ?? null);
    show({
      overview,
      choice: { ...view.choice, brand: chosen },
      link: live.told() ? "live" : "polling",
      failure: null,
      readAt: new Date().toISOString(),
    });
    await readBrand();
  } catch (error) {
    failed(error);
  } finally {
    reading = false;
    restUntil = Date.now() + Math.min(LONGEST_REST_MS, REST_PER_WORK * (Date.now() - now));
  }
};

// The chart library empties its box by writing the empty string to it; any other string as markup is refused.
(
  window as {
    readonly trustedTypes?: { createPolicy(name: string, rules: { createHTML(text: string): string | null }): unknown };
  }
).trustedTypes?.createPolicy("default", {
  createHTML: (text) => (text === "" ? "" : null),
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
addEventListener("hashchange", () => {
  view = { ...view, choice: { ...choiceOf(location.hash), brand: choiceOf(location.hash).brand ?? view.choice.brand } };
  draw();
  void readBrand();
});
draw();
void refresh();
