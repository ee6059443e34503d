import type { Answer } from "@molva/contracts";
import type { DeskIncidentActs } from "@molva/dashboards";
import { answerIncident, incidentNamed } from "../alerts/answer.ts";
import type { Runtime } from "../runtime.ts";

/** What `molva alerts take` and `molva alerts mute` do, for the page's buttons. */
export const deskIncidentActs = ({
  store,
  clock,
  changes,
}: Pick<Runtime, "store" | "clock" | "changes">): DeskIncidentActs => {
  const say = async (answer: Answer, incident: string, by: string): Promise<void> => {
    await answerIncident(store, await incidentNamed(store, incident), answer, by, clock());
    changes.announce();
  };
  return {
    take: ({ incident, by }) => say("take", incident, by),
    mute: ({ incident, by }) => say("mute", incident, by),
  };
};
