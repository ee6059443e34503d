import type { Brand } from "@molva/contracts";
import type { LinkAct, LinkLanguage } from "../links/link-door.ts";
import type { Runtime } from "../runtime.ts";
import { SUMMARY } from "./read-summary.ts";
import { UNSUBSCRIBE } from "./report-mail.ts";
import { sentNotes } from "./sent-notes.ts";

const WORDS: Readonly<
  Record<
    LinkLanguage,
    {
      readonly title: string;
      readonly button: string;
      readonly done: string;
      /** In the place of a brand's title. */
      readonly summary: string;
      readonly text: (brand: string, who: string) => string;
    }
  >
> = {
  en: {
    title: "Unsubscribe from the weekly report?",
    button: "Unsubscribe",
    done: "You are unsubscribed",
    summary: "several brands side by side",
    text: (brand, who) =>
      `The weekly report of ${brand} will no longer go to ${who}. Who runs Molva can put it back (molva report list).`,
  },
  ru: {
    title: "Отписаться от еженедельного отчёта?",
    button: "Отписаться",
    done: "Вы отписаны",
    summary: "«Все бренды рядом»",
    text: (brand, who) =>
      `Еженедельный отчёт по бренду ${brand} больше не будет приходить на ${who}. Вернуть подписку может администратор Molva.`,
  },
};

/** What the links of reports do; each acts for the reader whose copy it stands in. */
export const reportLinkActs = (
  { checkpoints, clock }: Pick<Runtime, "checkpoints" | "clock">,
  brands: readonly Brand[],
): ReadonlyMap<string, LinkAct> => {
  const titleOf = (id: string, language: LinkLanguage): string =>
    id.startsWith(SUMMARY) ? WORDS[language].summary : (brands.find((brand) => brand.id === id)?.title ?? id);
  return new Map([
    [
      UNSUBSCRIBE,
      {
        describe: async ({ on, who }, language) => {
          const { title, button, text } = WORDS[language];
          return { title, button, text: text(titleOf(on, language), who) };
        },
        run: async ({ on, who }, language) => {
          await sentNotes(checkpoints).unsubscribe(on, who, clock());
          return { title: WORDS[language].done, text: WORDS[language].text(titleOf(on, language), who) };
        },
      } satisfies LinkAct,
    ],
  ]);
};
