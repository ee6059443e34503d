export { alertMail, type MailAddressing } from "./alert-mail.ts";
export { alertPicture } from "./alert-picture.ts";
export { type AlertContent, type MessageAction, type Quote, type WordedAlert } from "./content.ts";
export { mattermostPayload } from "./mattermost.ts";
export { slackPayload } from "./slack.ts";
export { teamsPayload } from "./teams.ts";
export { telegramRequest, type TelegramRequest } from "./telegram.ts";
export { webhookPayload } from "./webhook.ts";
export { wordAlert, wordIncident } from "./word-alert.ts";
