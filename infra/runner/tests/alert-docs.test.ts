import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signatureOf } from "@molva/platform";
import { afterAll, beforeAll, expect, it } from "vitest";
import { configFrom } from "../src/settings.ts";

const DOC = fileURLToPath(new URL("../../../docs/alerts.md", import.meta.url));
const SECRET = "a secret of the test";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "molva-alert-docs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const blockOf = async (language: string): Promise<string> =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(await readFile(DOC, "utf8"))?.[1] ?? "";

/** What the documentation's receiver prints, or its complaint. */
const receive = (body: string, signature: string): Promise<string> =>
  new Promise((resolve) => {
    const env = { ...process.env, MOLVA_CHANNEL_CRM: SECRET, MOLVA_SIGNATURE: signature };
    const child = execFile("python3", [join(folder, "receive.py")], { env }, (_, out, err) =>
      resolve(out.trim() || (err.trim().split("\n").at(-1) ?? "")),
    );
    child.stdin?.end(body);
  });

it("the receiver in docs/alerts.md takes what is signed, and refuses what was changed, is old, or is not signed", async () => {
  await writeFile(join(folder, "receive.py"), await blockOf("python"));
  const body = JSON.stringify({ alert: { alertId: "a1" }, words: { verdict: "Аврора: 38 негативных упоминаний" } });
  const now = Math.floor(Date.now() / 1000);
  expect(await receive(body, signatureOf(SECRET, now, body))).toBe("a1 Аврора: 38 негативных упоминаний");
  expect(await receive(`${body} `, signatureOf(SECRET, now, body))).toBe("ValueError: wrong signature");
  expect(await receive(body, signatureOf("another", now, body))).toBe("ValueError: wrong signature");
  expect(await receive(body, signatureOf(SECRET, now - 3_600, body))).toBe("ValueError: too old");
  expect(await receive(body, "")).toBe("ValueError: no signature");
});

it("the configuration in docs/alerts.md is one", async () => {
  const path = join(folder, "molva.yaml");
  await writeFile(path, `brands:\n  - {id: aurora, title: Aurora}\n${await blockOf("yaml")}`);
  const { alerts } = await configFrom(path, "molva.yaml");
  expect(alerts.channels.map(({ kind }) => kind)).toEqual([
    "mail",
    "telegram",
    "slack",
    "teams",
    "mattermost",
    "webhook",
  ]);
});
