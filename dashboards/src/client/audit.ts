import type { AuditCard, AuditDone, AuditDraw, AuditStandings } from "../desk/audits.ts";
import { createFormat } from "../wording/format.ts";
import { ask, Refused, tell } from "./answers.ts";
import { paintFrame, paintJudging, paintSetup, paintStandings } from "./audit-parts.ts";
import { AUDIT_LABELS, type AuditActions, type AuditLabel, type AuditView } from "./audit-state.ts";
import { AUDIT_WORDS } from "./audit-words.ts";
import { byId } from "./dom.ts";
import { keepOwnName, ownName } from "./own-name.ts";
import { listen } from "./live.ts";
import { keep } from "./view.ts";

/** Fewer are left: more are drawn, so that the next one is there before it is asked for. */
const FEW = 4;
const SHORTEST_REST_MS = 500;
const REST_PER_WORK = 3;
/** What was labelled and is on its way into the numbers may be drawn once more: then the draw is asked again. */
const DRAW_AGAIN_MS = 500;

const root = document.documentElement;
const given = new URLSearchParams(location.hash.slice(1));
let view: AuditView = {
  language: root.lang === "ru" ? "ru" : "en",
  theme: root.dataset["theme"] === "dark" ? "dark" : root.dataset["theme"] === "light" ? "light" : "auto",
  brand: given.get("brand"),
  source: given.get("source"),
  by: ownName(),
  drawn: null,
  standings: null,
  judged: [],
  notice: null,
  told: "",
};

const tongue = () => ({
  words: AUDIT_WORDS[view.language],
  format: createFormat(view.language, view.standings?.zone ?? "UTC"),
});

const draw = (): void => {
  const told = tongue();
  root.lang = view.language;
  root.dataset["theme"] = view.theme;
  document.title = `${told.words.title} · Molva`;
  paintFrame(view, told, actions);
  paintSetup(view, told, actions);
  paintJudging(view, told, actions);
  paintStandings(view, told);
  byId("page").setAttribute("aria-busy", view.standings === null ? "true" : "false");
};

const show = (change: Partial<AuditView>): void => {
  view = { ...view, ...change };
  draw();
};

const failed = (error: unknown): void => {
  const { words } = tongue();
  show({ notice: error instanceof Refused ? words.failed(error.message) : words.away });
};

/** By mention: judged here, or put off; the server draws it until its numbers follow. */
const seen = new Set<string>();
let drawing = false;

const refill = async (): Promise<void> => {
  const { brand, source } = view;
  if (drawing || brand === null || (view.drawn?.length ?? 0) >= FEW) return;
  drawing = true;
  try {
    const { mentions } = await ask<AuditDraw>("audit/next", { brand, source });
    if (brand !== view.brand || source !== view.source) return;
    const known = view.drawn ?? [];
    const fresh = mentions.filter(({ id }) => !seen.has(id) && known.every((card) => card.id !== id));
    show({ drawn: [...known, ...fresh] });
    if (known.length + fresh.length === 0 && mentions.some(({ id }) => !later.has(id)))
      setTimeout(() => void refill(), DRAW_AGAIN_MS);
  } catch (error) {
    failed(error);
  } finally {
    drawing = false;
    if (brand !== view.brand || source !== view.source) void refill();
  }
};

let reading = false;
let readAgain = false;

const readStandings = async (): Promise<void> => {
  if (reading) {
    readAgain = true;
    return;
  }
  reading = true;
  const began = Date.now();
  try {
    const standings = await ask<AuditStandings>("audit/standings", {});
    const own = standings.rows.find((row) => row.brand === view.brand && row.source === view.source);
    const first = standings.rows[0];
    show({ standings, ...(own === undefined && first !== undefined ? { brand: first.brand, source: null } : {}) });
    void refill();
  } catch (error) {
    failed(error);
  } finally {
    // Every label changes the numbers: at most a quarter of the time is spent on reading them again.
    setTimeout(
      () => {
        reading = false;
        if (!readAgain) return;
        readAgain = false;
        void readStandings();
      },
      Math.max(SHORTEST_REST_MS, REST_PER_WORK * (Date.now() - began)),
    );
  }
};

/** One decision after the other, in the order in which they were made. */
let writing: Promise<void> = Promise.resolve();
const events = new Map<string, string | null>();
const later = new Set<string>();

/** What could not be written comes back to the front, to be judged again. */
const backToFront = (card: AuditCard): void => {
  seen.delete(card.id);
  show({
    drawn: [card, ...(view.drawn ?? []).filter(({ id }) => id !== card.id)],
    judged: view.judged.filter((one) => one.card.id !== card.id),
  });
};

const send = (card: AuditCard, label: AuditLabel, by: string): void => {
  writing = writing.then(async () => {
    try {
      const { event } = await tell<AuditDone>("audit/label", { id: card.id, label, by });
      events.set(card.id, event);
    } catch (error) {
      backToFront(card);
      failed(error);
    }
  });
};

const withName = (): string | null => {
  const by = view.by.trim();
  if (by !== "") return by;
  show({ notice: tongue().words.byFirst });
  byId("by").focus();
  return null;
};

const actions: AuditActions = {
  speak: (language) => {
    keep("molva-language", language);
    show({ language });
  },
  dress: (theme) => {
    keep("molva-theme", theme);
    show({ theme });
  },
  choose: (brand, source) => {
    const kept = Object.entries({ brand, source }).filter((pair): pair is [string, string] => pair[1] !== null);
    history.replaceState(null, "", `#${new URLSearchParams(kept).toString()}`);
    show({ brand, source, drawn: null, told: "" });
    void refill();
  },
  name: (by) => {
    keepOwnName(by);
    show({ by, notice: null });
  },
  judge: (label) => {
    const [card, ...rest] = view.drawn ?? [];
    if (card === undefined) return;
    const by = withName();
    if (by === null) return;
    const { words } = tongue();
    seen.add(card.id);
    show({
      drawn: rest,
      judged: [...view.judged, { card, label }],
      notice: null,
      told: words.told(words.labels[label]),
    });
    send(card, label, by);
    void refill();
  },
  undo: () => {
    const last = view.judged.at(-1);
    const by = last === undefined ? null : withName();
    if (last === undefined || by === null) return;
    backToFront(last.card);
    show({ told: tongue().words.undone, notice: null });
    writing = writing.then(async () => {
      const event = events.get(last.card.id) ?? null;
      if (event === null) return;
      try {
        await tell<AuditDone>("audit/undo", { event, by });
        events.delete(last.card.id);
      } catch (error) {
        failed(error);
      }
    });
  },
  later: () => {
    const [card, ...rest] = view.drawn ?? [];
    if (card === undefined) return;
    seen.add(card.id);
    later.add(card.id);
    show({ drawn: rest, notice: null, told: "" });
    void refill();
  },
};

/** By the key's place too: on a Russian keyboard the same keys write other letters. */
addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.closest("input, select, textarea") !== null;
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const label = AUDIT_LABELS[["1", "2", "3"].indexOf(event.key)];
  if (label !== undefined) actions.judge(label);
  else if (event.code === "KeyU") actions.undo();
  else if (event.code === "KeyS") actions.later();
  else return;
  event.preventDefault();
});

listen(
  () => void readStandings(),
  () => undefined,
);
draw();
void readStandings();
