import type { Brand, Instant, Lane, MentionId, Observation, PipelineError } from "@molva/contracts";
import type { QueriedText } from "@molva/text";
import type { Draft, Page, PageRequest, ParsedPage, PublicRating } from "../source.ts";
import { missingMentions } from "./absence.ts";
import { NO_COUNTS, type Counts } from "./health.ts";
import { keptPage, type KeptPage, type Known, type Ledger } from "./ledger.ts";
import { contentHash, endsBefore, mentionIdOfDraft, mentionOf, publicationDate, spanOf } from "./mention.ts";
import { endsAt, type Reach } from "./reach.ts";
import { emptied, readPage } from "./read-page.ts";
import { readingOf, zoneOf } from "./reading.ts";
import { shortHash, type CrawlTarget, type Interest } from "./target.ts";

export interface RoundDependencies {
  readonly ledger: Ledger;
  readonly publish: (observations: readonly Observation[], lane: Lane) => Promise<void>;
  readonly hashAuthor: (name: string) => string;
  readonly matchesBrand: (brand: Brand, about: QueriedText) => boolean;
  /** The zone of dates without one: of all brands, whatever they say; null: each brand's own, else UTC. */
  readonly zone: string | null;
}

/** A mention as one page showed it to one brand. */
interface Sighting {
  readonly id: MentionId;
  readonly draft: Draft;
  readonly brandId: Brand["id"];
  /** Whether the brand's query finds it. */
  readonly wanted: boolean;
}

/**
 * One target in one round: turns pages into observations, publishes them, and only then remembers them. A crash
 * between the two costs a second publication of the same ids, never a loss.
 */
