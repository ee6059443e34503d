import { BlockList, isIP } from "node:net";

type Subnet = readonly [network: string, prefix: number];

/** IANA special-purpose registries (RFC 6890 and its updates): none of these is a public host. */
const REFUSED_V4: readonly Subnet[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
/** Of IPv6 only global unicast (2000::/3) is public, and these parts of it are not. */
const REFUSED_V6: readonly Subnet[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const blockList = (v4: readonly Subnet[], v6: readonly Subnet[]): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of v4) list.addSubnet(network, prefix, "ipv4");
  for (const [network, prefix] of v6) list.addSubnet(network, prefix, "ipv6");
  return list;
};

const refused = blockList(REFUSED_V4, REFUSED_V6);
const globalUnicast = blockList([], [["2000::", 3]]);
/** IPv4 in IPv6: mapped (RFC 4291) and NAT64 (RFC 6052). What counts is the IPv4 address inside. */
const wrapped = blockList(
  [],
  [
    ["::ffff:0:0", 96],
    ["64:ff9b::", 96],
  ],
);

/** The last 32 bits of an IPv6 address, dotted. */
const embeddedV4 = (address: string): string => {
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(":").slice(-2);
  const [high, low] = groups.map((group) => (group === "" ? 0 : Number.parseInt(group, 16)));
  const bits = [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255];
  return bits.join(".");
};

/** True for an address that the whole internet reaches; false for loopback, private, link-local, metadata and reserved ones, in any spelling. */
export const isPublicAddress = (address: string): boolean => {
  const plain = address.replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 4) return !refused.check(plain, "ipv4");
  if (family !== 6) return false;
  if (wrapped.check(plain, "ipv6")) return isPublicAddress(embeddedV4(plain));
  return globalUnicast.check(plain, "ipv6") && !refused.check(plain, "ipv6");
};

/** Says whether the configuration allows a host, a port and the address it resolved to, though that address is private. */
export type PrivateAllowance = (host: string, port: number, address: string) => boolean;

/**
 * @param entries `host:port` (that port only), `host`, or a CIDR block such as `10.1.0.0/16`. IPv6 hosts in brackets.
 * @throws {RangeError} when an entry is none of these.
 */
export const allowPrivate = (entries: readonly string[]): PrivateAllowance => {
  const blocks = new BlockList();
  const hosts = new Set<string>();
  for (const entry of entries) {
    const cidr = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(entry);
    const family = cidr === null ? 0 : isIP(cidr[1] as string);
    if (cidr !== null && family !== 0) {
      blocks.addSubnet(cidr[1] as string, Number(cidr[2]), family === 4 ? "ipv4" : "ipv6");
    } else if (URL.canParse(`http://${entry}/`) && !/[/?#@]/.test(entry)) {
      hosts.add(entry.toLowerCase().replace(/[[\]]/g, ""));
    } else {
      throw new RangeError(`"${entry}" is neither host:port, host nor a CIDR block`);
    }
  }
  return (host, port, address) =>
    hosts.has(host.toLowerCase()) ||
    hosts.has(`${host.toLowerCase()}:${port}`) ||
    (isIP(address) !== 0 && blocks.check(address, isIP(address) === 4 ? "ipv4" : "ipv6"));
};
