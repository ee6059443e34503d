import { PipelineError } from "@molva/contracts";

export interface PdfPrinter extends AsyncDisposable {
  /** A page with its pictures in it → A4 pages. */
  print(html: string): Promise<Uint8Array>;
}

const TIMEOUT_MS = 30_000;

/** Prints pages with a Chromium that reaches nothing: no network, no script. @throws {PipelineError} `CONFIG_INVALID` (exit) when there is none */
export const openPrinter = async (executablePath: string | null): Promise<PdfPrinter> => {
  if (executablePath === null)
    throw new PipelineError(
      "A PDF needs a Chromium and there is none: install one, or set MOLVA_CHROMIUM (molva doctor tells what was looked for)",
      { code: "CONFIG_INVALID", recovery: "exit" },
    );
  const { chromium } = await import("playwright");
  const browser = await chromium.launch({
    executablePath,
    args: ["--disable-gpu", "--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  return {
    print: async (html) => {
      const context = await browser.newContext({ javaScriptEnabled: false, offline: true, colorScheme: "light" });
      try {
        const page = await context.newPage();
        await page.setContent(html, { waitUntil: "load", timeout: TIMEOUT_MS });
        return await page.pdf({
          format: "A4",
          printBackground: true,
          margin: { top: "12mm", bottom: "14mm", left: "10mm", right: "10mm" },
          displayHeaderFooter: true,
          headerTemplate: "<span></span>",
          footerTemplate:
            '<div style="width:100%;text-align:center;font-size:8px;color:#5b6675"><span class="pageNumber"></span> / <span class="totalPages"></span></div>',
        });
      } finally {
        await context.close();
      }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
};
