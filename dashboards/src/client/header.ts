import { byId, el, paint } from "./dom.ts";
import { paintPreferences, type PreferenceActions } from "./controls.ts";
import type { Tongue, View } from "./view.ts";

export interface HeaderActions extends PreferenceActions {
  retry(): void;
}

/** The latest point up to which everything is applied. */
const asOfOf = ({ overview }: View): string | null =>
  overview?.progress.horizon ?? overview?.headlines["7d"].find((row) => row.asOf !== null)?.asOf ?? null;

export const paintHeader = (view: View, { words, format }: Tongue, actions: HeaderActions): void => {
  const { language, link, overview } = view;
  paint(byId("tagline"), [language], () => [words.tagline]);
  paint(byId("skip"), [language], () => [words.skip]);
  paintPreferences(view, words, actions);
  const asOf = asOfOf(view);
  const verified = overview?.progress.verified ?? null;
  paint(byId("link"), [language, link, asOf?.slice(0, 16), overview === null, verified], () => [
    el("span", { class: `dot ${link}`, "aria-hidden": "true" }),
    el(
      "span",
      { class: "link-state" },
      link === "live" ? words.live : link === "polling" ? words.polling : words.offline,
    ),
    overview !== null &&
      el("span", { class: "quiet" }, asOf === null ? words.asOfNothing : words.asOf(format.dateTime(asOf))),
    verified !== null &&
      el(
        "span",
        { class: verified.differences === 0 ? "quiet" : "alarm-text" },
        verified.differences === 0
          ? words.recounted(format.dateTime(verified.at))
          : words.recountDiffers(verified.differences, format.dateTime(verified.at)),
      ),
  ]);
  const crawl = overview?.progress.crawl;
  const lag = overview?.progress.lag ?? 0;
  byId("progress").classList.toggle("running", crawl?.running === true || lag > 0);
  paint(byId("progress-text"), [language, crawl, lag], () =>
    crawl === undefined || (!crawl.running && crawl.pages === 0 && lag === 0)
      ? []
      : [
          [
            crawl.running ? words.crawling(crawl.pages, crawl.mentions) : words.crawled(crawl.pages, crawl.mentions),
            ...(lag > 0 ? [words.waiting(lag)] : []),
          ].join(" · "),
        ],
  );
  paint(byId("lost"), [language, link, view.failure, view.readAt?.slice(0, 16)], () => {
    const told =
      view.failure !== null
        ? words.failed(view.failure)
        : link !== "offline"
          ? null
          : view.readAt === null
            ? words.lostAtOnce
            : words.lost(format.dateTime(view.readAt));
    return told === null
      ? []
      : [
          el(
            "p",
            {},
            el("span", { class: "alarm-sign", "aria-hidden": "true" }, "!"),
            el("span", {}, told),
            el(
              "button",
              { type: "button", class: "button", "data-focus": "retry", click: actions.retry },
              words.tryAgain,
            ),
          ),
        ];
  });
  paint(byId("footer"), [language, format.zone], () => [
    el("p", {}, words.footer(format.zone)),
    el("p", {}, el("a", { href: "/reports" }, words.reports), " · ", el("a", { href: "/audit" }, words.audits)),
  ]);
};
