/**
 * Time on an axis that cuts days where the zone cuts them. The chart library knows UTC and the browser's zone only, so
 * an instant is moved by its zone's offset and the axis is told that it is UTC.
 */
export const createZoneTime = (zone: string): ((at: string) => number) => {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const offsets = new Map<number, number>();
  const offsetAt = (hour: number): number => {
    const known = offsets.get(hour);
    if (known !== undefined) return known;
    const part = Object.fromEntries(parts.formatToParts(hour).map(({ type, value }) => [type, Number(value)]));
    const local = Date.UTC(
      part["year"] ?? 0,
      (part["month"] ?? 1) - 1,
      part["day"] ?? 1,
      part["hour"] ?? 0,
      part["minute"] ?? 0,
      part["second"] ?? 0,
    );
    offsets.set(hour, local - hour);
    return local - hour;
  };
  return (at) => {
    const time = Date.parse(at);
    return time + offsetAt(Math.floor(time / 3_600_000) * 3_600_000);
  };
};
