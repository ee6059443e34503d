import type { AuditCard, DeskAuditStanding } from "../desk/audits.ts";
import { AUDIT_LABELS, type AuditActions, type AuditTongue, type AuditView } from "./audit-state.ts";
import { paintPreferences, picker, wideTable } from "./controls.ts";
import { byId, el, paint, webAddress, type Child } from "./dom.ts";

/** First to correct anything at all, then to let the rate stand on what people found. */
const GOALS = [30, 100] as const;

const standingOf = ({ standings, brand, source }: AuditView): DeskAuditStanding | undefined =>
  standings?.rows.find((row) => row.brand === brand && row.source === source);

export const paintFrame = (view: AuditView, { words, format }: AuditTongue, actions: AuditActions): void => {
  const { language } = view;
  paint(byId("title"), [language], () => [words.title]);
  paint(byId("tagline"), [language], () => [words.tagline]);
  paint(byId("skip"), [language], () => [words.skip]);
  paint(byId("back"), [language], () => [words.back]);
  paint(byId("why"), [language], () => [words.why]);
  paint(byId("footer"), [language, format.zone], () => [el("p", {}, words.footer(format.zone))]);
  paintPreferences(view, words, actions);
  paint(byId("lost"), [view.notice], () =>
    view.notice === null
      ? []
      : [el("p", {}, el("span", { class: "alarm-sign", "aria-hidden": "true" }, "!"), el("span", {}, view.notice))],
  );
  paint(byId("told"), [view.told], () => [view.told]);
};

export const paintSetup = (view: AuditView, { words }: AuditTongue, actions: AuditActions): void => {
  const { language, brand, source, standings } = view;
  const rows = standings?.rows ?? [];
  const brands = rows.filter((row) => row.source === null).map(({ brand: value, title }) => ({ value, text: title }));
  const sources = rows.flatMap((row) => (row.brand === brand && row.source !== null ? [row.source] : []));
  paint(byId("setup"), [language, brand, source, brands, sources], () => {
    const name = el("input", {
      type: "text",
      id: "by",
      maxlength: 200,
      autocomplete: "name",
      value: view.by,
      "data-focus": "by",
      input: () => actions.name(name.value),
    });
    const chosen = el(
      "select",
      { "data-focus": "brand", change: () => actions.choose(chosen.value, null) },
      ...brands.map(({ value, text }) => el("option", { value, selected: value === brand }, text)),
    );
    return [
      brands.length > 0 && el("label", { class: "picker" }, el("span", {}, words.brand), chosen),
      brands.length > 0 &&
        picker(
          "source",
          words.source,
          words.allSources,
          sources.map((value) => ({ value, text: value })),
          source,
          (value) => actions.choose(brand, value),
        ),
      el("label", { class: "picker" }, el("span", {}, words.by), name),
    ];
  });
};

const article = (card: AuditCard, { words, format }: AuditTongue): readonly Child[] => {
  const address = webAddress(card.url);
  return [
    el(
      "div",
      { class: "mention-head" },
      card.rating !== null &&
        card.ratingMax !== null &&
        el("span", {}, words.rating(format.stars(card.rating, card.ratingMax))),
      el("time", { datetime: card.publishedAt }, format.day(card.publishedAt)),
      el("span", { class: "tag" }, card.source),
    ),
    card.title !== null && card.title.trim() !== "" && el("h3", { dir: "auto" }, card.title),
    el(
      "p",
      { class: card.text.trim() === "" ? "mention-text nothing" : "mention-text", dir: "auto" },
      card.text.trim() === "" ? words.noText : card.text,
    ),
    address !== null &&
      el(
        "div",
        { class: "mention-foot" },
        el(
          "a",
          { href: address.href, target: "_blank", rel: "noopener noreferrer nofollow", "data-focus": "open" },
          words.openAt(address.hostname),
          el("span", { "aria-hidden": "true" }, " ↗"),
          el("span", { class: "hidden" }, ` (${words.newTab})`),
        ),
      ),
  ];
};

