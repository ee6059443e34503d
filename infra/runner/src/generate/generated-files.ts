import { grafanaFiles } from "@molva/dashboards/grafana";
import { configJsonSchema, configReference, environmentExample, metricsReference } from "@molva/platform";
import { COMMANDS } from "../commands/index.ts";
import { commandReference } from "../program.ts";
import { sourceShapes } from "../settings.ts";

export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: string;
}

/** Everything in the repository that is made from the code. A gate fails when what is committed differs. */
export const generatedFiles = async (): Promise<readonly GeneratedFile[]> => {
  const sources = await sourceShapes();
  return [
    { path: "docs/configuration.md", content: configReference(sources) },
    { path: "docs/metrics.md", content: metricsReference() },
    { path: "docs/cli.md", content: commandReference(COMMANDS) },
    { path: "infra/platform/molva.schema.json", content: `${JSON.stringify(configJsonSchema(sources), null, 2)}\n` },
    { path: ".env.example", content: environmentExample() },
    ...grafanaFiles(),
  ];
};
