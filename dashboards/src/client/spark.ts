import { svg } from "./dom.ts";

const WIDTH = 240;
const HEIGHT = 44;
const INSET = 3;

/** Runs of consecutive values; where there is no rate the line is broken, not drawn at zero. */
const runsOf = (values: readonly (number | null)[]): readonly (readonly (readonly [number, number])[])[] => {
  const runs: (readonly [number, number])[][] = [];
  let open = false;
  values.forEach((value, index) => {
    if (value === null) {
      open = false;
      return;
    }
    if (!open) runs.push([]);
    open = true;
    runs.at(-1)?.push([index, value]);
  });
  return runs;
};

/** A small line of a rate over time, blue above zero and orange below. Decoration: the number stands beside it. */
export const spark = (id: string, values: readonly (number | null)[]): SVGSVGElement => {
  const known = values.filter((value) => value !== null);
  const top = Math.max(10, ...known);
  const bottom = Math.min(-10, ...known);
  const x = (index: number): number => INSET + (index / Math.max(1, values.length - 1)) * (WIDTH - 2 * INSET);
  const y = (value: number): number => INSET + ((top - value) / (top - bottom)) * (HEIGHT - 2 * INSET);
  const zero = y(0);
  const stop = (zero / HEIGHT).toFixed(4);
  const gradient = svg(
    "linearGradient",
    { id: `spark-${id}`, gradientUnits: "userSpaceOnUse", x1: 0, y1: 0, x2: 0, y2: HEIGHT },
    svg("stop", { offset: stop, class: "stop-positive" }),
    svg("stop", { offset: stop, class: "stop-negative" }),
  );
  const stroke = `url(#spark-${id})`;
  const drawn = runsOf(values).map((run) => {
    const [first] = run;
    if (run.length === 1 && first !== undefined)
      return svg("circle", { cx: x(first[0]), cy: y(first[1]), r: 1.6, fill: stroke });
    return svg("polyline", {
      points: run.map(([index, value]) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" "),
      fill: "none",
      stroke,
      class: "spark-line",
    });
  });
  return svg(
    "svg",
    {
      class: "spark",
      viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
      focusable: "false",
    },
    gradient,
    svg("line", { x1: 0, x2: WIDTH, y1: zero, y2: zero, class: "spark-zero" }),
    ...drawn,
  );
};