export const createTargetRound = (target: CrawlTarget, deps: RoundDependencies, reach: Reach) => {
  let counts: Counts = NO_COUNTS;
  let firstError: PipelineError | null = null;
  const errorsByCode: Record<string, number> = {};
  let unreadable = 0;
  let newest: Instant | null = null;
  let oldest: Instant | null = null;
  let publicRating: PublicRating | null = null;
  let expected: number | null = null;
  const keysSeen = new Set<string>();
  let allComplete = true;
  let cutShort = false;
  /** Ended where nothing was new: what lies behind it was not looked at. */
  let knownGround = false;
  const seenIds = new Set<string>();
  /** Not what the brand's query finds, but there: a query that changed takes nothing down. */
  const presentIds = new Set<string>();

  const newestFirst = target.source.orderOf(target.options) === "newest";
  const lane: Lane = reach.since === null ? "live" : "backfill";
  const zones = [...new Set(target.interests.map((interest) => zoneOf(interest, deps.zone)))];
  const reading = readingOf(target, deps.zone);

  const tally = (change: Partial<Counts>): void => {
    counts = Object.fromEntries(
      Object.entries(counts).map(([name, count]) => [name, count + (change[name as keyof Counts] ?? 0)]),
    ) as unknown as Counts;
  };

  const wants = ({ brand, match }: Interest, draft: Draft): boolean =>
    match === "all" || deps.matchesBrand(brand, { ...draft, source: target.source.id });

  const sightings = (parsed: ReadonlyMap<string, ParsedPage>): readonly Sighting[] =>
    target.interests.flatMap((interest) =>
      (parsed.get(zoneOf(interest, deps.zone))?.drafts ?? []).map((draft) => ({
        id: mentionIdOfDraft(interest.brand.id, target.source.id, draft),
        draft,
        brandId: interest.brand.id,
        wanted: wants(interest, draft),
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

  const noteWhole = (page: Pick<KeptPage, "publicRating" | "expected" | "complete" | "keys" | "oldest">): void => {
    publicRating ??= page.publicRating;
    expected ??= page.expected;
    allComplete &&= page.complete;
    if (page.oldest !== null && (oldest === null || page.oldest < oldest)) oldest = page.oldest;
    for (const key of page.keys) keysSeen.add(key);
  };

  /** Publishes first, and remembers only what is published. Returns how many were new or changed. */
  const remember = async (
    page: Page,
    parsed: ParsedPage,
    fresh: readonly Sighting[],
    kept: { readonly page: KeptPage; readonly whole: boolean },
  ): Promise<number> => {
    const changes = [];
    for (const sighting of fresh) {
      const change = await learned(sighting, page.fetchedAt);
      if (change !== null) changes.push({ id: sighting.id, ...change });
    }
    if (changes.length > 0)
      await deps.publish(
        changes.map(({ observation }) => observation),
        lane,
      );
    await deps.ledger.write({
      ...(kept.whole ? { page: { request: page.request, kept: kept.page } } : {}),
      seen: changes.map(({ id, known }) => [id, known] as const),
    });
    const isNew = changes.filter((change) => change.isNew).length;
    tally({ pages: 1, new: isNew, changed: changes.length - isNew, unchanged: fresh.length - changes.length });
    unreadable += parsed.unreadable ?? 0;
    noteWhole(kept.page);
    return changes.length;
  };

  /** Where to go on, when a page brought so much that was not known. */
  const onward = (
    next: readonly PageRequest[],
    learnt: number,
    page: Pick<KeptPage, "newest" | "oldest">,
  ): readonly PageRequest[] => {
    if (!newestFirst || next.length === 0 || !endsAt(reach, learnt, page)) return next;
    knownGround = true;
    return [];
  };

  /** @throws {PipelineError} when mentions stood here, or anywhere at this target, and now there is none: unknown, never "all removed". */
  const refuseEmptiness = async (page: Page, before: KeptPage | null): Promise<void> => {
    const stood = before?.keys.length ?? 0;
    if (stood > 0 || (await deps.ledger.knowsAny())) throw emptied(target, page, stood);
  };

  return {
    target,
    /** Whether what was kept of a page still answers what we want to know of it. */
    usable: (kept: KeptPage | null): kept is KeptPage => kept?.reading === reading,

    /** The site says that the page is what it was. Returns where to go on. */
    takeUnchanged(kept: KeptPage): readonly PageRequest[] {
      const fresh = kept.ids.filter((id) => !seenIds.has(id));
      for (const id of fresh) seenIds.add(id);
      for (const id of kept.others) presentIds.add(id);
      noteWhole(kept);
      tally({ pages: 1, unchanged: fresh.length });
      return onward(kept.next, 0, kept);
    },

    /**
     * Reads a page, publishes what is new or changed, then remembers it. Returns where to go on.
     * @throws {PipelineError} what `parse` throws, `SOURCE_LAYOUT_CHANGED` when mentions stood here and now none does, what `publish` throws.
     */
    async take(page: Page, before: KeptPage | null): Promise<readonly PageRequest[]> {
      const parsed = new Map(zones.map((zone) => [zone, readPage(target, page, zone)]));
      const first = parsed.get(zones[0] as string) as ParsedPage;
      if (first.drafts.length === 0) {
        if (keysSeen.size === 0) await refuseEmptiness(page, before);
        // The list grew shorter, or a deeper page failed to fill: neither proves anything.
        else if ((before?.keys.length ?? 0) > 0) cutShort = true;
      }
      const present = sightings(parsed);
      const others = present.filter(({ wanted }) => !wanted).map(({ id }) => id);
      for (const id of others) presentIds.add(id);
      const all = present.filter(({ wanted }) => wanted);
      const { since } = reach;
      const wanted =
        since === null
          ? all
          : all.filter(({ draft }) => draft.publishedAt === null || !endsBefore(draft.publishedAt, since));
      // Taken at once, before anything is awaited: a mention that two pages show is counted once.
      const fresh = wanted.filter(({ id }) => !seenIds.has(id) && seenIds.add(id).has(id));
      const span = spanOf(first.drafts, page.fetchedAt);
      const kept = keptPage(first, {
        reading,
        bodyHash: bodyHash(page),
        ids: [...new Set(all.map(({ id }) => id))],
        others: [...new Set(others)],
        // The first brand's ids tell all mentions apart, those that are not its own too.
        keys: [...new Set(present.slice(0, first.drafts.length).map(({ id }) => id.slice(0, 16)))],
        headers: page.headers,
        span,
      });
      try {
        // A page of which a part was left alone must be read again when that part is wanted.
        const learnt = await remember(page, first, fresh, { page: kept, whole: wanted.length === all.length });
        if (span !== null && (newest === null || span.newest > newest)) newest = span.newest;
        return onward(first.next, learnt, kept);
      } catch (error) {
        // The page will be tried again, and these with it.
        for (const { id } of fresh) seenIds.delete(id);
        throw error;
      }
    },

    fail(error: PipelineError): void {
      firstError ??= error;
      errorsByCode[error.code] = (errorsByCode[error.code] ?? 0) + 1;
      tally({ errors: 1 });
    },

    /** Some pages were left out on purpose: absence then proves nothing. */
    cutShort(): void {
      cutShort = true;
    },

    /** Mentions that the source no longer shows are gone; then the cursor moves. */
    async finish(observedAt: Instant): Promise<void> {
      if (firstError !== null || counts.pages === 0) return;
      const missing = await missingMentions(deps.ledger, {
        seen: new Set([...seenIds, ...presentIds]),
        brands: new Set(target.interests.map(({ brand }) => brand.id as string)),
        whole: !cutShort && !knownGround && expected !== null && keysSeen.size > 0 && keysSeen.size === expected,
        back: newestFirst && allComplete && reach.since === null ? oldest : null,
        now: observedAt,
      });
      if (missing.gone.length > 0)
        await deps.publish(
          missing.gone.map(({ id, brand }) => ({
            type: "gone",
            mentionId: id,
            brandId: brand,
            sourceId: target.source.id,
            observedAt,
          })),
          "live",
        );
      tally({ removed: missing.gone.length });
      await deps.ledger.write({
        gone: missing.gone.map(({ id }) => id),
        seen: missing.marked,
        ...(newest === null ? {} : { since: newest }),
      });
    },

    result: () => ({
      counts,
      error: firstError,
      errorsByCode,
      unreadable,
      publicRating,
      /** The oldest date of what was read; null when none is told. */
      oldest,
      /** True when there was no further page, or none that is wanted. */
      toTheEnd: !knownGround,
    }),
  };
};

export type TargetRound = ReturnType<typeof createTargetRound>;

export const bodyHash = (page: Pick<Page, "body">): string => shortHash(page.body);
