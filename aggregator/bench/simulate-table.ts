// `npm run bench:detect [RUNS]`: what people are told over simulated brands, through all that decides over messages (detectors,
// incidents, budget, digests), and what the detector of negative mentions alone alerts.
import { runLives } from "./lives.ts";
import { CALM, INCIDENTS, runScenario } from "./simulations.ts";

const runs = Number(process.argv[2] ?? 50);
const row = (name: string, ...cells: readonly string[]): void =>
  console.log(name.padEnd(46), ...cells.map((cell) => cell.padStart(11)));

row("without an incident", "brand-weeks", "warnings", "critical", "digests", "told a week", "over budget", "detector");
let [weeks, warnings, critical, digests, over, alerts] = [0, 0, 0, 0, 0, 0];
for (const scenario of CALM) {
  const lives = runLives(scenario, runs);
  const { falseAlerts } = runScenario(scenario, runs);
  weeks += lives.weeks;
  warnings += lives.warnings;
  critical += lives.critical;
  digests += lives.digests;
  over += lives.over;
  alerts += falseAlerts;
  row(
    scenario.name,
    String(lives.weeks),
    String(lives.warnings),
    String(lives.critical),
    String(lives.digests),
    ((lives.warnings + lives.critical + lives.digests) / lives.weeks).toFixed(3),
    String(lives.over),
    (falseAlerts / lives.weeks).toFixed(3),
  );
}
row(
  "all",
  String(weeks),
  String(warnings),
  String(critical),
  String(digests),
  ((warnings + critical + digests) / weeks).toFixed(3),
  String(over),
  (alerts / weeks).toFixed(3),
);
console.log(
  "told a week: messages and digests; over budget: brand-weeks with more than two messages at once; detector: its alerts a week, before incidents and budget\n",
);
row("with one (the hour's rate varies 45 %)", "in time", "of", "within h", "median h", "last h", "false/week");
for (const scenario of INCIDENTS) {
  const lives = runLives(scenario, runs, 10_001);
  const { delays } = lives;
  row(
    scenario.name,
    String(lives.found),
    String(lives.runs),
    String(scenario.planted?.withinHours),
    (delays[Math.floor(delays.length / 2)] ?? Number.NaN).toFixed(2),
    (delays.at(-1) ?? Number.NaN).toFixed(2),
    ((lives.warnings + lives.critical) / lives.weeks).toFixed(3),
  );
}
