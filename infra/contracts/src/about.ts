/** What mentions are sorted by unless the configuration adds to it: parts of an offer, then the reasons to leave. Ids stand in the facts. */
export const BUILT_IN_TOPICS = {
  delivery: { en: "Delivery", ru: "Доставка" },
  price: { en: "Price", ru: "Цена" },
  staff: { en: "Staff", ru: "Персонал" },
  quality: { en: "Quality", ru: "Качество" },
  app: { en: "App and site", ru: "Приложение и сайт" },
  payment: { en: "Payment", ru: "Оплата" },
  support: { en: "Support", ru: "Поддержка" },
  service: { en: "Service", ru: "Сервис" },
  "better-alternative": { en: "Better alternative", ru: "Лучшая альтернатива" },
  reputation: { en: "Reputation", ru: "Репутация" },
  "hard-to-reach": { en: "Hard to reach", ru: "Труднодоступность" },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly ru: string }>>;

/** What people read for a topic's id; an id that the user made is its own title. */
export const topicTitle = (id: string, language: "en" | "ru"): string =>
  Object.hasOwn(BUILT_IN_TOPICS, id) ? BUILT_IN_TOPICS[id as keyof typeof BUILT_IN_TOPICS][language] : id;
