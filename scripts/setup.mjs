// What has to stand before a command of this repository runs: node scripts/setup.mjs start|test|bench|build|check|kafka
// Plain Node without dependencies: on a fresh clone there are none yet. When all is in place it says nothing and
// takes a tenth of a second.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { browser, isRecorded } from "./setup/browser.mjs";
import { build } from "./setup/build.mjs";
import { isBuilt } from "./setup/built.mjs";
import { readJson, ROOT } from "./setup/files.mjs";
import { install } from "./setup/install.mjs";
import { isInstalled } from "./setup/installed.mjs";
import { isKafkaReady, kafka } from "./setup/kafka.mjs";
import { isMailboxReady, mailbox } from "./setup/mailbox.mjs";
import { nodeProblem } from "./setup/node-version.mjs";
import { isPythonReady, python } from "./setup/python.mjs";
import { say } from "./setup/say.mjs";
import { takeTurn } from "./setup/turn.mjs";

const NEEDS = {
  start: { build: true, browser: true, kafka: false, python: false },
  test: { build: true, browser: true, kafka: true, mailbox: true, python: true },
  bench: { build: true, browser: false, kafka: true, python: false },
  build: { build: true, browser: false, kafka: false, python: false },
  check: { build: false, browser: false, kafka: false, python: false },
  kafka: { build: false, browser: false, kafka: true, python: false },
};

const main = async (purpose, env) => {
  const needs = NEEDS[purpose];
  if (needs === undefined) {
    say(`Usage: node scripts/setup.mjs ${Object.keys(NEEDS).join("|")}`);
    return 2;
  }
  const problem = nodeProblem(process.versions.node);
  if (problem !== null) {
    say(problem);
    return 1;
  }
  // What the program reads, its set-up reads too: a Chromium may be named there.
  if (existsSync(join(ROOT, ".env"))) process.loadEnvFile(join(ROOT, ".env"));
  const browserIsReady = () =>
    !needs.browser || env.MOLVA_CHROMIUM === "none" || isRecorded(readJson(join(ROOT, ".setup", "browser.json")), env);
  const kafkaIsReady = () => !needs.kafka || isKafkaReady(env);
  const mailboxIsReady = () => needs.mailbox !== true || isMailboxReady();
  const pythonIsReady = () => !needs.python || isPythonReady();
  const standing = () => browserIsReady() && kafkaIsReady() && mailboxIsReady() && pythonIsReady();
  if (isInstalled(ROOT) && (!needs.build || isBuilt(ROOT)) && standing()) return 0;
  const release = await takeTurn(join(ROOT, ".setup", "turn"), (pid) =>
    say(`Another set-up is at work here (process ${pid}): waiting for it.`),
  );
  try {
    if (!(await install(ROOT, env))) return 1;
    if (needs.build && !(await build(ROOT, env))) return 1;
    if (needs.browser) await browser(ROOT, env);
    if (needs.kafka) await kafka(env);
    if (needs.mailbox) await mailbox();
    if (needs.python) await python(env);
    return 0;
  } finally {
    release();
  }
};

process.exitCode = await main(process.argv[2], process.env);
