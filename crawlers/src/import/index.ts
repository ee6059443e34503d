export { parseMap, parseMapOf } from "./columns.ts";
export { readObjects } from "./read-objects.ts";
export { readImport } from "./read-import.ts";
export {
  IMPORT_FIELDS,
  IMPORT_FORMATS,
  type ImportField,
  type ImportFormat,
  type ImportItem,
  type ImportNote,
  type ImportOptions,
  type ImportPlan,
  type ImportRow,
  type RejectedRow,
  type RejectReason,
} from "./shapes.ts";
export { brandIdFor } from "./values.ts";
