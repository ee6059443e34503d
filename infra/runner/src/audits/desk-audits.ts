import { listBrands } from "@molva/aggregator";
import { PipelineError, type Brand, type EventId } from "@molva/contracts";
import type { AuditCard, DeskAudits } from "@molva/dashboards";
import type { Call } from "../command.ts";
import { noteCorrectionsLater } from "../decisions/corrected-days.ts";
import { decide, knownHistories, type Wish } from "../decisions/decide.ts";
import { findDecision } from "../decisions/find-decision.ts";
import type { Runtime } from "../runtime.ts";
import { drawAudits } from "./draw.ts";
import { wasOffered } from "./offered.ts";
import { auditStandings } from "./standing.ts";

/** Drawn at a time; those whose text was cleared cannot be judged, so further ones are looked at. */
const DRAWS = [20, 200, 1000] as const;
const MOST_SHOWN = 20;

const refused = (message: string): PipelineError => new PipelineError(message, { code: "USAGE", recovery: "exit" });

/** What `molva audit next`, `label`, `status` and `molva undo` do, for the audit screen. */
export const deskAudits = (runtime: Runtime, call: Call, configured: readonly Brand[]): DeskAudits => {
  const decided = async (wish: Wish, by: string): Promise<{ readonly event: string | null }> => {
    const histories = await knownHistories(runtime, [wish.id], call.io.signal);
    if (!histories.has(wish.id)) throw refused(`Nothing is known of mention ${wish.id}; nothing was changed.`);
    // A person does not wait for numbers between two mentions; they follow.
    const [made] = await decide(runtime, [wish], histories, { by, wait: false, io: call.io });
    await noteCorrectionsLater(
      call,
      [...histories.values()].map(({ brand }) => brand),
    );
    return { event: made?.event ?? null };
  };

  const draw: DeskAudits["draw"] = async ({ brand, source }) => {
    for (const count of DRAWS) {
      const drawn = await drawAudits(runtime, { brand, source, count, again: null });
      const cards = drawn.flatMap((m): readonly AuditCard[] => {
        const { id, publishedAt, rating, ratingMax, title, text, url } = m;
        return text === null
          ? []
          : [{ id, brand: m.brand, source: m.source, publishedAt, rating, ratingMax, title, text, url }];
      });
      if (cards.length > 0 || drawn.length < count) return cards.slice(0, MOST_SHOWN);
    }
    return [];
  };

  return {
    draw,
    standings: async () => {
      const stored = (await listBrands(runtime.store)).map(({ id }) => id);
      const titles = new Map<string, string>(configured.map(({ id, title }) => [id, title]));
      const rows = await auditStandings(runtime, stored);
      return rows.map((row) => ({
        ...row,
        more: [...row.more],
        needed: [...row.needed],
        title: titles.get(row.brand) ?? row.brand,
      }));
    },
    label: async ({ id, label, by }) => {
      if (!(await wasOffered(runtime.checkpoints, id)))
        throw refused(`Mention ${id} was not drawn at random; molva relabel corrects any other.`);
      return decided({ type: "human", id, label, reason: null, audit: true }, by);
    },
    undo: async ({ event, by }) => {
      const found = await findDecision(runtime, event, call.io.signal);
      if (found === null || found.kind !== "human")
        throw refused(`Event ${event} is no label of a person; nothing was changed.`);
      if (found.history.entries.some(({ undoes }) => undoes === event)) return { event: null };
      return decided({ type: "undo", id: found.id, undoes: event as EventId, reason: null }, by);
    },
  };
};
