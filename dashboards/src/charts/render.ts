import { createRequire } from "node:module";
import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import { init, setPlatformAPI, type EChartsOption } from "echarts";

/** In CSS pixels; the picture has `SCALE` times as many each way, for sharp screens. */
interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const SCALE = 2;

/** One family that holds Latin and Cyrillic, shipped with us: a server has no fonts. */
const CHART_FONT = "Molva Sans";

const FACES = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"] as const;

/** Fonts are registered for the whole process, and once. */
const registerFonts = (): void => {
  if (GlobalFonts.has(CHART_FONT)) return;
  const { resolve } = createRequire(import.meta.url);
  for (const face of FACES) GlobalFonts.registerFromPath(resolve(`dejavu-fonts-ttf/ttf/${face}`), CHART_FONT);
};

let ready = false;

const prepare = (): void => {
  if (ready) return;
  registerFonts();
  // The library asks for a canvas of its own to measure texts with. Its types name the DOM, which is not here.
  setPlatformAPI({ createCanvas: () => createCanvas(1, 1) as never });
  ready = true;
};

/** Draws a chart without a browser. @returns a PNG of `size` times two */
export const renderChart = async (option: EChartsOption, { width, height }: PictureSize): Promise<Uint8Array> => {
  prepare();
  const canvas = createCanvas(width * SCALE, height * SCALE);
  const surface = canvas as never; // the library's types name an element of the DOM
  const chart = init(surface, null, {
    renderer: "canvas",
    width,
    height,
    devicePixelRatio: SCALE,
  });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: CHART_FONT }, ...option });
    return await canvas.encode("png");
  } finally {
    chart.dispose();
  }
};
