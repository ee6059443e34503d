// `npm run bench:detect [RUNS]`: false alarms a brand-week and planted incidents found, over simulated brands.
import { CALM, INCIDENTS, runScenario, volumeAlerts } from "./simulations.ts";

const runs = Number(process.argv[2] ?? 100);
/** The volume of all mentions is looked at beside it, on fewer runs. */
const VOLUME_RUNS = 20;
const row = (name: string, ...cells: readonly string[]): void =>
  console.log(name.padEnd(46), ...cells.map((cell) => cell.padStart(12)));

row("without an incident", "brand-weeks", "alerts", "a week", "volume/week");
let weeks = 0;
let alerts = 0;
for (const scenario of CALM) {
  const outcome = runScenario(scenario, runs);
  weeks += outcome.weeks;
  alerts += outcome.falseAlerts;
  row(
    scenario.name,
    String(outcome.weeks),
    String(outcome.falseAlerts),
    (outcome.falseAlerts / outcome.weeks).toFixed(3),
    volumeAlerts(scenario.series, Math.min(runs, VOLUME_RUNS)).toFixed(3),
  );
}
row("all", String(weeks), String(alerts), (alerts / weeks).toFixed(3));
console.log();
row("with one (the hour's rate varies 45 %)", "in time", "of", "within h", "median h", "false/week");
for (const scenario of INCIDENTS) {
  const outcome = runScenario(scenario, runs, 10_001);
  row(
    scenario.name,
    String(outcome.found),
    String(outcome.runs),
    String(scenario.planted?.withinHours),
    (outcome.delays[Math.floor(outcome.delays.length / 2)] ?? Number.NaN).toFixed(2),
    (outcome.falseAlerts / outcome.weeks).toFixed(3),
  );
}
