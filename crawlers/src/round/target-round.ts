import {
  isPipelineError,
  PipelineError,
  type Brand,
  type BrandId,
  type Instant,
  type Lane,
  type MentionId,
  type Observation,
} from "@molva/contracts";
import type { Draft, Page, PageRequest, ParsedPage, PublicRating } from "../source.ts";
import { NO_COUNTS, type Counts } from "./health.ts";
import { keptPage, type KeptPage, type Known, type Ledger } from "./ledger.ts";
import { contentHash, mentionIdOfDraft, mentionOf, newestOf, publicationDate } from "./mention.ts";
import { canonicalJson, shortHash, type CrawlTarget, type Interest } from "./target.ts";

export interface RoundDependencies {
  readonly ledger: Ledger;
  readonly publish: (observations: readonly Observation[], lane: Lane) => Promise<void>;
  readonly hashAuthor: (name: string) => string;
  readonly matchesBrand: (brand: Brand, text: string) => boolean;
  /** The zone of dates without one: of all brands, whatever they say; null: each brand's own, else UTC. */
  readonly zone: string | null;
}

/** A mention as one page showed it to one brand. */
interface Sighting {
  readonly id: MentionId;
  readonly draft: Draft;
  readonly brandId: BrandId;
}

const layoutChanged = (target: CrawlTarget, url: string, why: string): PipelineError =>
  new PipelineError(`${target.title}: ${why}`, {
    code: "SOURCE_LAYOUT_CHANGED",
    recovery: "dead-letter",
    details: { source: target.source.id, host: new URL(url).host },
  });

/**
 * One target in one round: turns pages into observations, publishes them, and only then remembers them. A crash
 * between the two costs a second publication of the same ids, never a loss.
 */
