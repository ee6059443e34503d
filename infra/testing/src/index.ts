export { busContract, type BusUnderTest, type OpenBus } from "./bus-contract.ts";
export {
  createGate,
  idsIn,
  looseTopic,
  mentionIdOfNote,
  note,
  noteTopic,
  notes,
  readAll,
  record,
  type Gate,
  type Note,
  type Recording,
} from "./bus-contract-fixture.ts";
export { brokerProblem, startBroker, type Broker, type BrokerOptions } from "./kafka-broker.ts";
export { checkpointsContract, type CheckpointsUnderTest } from "./checkpoints-contract.ts";
export { freePort } from "../free-port.mjs";
export { pythonWithClickHouse } from "./python-client.ts";
export { storeContract } from "./store-contract/index.ts";
export { startMailServer, type MailServer, type MailServerOptions, type ReceivedMail } from "./mail-server.ts";
export { mailboxProblem, startMailboxServer, type MailboxServer } from "./mailbox-server.ts";
export { startSite, type Site, type SiteReply, type SiteRequest, type SiteRoute } from "./site.ts";
export { sourceContract, type SourceContractOptions } from "./source-contract.ts";
