import type { Log } from "@molva/contracts";
import { pino, type DestinationStream } from "pino";

/** One JSON line an event, to the stream that is given. Levels as pino's; `silent` writes nothing. */
export const createLog = (level: string, destination: DestinationStream): Log => {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return {
    debug: (event, fields) => logger.debug(fields ?? {}, event),
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
  };
};
