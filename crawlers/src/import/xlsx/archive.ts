import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { PipelineError } from "@molva/contracts";
import { fromBuffer, type Entry, type ZipFile } from "yauzl";

/** The parts of a workbook by their names. */
export interface Archive {
  /** Text of a part, piece by piece; null when it is not there. */
  text(name: string): AsyncIterable<string> | null;
  close(): void;
}

const MOST_PARTS = 10_000;
/** Characters of a part are read as they are unpacked; this bounds the time, not the memory. */
const PART_BYTES = 2 * 1024 ** 3;
/** Tables hold the same words again and again, but not a thousand times in a row: that is a bomb. */
const MOST_RATIO = 500;
const RATIO_FROM_BYTES = 64 * 1024 ** 2;

export const unusable = (message: string, cause?: unknown): PipelineError =>
  new PipelineError(`The spreadsheet cannot be read: ${message}`, { code: "USAGE", recovery: "exit", cause });

const open = (bytes: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) =>
    fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true, autoClose: false }, (error, zip) =>
      error === null ? resolve(zip) : reject(unusable("it is no complete XLSX file; save it again", error)),
    ),
  );

const entriesOf = (zip: ZipFile): Promise<ReadonlyMap<string, Entry>> =>
  new Promise((resolve, reject) => {
    const found = new Map<string, Entry>();
    zip.on("entry", (entry: Entry) => {
      found.set(entry.fileName, entry);
      if (found.size > MOST_PARTS) reject(unusable(`it has more than ${MOST_PARTS} parts`));
      else zip.readEntry();
    });
    zip.on("end", () => resolve(found));
    zip.on("error", (error: unknown) => reject(unusable("it is damaged; save it again", error)));
    zip.readEntry();
  });

const streamOf = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) =>
      error === null ? resolve(stream) : reject(unusable(`its part ${entry.fileName} cannot be unpacked`, error)),
    ),
  );

const checkSize = ({ fileName, uncompressedSize, compressedSize }: Entry): void => {
  const bomb = uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > compressedSize * MOST_RATIO;
  if (uncompressedSize > PART_BYTES || bomb)
    throw unusable(
      `its part ${fileName} would be ${Math.round(uncompressedSize / 1024 ** 2)} MiB when unpacked; save the sheet as CSV, which is streamed`,
    );
};

const piecesOf = async function* (zip: ZipFile, entry: Entry): AsyncGenerator<string> {
  checkSize(entry);
  const stream = await streamOf(zip, entry);
  const decoder = new TextDecoder("utf-8");
  try {
    for await (const chunk of stream) yield decoder.decode(chunk as Uint8Array, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw error instanceof PipelineError ? error : unusable(`its part ${entry.fileName} is damaged`, error);
  } finally {
    stream.destroy();
  }
};

/**
 * A ZIP in memory; parts are unpacked as they are read.
 * @throws {PipelineError} `USAGE` for what is no ZIP, is damaged, or would unpack to more than a sheet ever is.
 */
export const openArchive = async (bytes: Buffer): Promise<Archive> => {
  const zip = await open(bytes);
  const entries = await entriesOf(zip);
  return {
    text: (name) => {
      const entry = entries.get(name);
      return entry === undefined ? null : piecesOf(zip, entry);
    },
    close: () => zip.close(),
  };
};
