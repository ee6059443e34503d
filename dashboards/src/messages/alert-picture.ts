import type { Alert } from "@molva/contracts";

const SIZE = { width: 552, height: 180 } as const;

/** The alert's counts against what is usual, as a small PNG; null where there is nothing to draw. */
export const alertPicture = async (
  alert: Alert,
  axis: string,
  language: "en" | "ru",
  zone: string,
): Promise<Uint8Array | null> => {
  if (alert.steps.length < 3) return null;
  const format = new Intl.DateTimeFormat(language === "ru" ? "ru-RU" : "en-GB", {
    timeZone: zone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const steps = alert.steps.map(({ at, count, usual, unusual }) => ({
    name: format.format(new Date(at)),
    count,
    usual,
    unusual,
  }));
  // The charts' library is large, and most of what words a message never draws: it is loaded with the first picture.
  const { countLine, renderChart } = await import("../charts/index.ts");
  return renderChart(countLine({ steps, axis }), SIZE);
};
