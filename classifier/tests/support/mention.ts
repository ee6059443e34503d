import type { Instant, Mention } from "@molva/contracts";

/** A mention of which nothing is known but where it stands, when, and its words. */
export const bareMention = ({
  at,
  ...own
}: Pick<Mention, "mentionId" | "brandId" | "sourceId" | "kind" | "text"> & { readonly at: Instant }): Mention => ({
  ...own,
  url: null,
  title: null,
  rating: null,
  language: null,
  region: null,
  authorHash: null,
  reach: null,
  reply: null,
  publishedAt: { at, precision: "second", from: "source", clamped: false },
  editedAt: null,
  extra: {},
});
