import type { Overview } from "../desk/reads.ts";
import { byId, el, paint, type Child } from "./dom.ts";
import type { Choice, Tongue, View } from "./view.ts";

type Health = Overview["health"][number];

const DEAD = new Set<Health["state"]>(["failing", "blocked", "forbidden"]);
const SHAPES: Readonly<Record<Health["state"], string>> = {
  ok: "●",
  partial: "◐",
  never: "○",
  failing: "✕",
  blocked: "✕",
  forbidden: "✕",
};
const ORDER: readonly Health["state"][] = ["failing", "blocked", "forbidden", "partial", "never", "ok"];

const publicRatingText = (
  { mean, max, count }: NonNullable<Health["publicRating"]>,
  words: Tongue["words"],
  format: Tongue["format"],
): string => words.publicRating(format.figure(mean), format.figure(max), count === null ? null : format.count(count));

const item = (health: Health, now: string, { words, format }: Tongue): Child => {
  const told = health.errorMessage ?? health.errorCode;
  return el(
    "li",
    { class: `source ${health.state}` },
    el(
      "div",
      { class: "source-head" },
      el(
        "span",
        { class: "source-state" },
        el("span", { "aria-hidden": "true" }, SHAPES[health.state]),
        " ",
        words.sourceStates[health.state],
      ),
      el("span", { class: "tag" }, health.source),
    ),
    el("bdi", { class: "source-title" }, health.title),
    el(
      "p",
      { class: "quiet" },
      [
        health.lastSuccessAt === null ? words.neverSucceeded : words.lastSuccess(format.ago(health.lastSuccessAt, now)),
        ...(health.lastAttemptAt === null
          ? []
          : [words.lastRound(format.count(health.new), format.count(health.changed), format.count(health.removed))]),
        ...(health.expected === null
          ? []
          : [words.gotOfUsual(format.count(health.got), format.count(Math.round(health.expected)))]),
        ...(health.blockedSince === null ? [] : [words.refusedSince(format.dateTime(health.blockedSince))]),
        ...(health.unreadable > 0 ? [words.unreadable(format.count(health.unreadable))] : []),
        ...(health.consecutiveFailures > 0 ? [words.failures(health.consecutiveFailures)] : []),
        ...(DEAD.has(health.state) && health.nextAttemptAt !== null
          ? [words.nextAttempt(format.dateTime(health.nextAttemptAt))]
          : []),
      ].join(" · "),
    ),
    health.publicRating !== null && el("p", { class: "quiet" }, publicRatingText(health.publicRating, words, format)),
    health.quiet && el("p", { class: "source-error" }, words.tooQuiet),
    told !== null &&
      health.state !== "ok" &&
      el(
        "p",
        { class: "source-error" },
        health.errorCode !== null && el("code", {}, health.errorCode),
        " ",
        el("bdi", {}, health.errorMessage ?? ""),
      ),
  );
};

/** How collection stands. A source that is dead is told above the numbers, for all brands. */
export const paintSources = (view: View, tongue: Tongue, choose: (change: Partial<Choice>) => void): void => {
  const { overview, choice, language } = view;
  if (overview === null) return;
  const { words } = tongue;
  const dead = overview.health.filter((health) => DEAD.has(health.state));
  // To the list, and to a brand in whose list the dead source stands.
  const lead = (): void => {
    if (!dead.some((health) => choice.brand !== null && health.brands.includes(choice.brand)))
      choose({ brand: dead[0]?.brands[0] ?? choice.brand, source: null, from: null, to: null });
    byId("sources").scrollIntoView({ block: "start" });
    byId("sources-title").focus({ preventScroll: true });
  };
  paint(byId("alarm"), [language, choice.brand, dead.map((health) => health.target)], () =>
    dead.length === 0
      ? []
      : [
          el(
            "p",
            {},
            el("span", { class: "alarm-sign", "aria-hidden": "true" }, "!"),
            el(
              "span",
              {},
              el("strong", {}, `${words.sourcesFailing(dead.length)}: `),
              el("bdi", {}, [...new Set(dead.map((health) => health.title))].slice(0, 3).join(", ")),
              dead.length > 3 ? "…" : "",
              `. ${words.sourcesFailingWhy} `,
            ),
            el("button", { type: "button", class: "plain", "data-focus": "alarm", click: lead }, words.sources),
          ),
        ],
  );
  const nothingYet = overview.brands.every((brand) => brand.last === null);
  const own = overview.health
    .filter((health) => nothingYet || choice.brand === null || health.brands.includes(choice.brand))
    .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  paint(byId("sources-title"), [language], () => [words.sources]);
  paint(byId("source-list"), [language, own, overview.now.slice(0, 16)], () =>
    own.length === 0
      ? [el("li", { class: "nothing" }, words.sourcesNone)]
      : own.map((health) => item(health, overview.now, tongue)),
  );
};
