import type { AlertContent, WordedAlert } from "./content.ts";

/** What a program gets: the alert's own numbers and ids, the quotes, and the words that a person would read. `version` grows when a field changes its meaning. */
export const webhookPayload = (content: AlertContent, worded: WordedAlert): object => ({
  version: 1,
  alert: content.alert,
  brand: { id: content.alert.brandId, title: content.brandTitle },
  language: content.language,
  zone: content.zone,
  quotes: content.quotes,
  links: content.links,
  words: worded,
});
