export { readDeliveryReport, type DeliveryReport } from "./delivery-report.ts";
export { visitMailbox, type MailboxOptions, type MailboxPoint } from "./mailbox.ts";
