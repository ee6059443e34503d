import type { Dashboard } from "@grafana/schema";
import { brandDashboard } from "./brand.ts";
import { overviewDashboard } from "./overview.ts";
import { en } from "./words-en.ts";
import { ru } from "./words-ru.ts";

export interface GrafanaFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: string;
}

const fileOf = (language: string, name: string, dashboard: Dashboard): GrafanaFile => ({
  path: `dashboards/grafana/dashboards/${language}/${name}.json`,
  content: `${JSON.stringify(dashboard, null, 2)}\n`,
});

/** The dashboards as Grafana's file provisioning reads them: two, in each language. */
export const grafanaFiles = (): readonly GrafanaFile[] =>
  [en, ru].flatMap((words) => [
    fileOf(words.language, "overview", overviewDashboard(words)),
    fileOf(words.language, "brand", brandDashboard(words)),
  ]);
