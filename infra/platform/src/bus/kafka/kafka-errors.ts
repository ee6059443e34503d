import { PipelineError, isPipelineError, type ErrorCode, type Recovery } from "@molva/contracts";

/** An error of kafkajs or below it: `type` is the protocol's name of a code, `code` the operating system's or TLS's. */
interface Fault {
  readonly name: string;
  readonly message: string;
  readonly type: string | null;
  readonly code: string | null;
}

const faultsOf = (error: unknown): readonly Fault[] => {
  const found: Fault[] = [];
  for (let next = error; next instanceof Error && found.length < 8; next = next.cause)
    found.push({
      name: next.name,
      message: next.message,
      type: "type" in next && typeof next.type === "string" ? next.type : null,
      code: "code" in next && typeof next.code === "string" ? next.code : null,
    });
  return found;
};

interface Verdict {
  readonly code: ErrorCode;
  readonly recovery: Recovery;
  readonly advice: string;
}

const SIGN_IN: Verdict = {
  code: "CONFIG_INVALID",
  recovery: "exit",
  advice: "The brokers refuse to sign us in: check KAFKA_USERNAME, KAFKA_PASSWORD and bus.kafka.sasl.mechanism.",
};
const PERMISSION: Verdict = {
  code: "CONFIG_INVALID",
  recovery: "exit",
  advice:
    "The user may not do this: docs/kafka.md lists the rights that Molva needs on its topics, its groups and the cluster.",
};
const TLS: Verdict = {
  code: "CONFIG_INVALID",
  recovery: "exit",
  advice: "The brokers' certificate is not accepted: check bus.kafka.ssl and the names that the certificate is for.",
};
const TOPIC_REFUSED: Verdict = {
  code: "CONFIG_INVALID",
  recovery: "exit",
  advice: "The brokers do not create such a topic: check bus.kafka.partitions, replication and topicPrefix.",
};
const OLD_BROKER: Verdict = {
  code: "VERSION_MISMATCH",
  recovery: "exit",
  advice:
    "The broker does not speak this request: Molva is tried with Apache Kafka 4, and the port must be a broker's.",
};
const FOREIGN: Verdict = {
  code: "VERSION_MISMATCH",
  recovery: "exit",
  advice: "Something else than Molva publishes to this topic, compressed as only it can read: let it use gzip or none.",
};
const TOO_LARGE: Verdict = {
  code: "CONTRACT_VIOLATED",
  recovery: "dead-letter",
  advice: "The broker takes no message of this size: raise max.message.bytes of the topic, or shorten what makes it.",
};
const AWAY: Verdict = {
  code: "BUS_UNAVAILABLE",
  recovery: "retry",
  advice: "Nothing acknowledged is lost. See whether the brokers run and can be reached; what failed is repeated.",
};

const BY_TYPE: Readonly<Record<string, Verdict>> = {
  SASL_AUTHENTICATION_FAILED: SIGN_IN,
  ILLEGAL_SASL_STATE: SIGN_IN,
  UNSUPPORTED_SASL_MECHANISM: SIGN_IN,
  TOPIC_AUTHORIZATION_FAILED: PERMISSION,
  GROUP_AUTHORIZATION_FAILED: PERMISSION,
  CLUSTER_AUTHORIZATION_FAILED: PERMISSION,
  INVALID_REPLICATION_FACTOR: TOPIC_REFUSED,
  INVALID_PARTITIONS: TOPIC_REFUSED,
  INVALID_TOPIC_EXCEPTION: TOPIC_REFUSED,
  INVALID_CONFIG: TOPIC_REFUSED,
  POLICY_VIOLATION: TOPIC_REFUSED,
  UNSUPPORTED_VERSION: OLD_BROKER,
  MESSAGE_TOO_LARGE: TOO_LARGE,
  RECORD_LIST_TOO_LARGE: TOO_LARGE,
};
const BY_NAME: Readonly<Record<string, Verdict>> = {
  KafkaJSSASLAuthenticationError: SIGN_IN,
  KafkaJSServerDoesNotSupportApiKey: OLD_BROKER,
  // A compression that kafkajs brings no codec for.
  KafkaJSNotImplemented: FOREIGN,
};
const TLS_CODE =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH)/;

const verdictOf = (faults: readonly Fault[]): Verdict => {
  for (const { type, name, code } of faults) {
    const known = BY_TYPE[type ?? ""] ?? BY_NAME[name];
    if (known !== undefined) return known;
    if (code !== null && TLS_CODE.test(code)) return TLS;
  }
  return AWAY;
};

/** What happened to `what`, as the house tells it: decided by kafkajs' codes, never by its messages. */
export const asKafkaError = (what: string, error: unknown): PipelineError => {
  if (isPipelineError(error)) return error;
  const faults = faultsOf(error);
  const { code, recovery, advice } = verdictOf(faults);
  const innermost = faults.at(-1);
  const reason = innermost === undefined ? String(error) : (innermost.type ?? innermost.code ?? innermost.message);
  return new PipelineError(`Kafka: ${what} failed (${reason}). ${advice}`, {
    code,
    recovery,
    cause: error,
    details: { reason },
  });
};

export const typeOf = (error: unknown): string | null =>
  faultsOf(error).find(({ type }) => type !== null)?.type ?? null;

const MEMBERSHIP_LOST = new Set(["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID"]);

/** The coordinator has given this member's partitions away: what it is at is not its own any more. */
export const isMembershipLost = (error: unknown): boolean => MEMBERSHIP_LOST.has(typeOf(error) ?? "");

/** The group shares its partitions anew, or its coordinator moved: the member must finish, and join again. */
export const isRejoinNeeded = (error: unknown): boolean =>
  isMembershipLost(error) || ["REBALANCE_IN_PROGRESS", "NOT_COORDINATOR_FOR_GROUP"].includes(typeOf(error) ?? "");

export const kafkaClosed = (brokers: readonly string[]): PipelineError =>
  new PipelineError(`The log at ${brokers.join(", ")} is closed. Open it again and repeat.`, {
    code: "BUS_UNAVAILABLE",
    recovery: "retry",
    details: { brokers: brokers.join(",") },
  });
