import { isPipelineError } from "@molva/contracts";
import type { Desk } from "@molva/dashboards";
import { linkSigner } from "@molva/platform";
import type { Call, Settings } from "../command.ts";
import { createIntake } from "../intake/create-intake.ts";
import { linkDoor, LINK_PATH } from "../links/link-door.ts";
import { deskAudits } from "../audits/desk-audits.ts";
import type { Runtime } from "../runtime.ts";
import { deskIncidentActs } from "./desk-incident-acts.ts";
import { deskReads } from "./desk-reads.ts";

/** The page at the configured port; when the demo's is taken, at any free one. */
export const openPage = async (runtime: Runtime, call: Call, settings: Settings): Promise<Desk> => {
  const { createDesk } = await import("@molva/dashboards");
  const { server, timezone } = settings.config;
  const secret = call.environment.MOLVA_INTAKE_SECRET;
  const { brands } = settings.config;
  const { alertLinkActs } = await import("../alerts/link-acts.ts");
  const { reportLinkActs } = await import("../report/link-acts.ts");
  const { reportPages, REPORTS_PATH } = await import("../report/pages.ts");
  const links = linkDoor({
    signer: linkSigner(runtime.linkSecret),
    acts: new Map([...alertLinkActs(runtime, brands, timezone), ...reportLinkActs(runtime, brands)]),
    clock: runtime.clock,
    log: runtime.log,
  });
  const open = (port: number): Promise<Desk> =>
    createDesk({
      reads: deskReads(runtime, settings.config.brands, settings.config.timezone),
      audits: deskAudits(runtime, call, brands),
      acts: deskIncidentActs(runtime),
      host: server.host,
      port,
      log: runtime.log,
      clock: runtime.clock,
      password: call.environment.MOLVA_PASSWORD ?? null,
      publicUrl: server.publicUrl ?? null,
      zone: timezone,
      pages: new Map([[REPORTS_PATH, reportPages({ ...runtime, brands })]]),
      doors: new Map([
        ["/intake/", createIntake({ runtime, brands, zone: timezone, secret: secret ?? null })],
        [LINK_PATH, links],
      ]),
    });
  try {
    return await open(server.port);
  } catch (error) {
    if (!settings.demo || !isPipelineError(error) || error.code !== "USAGE") throw error;
    call.io.err(`Port ${server.port} is taken; another one is used.\n`);
    return open(0);
  }
};
