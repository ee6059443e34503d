export { bare } from "./document.ts";
export { reportHtml, withLinks, withPictures, type MailLinks } from "./html.ts";
export { reportPicture } from "./picture.ts";
export { LINE_CID } from "./sections.ts";
export { failedReport, shortReport } from "./short.ts";
export { reportRows, SHEET_COLUMNS, type SheetRow } from "./sheet.ts";
export { styleOf } from "./style.ts";
export { reportText, withTextLinks } from "./text.ts";
export { writeReport } from "./write-report.ts";
