import { listIncidents } from "@molva/aggregator";
import { instantOf, millisOf, type Answer, type Brand, type Incident } from "@molva/contracts";
import { wordIncident } from "@molva/dashboards/messages";
import type { LinkAct, LinkLanguage, LinkPage } from "../links/link-door.ts";
import type { Runtime } from "../runtime.ts";
import { answerIncident } from "./answer.ts";

type LinkAnswer = Exclude<Answer, "resolve">;

const WORDS: Readonly<
  Record<
    LinkLanguage,
    Readonly<Record<LinkAnswer, { readonly title: string; readonly button: string; readonly done: string }>>
  >
> = {
  en: {
    take: { title: "Take this incident?", button: "I take it", done: "It is yours. The others see it on the page." },
    useful: { title: "Was this message useful?", button: "Yes, it was useful", done: "Thank you: noted." },
    "not-useful": {
      title: "Was this message not useful?",
      button: "No, it was not",
      done: "Thank you: this brand's warnings become a little stricter.",
    },
    mute: { title: "Mute this incident?", button: "Mute it", done: "No further message about this incident." },
  },
  ru: {
    take: {
      title: "Взять инцидент в работу?",
      button: "Беру в работу",
      done: "Он ваш. Остальные видят это на странице.",
    },
    useful: { title: "Сообщение было полезным?", button: "Да, полезно", done: "Спасибо, записали." },
    "not-useful": {
      title: "Сообщение было не нужно?",
      button: "Да, не нужно",
      done: "Спасибо: предупреждения по этому бренду станут чуть строже.",
    },
    mute: { title: "Отключить этот инцидент?", button: "Отключить", done: "О нём больше не будет сообщений." },
  },
};

const UNKNOWN: Readonly<Record<LinkLanguage, string>> = {
  en: "The incident is no longer kept.",
  ru: "Этот инцидент больше не хранится.",
};

const EVER_DAYS = 400;

/** What the links of alerts do; each acts for the person or channel that its message went to. */
export const alertLinkActs = (
  { store, clock, changes }: Pick<Runtime, "store" | "clock" | "changes">,
  brands: readonly Brand[],
  zone: string,
): ReadonlyMap<string, LinkAct> => {
  const find = async (id: string): Promise<Incident | undefined> => {
    const now = millisOf(clock());
    const range = {
      brand: null,
      from: instantOf(now - EVER_DAYS * 86_400_000),
      to: instantOf(now + 86_400_000),
      limit: 100_000,
    };
    return (await listIncidents(store, range)).find((one) => one.id === id);
  };
  const lineOf = async (id: string, language: LinkLanguage): Promise<string> => {
    const incident = await find(id);
    if (incident === undefined) return UNKNOWN[language];
    const brand = brands.find((one) => one.id === incident.brandId);
    return wordIncident(incident, brand?.title ?? incident.brandId, language, brand?.timezone ?? zone);
  };
  const actOf = (answer: LinkAnswer): LinkAct => ({
    describe: async ({ on }, language) => {
      const { title, button } = WORDS[language][answer];
      return { title, button, text: await lineOf(on, language) };
    },
    run: async ({ on, who }, language): Promise<LinkPage> => {
      await answerIncident(store, { id: on }, answer, who, clock());
      changes.announce();
      return { title: WORDS[language][answer].done, text: await lineOf(on, language) };
    },
  });
  return new Map(
    (["take", "useful", "not-useful", "mute"] as const).map((answer) => [`alert/${answer}`, actOf(answer)] as const),
  );
};