export const createTargetRound = (target: CrawlTarget, deps: RoundDependencies) => {
  let counts: Counts = NO_COUNTS;
  let firstError: PipelineError | null = null;
  let newest: Instant | null = null;
  let publicRating: PublicRating | null = null;
  let expected: number | null = null;
  const keysSeen = new Set<string>();
  let allComplete = true;
  let cutShort = false;
  const seenIds = new Set<string>();

  const zoneOf = (interest: Interest): string => deps.zone ?? interest.brand.timezone ?? "UTC";
  const zones = [...new Set(target.interests.map(zoneOf))];
  /** A page that was read for other brands, queries, zones or by an older parser must be read again, unchanged or not. */
  const reading = shortHash(
    canonicalJson([
      target.source.version,
      target.interests.map((i) => [
        i.brand.id,
        i.match,
        zoneOf(i),
        i.match === "query" ? [i.brand.query, i.brand.title] : null,
      ]),
    ]),
  );

  const tally = (change: Partial<Counts>): void => {
    counts = Object.fromEntries(
      Object.entries(counts).map(([name, count]) => [name, count + (change[name as keyof Counts] ?? 0)]),
    ) as unknown as Counts;
  };

  const wants = ({ brand, match }: Interest, draft: Draft): boolean =>
    match === "all" || deps.matchesBrand(brand, draft.title === null ? draft.text : `${draft.title}\n${draft.text}`);

  const parse = (page: Page, zone: string): ParsedPage => {
    try {
      return target.source.parse(page, target.options, { zone });
    } catch (error) {
      if (isPipelineError(error)) throw error;
      throw new PipelineError(
        `${target.title}: the page could not be read (${error instanceof Error ? error.name : "unknown error"})`,
        {
          code: "SOURCE_LAYOUT_CHANGED",
          recovery: "dead-letter",
          cause: error,
          details: { source: target.source.id },
        },
      );
    }
  };

  const sightings = (parsed: ReadonlyMap<string, ParsedPage>): readonly Sighting[] =>
    target.interests.flatMap((interest) =>
      (parsed.get(zoneOf(interest))?.drafts ?? [])
        .filter((draft) => wants(interest, draft))
        .map((draft) => ({
          id: mentionIdOfDraft(interest.brand.id, target.source.id, draft),
          draft,
          brandId: interest.brand.id,
        })),
    );

  /** What a sighting adds to what is known; null when it adds nothing. */
  const learned = async (
    sighting: Sighting,
    observedAt: Instant,
  ): Promise<{ readonly observation: Observation; readonly known: Known; readonly isNew: boolean } | null> => {
    const { draft, id, brandId } = sighting;
    const hash = contentHash(draft);
    const before = await deps.ledger.known(id);
    if (before?.hash === hash) return null;
    const publishedAt = publicationDate(before?.publishedAt ?? null, draft.publishedAt, observedAt);
    const mention = mentionOf(
      draft,
      { brandId, sourceId: target.source.id, mentionId: id },
      publishedAt,
      observedAt,
      deps.hashAuthor,
    );
    return {
      observation: { type: "seen", mention, observedAt },
      known: { hash, brand: brandId, publishedAt },
      isNew: before === null,
    };
  };

  const noteWhole = (page: Pick<KeptPage, "publicRating" | "expected" | "complete" | "keys">): void => {
    publicRating ??= page.publicRating;
    expected ??= page.expected;
    allComplete &&= page.complete;
    for (const key of page.keys) keysSeen.add(key);
  };

  /** Publishes first, and remembers only what is published. */
  const remember = async (
    page: Page,
    parsed: ParsedPage,
    fresh: readonly Sighting[],
    ids: readonly MentionId[],
  ): Promise<void> => {
    const changes = [];
    for (const sighting of fresh) {
      const change = await learned(sighting, page.fetchedAt);
      if (change !== null) changes.push({ id: sighting.id, ...change });
    }
    if (changes.length > 0)
      await deps.publish(
        changes.map(({ observation }) => observation),
        "live",
      );
    const kept = keptPage(parsed, { reading, bodyHash: bodyHash(page), ids, headers: page.headers });
    await deps.ledger.write({
      page: { request: page.request, kept },
      seen: changes.map(({ id, known }) => [id, known] as const),
    });
    const isNew = changes.filter((change) => change.isNew).length;
    tally({ pages: 1, new: isNew, changed: changes.length - isNew, unchanged: fresh.length - changes.length });
    noteWhole(kept);
  };

  return {
    target,
    /** Whether what was kept of a page still answers what we want to know of it. */
    usable: (kept: KeptPage | null): kept is KeptPage => kept?.reading === reading,

    /** The site says that the page is what it was. Returns where to go on. */
    takeUnchanged(kept: KeptPage): readonly PageRequest[] {
      const fresh = kept.ids.filter((id) => !seenIds.has(id));
      for (const id of fresh) seenIds.add(id);
      noteWhole(kept);
      tally({ pages: 1, unchanged: fresh.length });
      return kept.next;
    },

    /**
     * Reads a page, publishes what is new or changed, then remembers it. Returns where to go on.
     * @throws {PipelineError} what `parse` throws, `SOURCE_LAYOUT_CHANGED` when mentions stood here and now none does, what `publish` throws.
     */
    async take(page: Page, before: KeptPage | null): Promise<readonly PageRequest[]> {
      const parsed = new Map(zones.map((zone) => [zone, parse(page, zone)]));
      const first = parsed.get(zones[0] as string) as ParsedPage;
      if (first.drafts.length === 0 && (before?.keys.length ?? 0) > 0 && first.expected !== 0) {
        throw layoutChanged(
          target,
          page.finalUrl,
          `${before?.keys.length ?? 0} mentions stood on this page and now none does. Look at the page: its markup may have changed`,
        );
      }
      const all = sightings(parsed);
      // Taken at once, before anything is awaited: a mention that two pages show is counted once.
      const fresh = all.filter(({ id }) => !seenIds.has(id) && seenIds.add(id).has(id));
      try {
        await remember(page, first, fresh, [...new Set(all.map(({ id }) => id))]);
      } catch (error) {
        // The page will be tried again, and these with it.
        for (const { id } of fresh) seenIds.delete(id);
        throw error;
      }
      const latest = newestOf(first.drafts, page.fetchedAt);
      if (latest !== null && (newest === null || latest > newest)) newest = latest;
      return first.next;
    },

    fail(error: PipelineError): void {
      firstError ??= error;
      tally({ errors: 1 });
    },

    /** Some pages were left out on purpose: absence then proves nothing. */
    cutShort(): void {
      cutShort = true;
    },

    /** Mentions that the whole of the source no longer shows are gone; then the cursor moves. */
    async finish(observedAt: Instant): Promise<void> {
      const whole =
        firstError === null &&
        !cutShort &&
        counts.pages > 0 &&
        (allComplete || (expected !== null && keysSeen.size === expected));
      if (whole) {
        const gone: { readonly id: MentionId; readonly brand: BrandId }[] = [];
        const brands = new Set(target.interests.map(({ brand }) => brand.id as string));
        for await (const [id, known] of deps.ledger.allKnown()) {
          if (!seenIds.has(id) && brands.has(known.brand)) gone.push({ id, brand: known.brand as BrandId });
        }
        if (gone.length > 0) {
          await deps.publish(
            gone.map(({ id, brand }) => ({
              type: "gone",
              mentionId: id,
              brandId: brand,
              sourceId: target.source.id,
              observedAt,
            })),
            "live",
          );
          await deps.ledger.write({ gone: gone.map(({ id }) => id) });
          tally({ removed: gone.length });
        }
      }
      if (newest !== null && firstError === null) await deps.ledger.write({ since: newest });
    },

    result: () => ({ counts, error: firstError, publicRating }),
  };
};

export type TargetRound = ReturnType<typeof createTargetRound>;

export const bodyHash = (page: Pick<Page, "body">): string => shortHash(Buffer.from(page.body).toString("latin1"));
