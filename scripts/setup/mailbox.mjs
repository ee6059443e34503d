import { ensureJars, hasJars, javaProblem, MAILBOX } from "../../infra/testing/kafka/jars.mjs";
import { keepSaying, say, secondsSince } from "./say.mjs";

export const isMailboxReady = () => hasJars(MAILBOX);

/** Sees to the mail server that tests read mailboxes from; it needs the Java and Maven of Kafka. Never fails: says what is missing. */
export const mailbox = async () => {
  if (isMailboxReady()) return;
  const start = Date.now();
  if ((await javaProblem()) !== null) {
    say("No mail server with mailboxes for the tests: it needs the Java that Kafka needs.");
    return;
  }
  const quiet = keepSaying(() => "  fetching the jar of GreenMail");
  const { problem } = await ensureJars(MAILBOX);
  quiet();
  say(problem ?? `The jar of GreenMail (.setup/mailbox), in ${secondsSince(start)}.`);
};
