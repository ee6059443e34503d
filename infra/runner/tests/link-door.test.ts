import { once } from "node:events";
import { createServer } from "node:http";
import { instantOf } from "@molva/contracts";
import { createLog, linkSigner } from "@molva/platform";
import { afterAll, describe, expect, it } from "vitest";
import { linkDoor, LINK_PATH, type LinkAct } from "../src/links/link-door.ts";

const NOW = Date.UTC(2026, 10, 16);
const signer = linkSigner("a key of the test");
const done: string[] = [];
const take: LinkAct = {
  describe: async ({ on }) => ({
    title: `Take <b>${on}</b>?`,
    text: "You tell the others that you are on it.",
    button: "Take it",
  }),
  run: async ({ on, who }) => {
    done.push(`${who} takes ${on}`);
    return { title: "Taken", text: `${who} has it now.` };
  },
};
const broken: LinkAct = {
  describe: async () => {
    throw new Error("no store");
  },
  run: async () => {
    throw new Error("no store");
  },
};
const door = linkDoor({
  signer,
  acts: new Map([
    ["alert/take", take],
    ["alert/broken", broken],
  ]),
  clock: () => instantOf(NOW),
  log: createLog("silent", { write: () => {} }),
});
const server = createServer((request, response) => void door(request, response)).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as { port: number };
afterAll(() => new Promise((resolve) => void server.close(resolve)));

const addressOf = (act: string, until = NOW + 1_000): string =>
  `http://127.0.0.1:${port}${LINK_PATH}${signer.sign({ act, on: "incident-1", who: "olga@example.org", until: instantOf(until) })}`;

describe("a link in a message", () => {
  it("shows what it would do when it is opened, and does nothing: mail programs open links by themselves", async () => {
    const response = await fetch(addressOf("alert/take"));
    const html = await response.text();
    expect([response.status, done]).toEqual([200, []]);
    expect(html).toContain("Take &lt;b&gt;incident-1&lt;/b&gt;?");
    expect(html).toContain('<form method="post"><button>Take it</button>');
  });

  it("does it for its reader when the button is pressed, and by one click of the mail program (RFC 8058)", async () => {
    const body = "List-Unsubscribe=One-Click";
    const response = await fetch(addressOf("alert/take"), {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining("olga@example.org has it now"),
    ]);
    expect(done.splice(0)).toEqual(["olga@example.org takes incident-1"]);
  });

  it.each([
    ["expired", addressOf("alert/take", NOW - 1)],
    ["of an unknown act", addressOf("alert/other")],
    ["changed", `${addressOf("alert/take")}x`],
    ["empty", `http://127.0.0.1:${port}${LINK_PATH}`],
  ])("does nothing when it is %s, and says so in the reader's language", async (_, url) => {
    const response = await fetch(url, { method: "POST", headers: { "accept-language": "ru-RU,ru" } });
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining("Эта ссылка ничего не делает"),
    ]);
    expect(done).toEqual([]);
  });

  it("says that nothing was changed when it fails, and takes no large body and no other method", async () => {
    expect((await fetch(addressOf("alert/broken"), { method: "POST" })).status).toBe(503);
    expect((await fetch(addressOf("alert/take"), { method: "POST", body: "x".repeat(5_000) })).status).toBe(413);
    expect((await fetch(addressOf("alert/take"), { method: "DELETE" })).status).toBe(405);
    expect(done).toEqual([]);
  });
});
