import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import axe from "axe-core";
import { findChromium } from "@molva/platform";
import { chromium, type Browser, type Page } from "playwright";

/** What a person sees of a page: opened without network, at a width, by day or by night. */
export interface Seen {
  readonly text: string;
  readonly width: number;
  readonly scripts: number;
  readonly requests: readonly string[];
  /** Serious and critical faults by axe. */
  readonly faults: readonly string[];
  readonly picturesWithoutWords: number;
}

/** One page of a PDF, drawn by pdf.js. */
export interface DrawnPage {
  readonly text: string;
  /** Share of its points that are not white, in percent. */
  readonly ink: number;
  /** The furthest point with ink to the right, in percent of its width: what is cut off there reaches the edge. */
  readonly furthest: number;
  readonly png: Buffer;
}

export interface Eyes extends AsyncDisposable {
  look(
    html: string,
    how: { readonly width: number; readonly dark: boolean; readonly picture?: string; readonly faults?: boolean },
  ): Promise<Seen>;
  drawPdf(pdf: Uint8Array): Promise<readonly DrawnPage[]>;
}

const PDF_HOST = "http://pdf.test/";
const require = createRequire(import.meta.url);
/** What draws the PDF, by the name under which the page asks for it. */
const DRAWING: Readonly<Record<string, string>> = {
  "pdf.min.mjs": require.resolve("pdfjs-dist/legacy/build/pdf.min.mjs"),
  "pdf.worker.min.mjs": require.resolve("pdfjs-dist/legacy/build/pdf.worker.min.mjs"),
};

const lookAt = async (page: Page, requests: readonly string[], faults: boolean): Promise<Seen> => {
  if (faults) await page.evaluate(axe.source);
  const found = (
    faults
      ? await page.evaluate(
          "axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ' ' + nodes[0].html))",
        )
      : []
  ) as readonly string[];
  return {
    text: (await page.evaluate(
      "document.body.innerText + ' ' + [...document.images].map((image) => image.alt).join(' ')",
    )) as string,
    width: (await page.evaluate("document.documentElement.scrollWidth")) as number,
    scripts: (await page.evaluate("document.scripts.length")) as number,
    requests,
    faults: found,
    picturesWithoutWords: (await page.evaluate(
      "[...document.images].filter((image) => image.alt.length < 20).length",
    )) as number,
  };
};

const DRAW = `async (bytes) => {
  const pdfjs = await import("${PDF_HOST}pdf.min.mjs");
  pdfjs.GlobalWorkerOptions.workerSrc = "${PDF_HOST}pdf.worker.min.mjs";
  const file = await pdfjs.getDocument({ data: Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0)) }).promise;
  const pages = [];
  for (let number = 1; number <= file.numPages; number += 1) {
    const page = await file.getPage(number);
    const viewport = page.getViewport({ scale: 1.5 });
    const canvas = document.createElement("canvas");
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    const context = canvas.getContext("2d");
    await page.render({ canvas, canvasContext: context, viewport }).promise;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    let furthest = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] < 240 || data[at + 1] < 240 || data[at + 2] < 240) {
        ink += 1;
        furthest = Math.max(furthest, (at / 4) % canvas.width);
      }
    const { items } = await page.getTextContent();
    pages.push({
      text: items.map(({ str, hasEOL }) => str + (hasEOL ? "\\n" : "")).join(""),
      ink: (ink / (data.length / 4)) * 100,
      furthest: (furthest / canvas.width) * 100,
      png: canvas.toDataURL("image/png").split(",")[1],
    });
  }
  return pages;
}`;

/** Opens one Chromium for all that is to be looked at; null when there is none. */
export const openEyes = async (): Promise<Eyes | null> => {
  const found = await findChromium(process.env["MOLVA_CHROMIUM"]);
  if (found === null) return null;
  const browser: Browser = await chromium.launch({
    executablePath: found.path,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  return {
    look: async (html, { width, dark, picture, faults = false }) => {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? "dark" : "light",
      });
      try {
        const requests: string[] = [];
        await context.route("**/*", (route) => {
          requests.push(route.request().url());
          return route.abort();
        });
        const page = await context.newPage();
        await page.setContent(html, { waitUntil: "load" });
        if (picture !== undefined) await page.screenshot({ path: picture, fullPage: true });
        return await lookAt(page, requests, faults);
      } finally {
        await context.close();
      }
    },
    drawPdf: async (pdf) => {
      const context = await browser.newContext();
      try {
        await context.route(`${PDF_HOST}**`, async (route) => {
          const name = new URL(route.request().url()).pathname.slice(1);
          if (name === "") return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
          const body = await readFile(DRAWING[name] ?? "");
          return route.fulfill({ contentType: "text/javascript", body });
        });
        const page = await context.newPage();
        await page.goto(PDF_HOST);
        const drawn = (await page.evaluate(`(${DRAW})("${Buffer.from(pdf).toString("base64")}")`)) as readonly (Omit<
          DrawnPage,
          "png"
        > & { readonly png: string })[];
        return drawn.map((one) => ({ ...one, png: Buffer.from(one.png, "base64") }));
      } finally {
        await context.close();
      }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
};
