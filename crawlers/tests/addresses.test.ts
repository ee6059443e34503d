import { describe, expect, it } from "vitest";
import { allowPrivate, isPublicAddress } from "../src/fetch/address.ts";
import { addressGuard } from "../src/fetch/guard.ts";

const PRIVATE = [
  "127.0.0.1",
  "127.8.8.8",
  "0.0.0.0",
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "192.0.2.7",
  "198.18.0.1",
  "203.0.113.5",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:169.254.169.254",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::10.0.0.1",
  "64:ff9b:1::1",
  "fe80::1",
  "fe80::1%eth0",
  "fc00::1",
  "fd12:3456::1",
  "fec0::1",
  "ff02::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "2001::1",
  "100::1",
  "not an address",
  "",
];
const PUBLIC = [
  "1.1.1.1",
  "93.184.216.34",
  "172.32.0.1",
  "192.169.0.1",
  "2606:4700:4700::1111",
  "2a00:1450::5",
  "::ffff:8.8.8.8",
  "64:ff9b::8.8.8.8",
];

describe("addresses", () => {
  it.each(PRIVATE)("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));
  it.each(PUBLIC)("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));
});

describe("allowed private hosts", () => {
  it("names a host with its port, a host, or a block", () => {
    const allowed = allowPrivate(["127.0.0.1:8080", "Intranet", "10.1.0.0/16", "[::1]:3000", "fd00::/8"]);
    expect(allowed("127.0.0.1", 8080, "127.0.0.1")).toBe(true);
    expect(allowed("127.0.0.1", 8081, "127.0.0.1")).toBe(false);
    expect(allowed("intranet", 443, "192.168.0.9")).toBe(true);
    expect(allowed("other", 80, "10.1.2.3")).toBe(true);
    expect(allowed("other", 80, "10.2.2.3")).toBe(false);
    expect(allowed("::1", 3000, "::1")).toBe(true);
    expect(allowed("other", 80, "fd12::1")).toBe(true);
  });

  it.each(["http://127.0.0.1", "10.0.0.0/99", "user@host", ""])("refuses %j as an entry", (entry) => {
    expect(() => allowPrivate([entry])).toThrow(RangeError);
  });
});

describe("the guard", () => {
  const nothing = allowPrivate([]);

  it.each([
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://example.com/",
  ])("refuses %s before anything is sent", (url) => {
    const guard = addressGuard(nothing, async () => []);
    expect(() => guard.checkUrl(new URL(url))).toThrow(expect.objectContaining({ code: "SOURCE_FORBIDDEN" }) as Error);
  });

  it("refuses a name that stands for a private address, and takes only the public ones of several", async () => {
    const names: Record<string, string[]> = {
      "metadata.example": ["169.254.169.254"],
      "mixed.example": ["10.0.0.1", "93.184.216.34"],
    };
    const guard = addressGuard(nothing, async (name) => (names[name] ?? []).map((address) => ({ address, family: 4 })));
    await expect(guard.addressesOf("metadata.example", 80)).rejects.toMatchObject({ code: "SOURCE_FORBIDDEN" });
    await expect(guard.addressesOf("mixed.example", 80)).resolves.toEqual([{ address: "93.184.216.34", family: 4 }]);
    await expect(guard.addressesOf("nowhere.example", 80)).rejects.toMatchObject({
      code: "SOURCE_UNREACHABLE",
      recovery: "retry",
    });
  });

  it("asks again at every connection, so that a name that changes its address is caught", async () => {
    const answers = ["93.184.216.34", "127.0.0.1"];
    const guard = addressGuard(nothing, async () => [{ address: answers.shift() ?? "127.0.0.1", family: 4 }]);
    const lookup = (): Promise<string> =>
      new Promise((resolve, reject) => {
        guard.lookupFor(80)("rebinding.example", {}, (error, address) =>
          error === null ? resolve(address as string) : reject(error),
        );
      });
    await expect(lookup()).resolves.toBe("93.184.216.34");
    await expect(lookup()).rejects.toMatchObject({ code: "SOURCE_FORBIDDEN" });
  });
});