export const paintJudging = (view: AuditView, tongue: AuditTongue, actions: AuditActions): void => {
  const { words, format } = tongue;
  const { language, drawn, judged, standings } = view;
  const card = drawn?.[0];
  const standing = standingOf(view);
  paint(byId("question"), [language, standing?.title], () => [
    standing === undefined ? words.title : words.question(standing.title),
  ]);
  const audits = standing?.audits ?? 0;
  const goal = GOALS.find((enough) => audits < enough) ?? null;
  paint(byId("meter"), [language, audits, goal, judged.length, standing === undefined], () => {
    if (standing === undefined) return [];
    const told = goal === null ? format.count(audits) : words.progress(format.count(audits), format.count(goal));
    return [
      goal !== null && el("progress", { max: goal, value: audits, "aria-label": told }),
      el("span", {}, goal === null ? `${words.table.audits}: ${told}` : told),
      judged.length > 0 && el("span", { class: "quiet" }, words.session(judged.length)),
      el("span", { class: "quiet" }, words.enough),
    ];
  });
  const empty = standings?.rows.length === 0 ? words.noMentions : drawn === null ? words.loading : words.nothingLeft;
  paint(byId("mention"), [language, card?.id ?? empty], () =>
    card === undefined ? [el("p", { class: "nothing" }, empty)] : article(card, tongue),
  );
  byId("answers").setAttribute("aria-label", words.answers);
  paint(byId("answers"), [language, card === undefined, judged.length === 0], () => [
    ...(card === undefined
      ? []
      : AUDIT_LABELS.map((label, i) =>
          el(
            "button",
            {
              type: "button",
              class: `audit-answer chip ${label}`,
              "data-focus": label,
              "aria-keyshortcuts": String(i + 1),
              click: () => actions.judge(label),
            },
            el("span", { class: "shape", "aria-hidden": "true" }),
            words.labels[label],
            el("kbd", { "aria-hidden": "true" }, String(i + 1)),
          ),
        )),
    card !== undefined &&
      el(
        "button",
        { type: "button", class: "button", "data-focus": "later", "aria-keyshortcuts": "S", click: actions.later },
        words.later,
      ),
    judged.length > 0 &&
      el(
        "button",
        { type: "button", class: "button", "data-focus": "undo", "aria-keyshortcuts": "U", click: actions.undo },
        words.undo,
      ),
  ]);
  paint(byId("keys"), [language], () => [words.keys]);
};

export const paintStandings = (view: AuditView, { words, format }: AuditTongue): void => {
  const { language, standings, brand, source } = view;
  const rows = standings?.rows ?? [];
  const standing = standingOf(view);
  const points = (half: number): string => format.figure(Math.round(half * 10) / 10);
  paint(byId("bought-title"), [language], () => [words.boughtTitle]);
  paint(byId("bought"), [language, standing], () =>
    standing === undefined
      ? []
      : [
          el("strong", {}, standing.halfWidth === null ? words.nowNothing : words.now(points(standing.halfWidth))),
          ...standing.more.map(({ audits, halfWidth }) =>
            el("span", {}, ` ${words.more(format.count(audits), points(halfWidth))}`),
          ),
        ],
  );
  paint(byId("standings"), [language, rows, brand, source], () => {
    if (rows.length === 0) return [];
    const steps = [...new Set(rows.flatMap((row) => row.more.map(({ audits }) => audits)))].toSorted((a, b) => a - b);
    const halves = rows[0]?.needed.map(({ halfWidth }) => halfWidth) ?? [];
    const { table } = words;
    const names = [
      table.brand,
      table.source,
      table.n,
      table.audits,
      table.agreement,
      table.bias,
      table.now,
      ...steps.map((audits) => table.more(format.count(audits))),
      ...halves.map((half) => table.for(format.count(half))),
    ];
    return [
      wideTable(
        { "aria-labelledby": "bought-title" },
        names,
        rows.map((row) =>
          el(
            "tr",
            { "aria-current": row.brand === brand && row.source === source ? "true" : null },
            el("th", { scope: "row" }, row.title),
            el("td", {}, row.source ?? words.every),
            el("td", {}, format.count(row.n)),
            el("td", {}, format.count(row.audits)),
            el("td", {}, row.agreement === null ? "–" : format.share(row.agreement / 100)),
            el("td", {}, row.bias === null ? "–" : format.rate(row.bias)),
            el("td", {}, row.halfWidth === null ? "–" : `±${points(row.halfWidth)}`),
            ...steps.map((step) => {
              const found = row.more.find(({ audits }) => audits === step);
              return el("td", {}, found === undefined ? "–" : `±${points(found.halfWidth)}`);
            }),
            ...row.needed.map(({ audits }) => el("td", {}, format.count(audits))),
          ),
        ),
      ),
    ];
  });
};
