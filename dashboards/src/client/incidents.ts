import type { DeskIncident } from "../desk/reads.ts";
import { byId, el, paint, type Child } from "./dom.ts";
import { keepOwnName, ownName } from "./own-name.ts";
import type { Choice, Tongue, View } from "./view.ts";

/** Signs beside the words: colour alone says nothing. */
const SHAPES: Readonly<Record<DeskIncident["severity"], string>> = { info: "○", warning: "▲", critical: "◆" };
/** So many are listed at once; older ones are folded. */
const LISTED = 8;

/** Told of, or held back for a while: what a person looks for first. */
const isOwn = ({ held }: DeskIncident): boolean => held !== "past" && held !== "inhibited";

const numbersOf = (one: DeskIncident, { words, format }: Tongue): readonly string[] => {
  const percent = (value: number): string => format.share(value / 100);
  const bound = (value: number | null): string | null => (value === null ? null : percent(value));
  return [
    ...(one.observed === null || one.expected === null
      ? []
      : [words.seenUsual(format.count(one.observed), Math.round(one.hours), format.figure(one.expected))]),
    ...(one.share === null
      ? []
      : [
          words.negativeShare(
            percent(one.share.value),
            bound(one.share.low),
            bound(one.share.high),
            bound(one.usualShare),
          ),
        ]),
    ...(one.severity === "critical" ? one.reasons.map((reason) => words.severityReasons[reason]) : []),
  ];
};

const historyOf = (one: DeskIncident, { words, format }: Tongue): readonly string[] => {
  const line = one.joins?.[format.language] ?? null;
  return [
    ...(one.toldAt === null ? [] : [words.told(format.dateTime(one.toldAt), one.messages)]),
    ...(one.held === null
      ? []
      : [one.held === "inhibited" && line !== null ? words.partOf(line) : words.held[one.held]]),
    ...(one.taken === null ? [] : [words.takenBy(one.taken.by, format.dateTime(one.taken.at))]),
    ...(one.resolved === null ? [] : [words.resolvedBy(one.resolved.by, format.dateTime(one.resolved.at))]),
    ...(one.muted ? [words.muted] : []),
    ...(one.useful + one.notUseful === 0 ? [] : [words.judged(one.useful, one.notUseful)]),
  ];
};

/** What the list of mentions must be narrowed to, to hold those that the incident counted. */
const narrowedTo = ({ kind, source, since, until }: DeskIncident): Partial<Choice> => ({
  from: since,
  to: until,
  source: kind === "level" ? null : source,
  label: kind === "negative-spike" || kind === "topic-surge" || kind === "level" ? "negative" : null,
});

/** What a person may do about an incident that is open. */
export type IncidentAct = "take" | "mute";

interface ItemActions {
  readonly show: (one: DeskIncident) => void;
  /** Null: nothing may be done here. */
  readonly act: ((one: DeskIncident, what: IncidentAct) => void) | null;
}

const item = (one: DeskIncident, tongue: Tongue, { show, act }: ItemActions): Child => {
  const { words, format } = tongue;
  const button = (text: string, focus: string, click: () => void): Child =>
    el(
      "button",
      { type: "button", class: "plain", "data-focus": focus, click },
      text,
      el("span", { class: "hidden" }, `: ${one.line[format.language]}`),
    );
  const numbers = numbersOf(one, tongue);
  const history = historyOf(one, tongue);
  return el(
    "li",
    { class: `incident ${one.severity} ${one.closedAt === null ? "open" : "over"}` },
    el(
      "div",
      { class: "incident-head" },
      el(
        "span",
        { class: "incident-severity" },
        el("span", { "aria-hidden": "true" }, `${SHAPES[one.severity]} `),
        words.severities[one.severity],
      ),
      el(
        "span",
        { class: "quiet" },
        one.closedAt === null
          ? words.openSince(format.dateTime(one.since))
          : words.lasted(format.dateTime(one.since), format.dateTime(one.until)),
      ),
    ),
    el("p", { class: "incident-line", dir: "auto" }, one.line[format.language]),
    numbers.length > 0 && el("p", { class: "quiet" }, numbers.join(" · ")),
    history.length > 0 && el("p", { class: "incident-history" }, el("bdi", {}, history.join(" · "))),
    el(
      "div",
      { class: "incident-acts" },
      one.kind !== "silence" && button(words.itsMentions, `incident:${one.id}`, () => show(one)),
      ...(act === null || one.closedAt !== null
        ? []
        : (["take", "mute"] as const)
            .filter((what) => (what === "take" ? one.taken === null : !one.muted))
            .map((what) => button(words[what], `${what}:${one.id}`, () => act(one, what)))),
    ),
  );
};

/** What was unusual about the chosen brand: open ones on top, who was told and who is on it. */
export const paintIncidents = (
  view: View,
  tongue: Tongue,
  choose: (change: Partial<Choice>) => void,
  send: (what: IncidentAct, told: { readonly incident: string; readonly by: string }) => void,
): void => {
  const { incidents, choice, language } = view;
  const { words } = tongue;
  const all = incidents !== null && incidents.brand === choice.brand ? incidents.incidents : null;
  const own = all?.filter(isOwn) ?? null;
  const listed = own?.slice(0, LISTED) ?? [];
  const rest = [...(own?.slice(LISTED) ?? []), ...(all ?? []).filter((one) => !isOwn(one))];
  const show = (one: DeskIncident): void => {
    choose(narrowedTo(one));
    byId("mentions-title").scrollIntoView({ block: "start" });
    byId("mentions-title").focus({ preventScroll: true });
  };
  const acts = incidents?.acts === true && all !== null && all.some(({ closedAt }) => closedAt === null);
  const name = byId("own-name") as HTMLInputElement;
  const act = (one: DeskIncident, what: IncidentAct): void => {
    const by = name.value.trim();
    if (by === "") {
      byId("incident-told").textContent = words.nameFirst;
      name.focus();
      return;
    }
    keepOwnName(by);
    send(what, { incident: one.id, by });
  };
  const actions: ItemActions = { show, act: acts ? act : null };
  paint(byId("incidents-title"), [language], () => [words.incidents]);
  paint(byId("incident-by-label"), [language], () => [words.yourName]);
  if (byId("incident-by").hidden && acts) name.value = ownName();
  byId("incident-by").hidden = !acts;
  paint(byId("incident-list"), [language, all === null, listed, acts], () =>
    all !== null && listed.length === 0
      ? [el("li", { class: "nothing" }, words.incidentsNone)]
      : listed.map((one) => item(one, tongue, actions)),
  );
  byId("incident-rest").hidden = rest.length === 0;
  paint(byId("incident-rest"), [language, rest], () => [
    el("summary", { "data-focus": "incident-rest" }, `${words.incidentsOther} (${tongue.format.count(rest.length)})`),
    el("ul", { class: "incidents" }, ...rest.map((one) => item(one, tongue, { show, act: null }))),
  ]);
};
