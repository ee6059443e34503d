import { instantOf } from "@molva/contracts";
import { describe, expect, it } from "vitest";
import { linkSigner } from "../src/index.ts";

const NOW = instantOf(Date.UTC(2026, 10, 16, 9));
const LATER = instantOf(Date.UTC(2026, 10, 23, 9));
const grant = { act: "alert/take", on: "inc-1", who: "olga@example.org", until: LATER };

describe("a link in a message", () => {
  const signer = linkSigner("the installation's key");

  it("does what it was signed for, for whom it was signed", () => {
    expect(signer.read(signer.sign(grant), NOW)).toEqual(grant);
  });

  it("does nothing once it has expired", () => {
    expect(signer.read(signer.sign(grant), LATER)).toBeNull();
  });

  it("does nothing when a letter of it was changed, or when another installation signed it", () => {
    const token = signer.sign(grant);
    const [body = "", mark = ""] = token.split(".");
    const forged = Buffer.from(JSON.stringify({ ...grant, who: "eve@example.org" })).toString("base64url");
    for (const wrong of [`${forged}.${mark}`, `${body}.${forged}`, body, "", ".", `${token}.x`, "x".repeat(5_000)])
      expect(signer.read(wrong, NOW)).toBeNull();
    expect(linkSigner("another key").read(token, NOW)).toBeNull();
  });

  it("stands in a path without being escaped", () => {
    expect(signer.sign({ ...grant, who: "Ольга <olga@example.org>" })).toMatch(/^[\w.-]+$/);
  });
});
