import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import type { ListedMention, NsrRow } from "@molva/contracts";
import { brokerProblem, freePort, startBroker, type Broker } from "@molva/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { partOf, SECRETS, writeCluster, type Part } from "./support/cluster.ts";
import { molvaHere } from "./support/here.ts";
import { startMolva, temporaryFolder } from "./support/molva.ts";
import { counted, MAP, REVIEWS, reviewsCsv } from "./support/reviews.ts";

const problem = await brokerProblem();
let broker: Broker | null = null;
beforeAll(async () => {
  if (problem === null) broker = await startBroker();
});
afterAll(async () => {
  await broker?.close();
});

/** The same numbers in every run (mulberry32): what fails once fails again. */
const randomFrom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const KILLS = 5;

/** Kills a process at a random moment of its life, its start included, and starts it again, five times. */
const killAgainAndAgain = async (part: Part, random: () => number): Promise<void> => {
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Every other time it may get as far as its work; else it dies on its way there.
    if (kill % 2 === 0) await part.ready();
    await new Promise((resolve) => setTimeout(resolve, random() * 2_000));
    await part.kill();
    part.start();
  }
};

interface Fixture {
  readonly name: string;
  readonly prefix: string;
  readonly csv: string;
  readonly args: readonly string[];
  /** Independent of the program: rows by brand and printed month. */
  readonly counts: Readonly<Record<string, number>>;
}

const ZONE = ["--tz", "Europe/Moscow"];

const countsOf = (rows: readonly (readonly [brand: string, printed: string])[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const [brand, printed] of rows) {
    const key = `${brand} ${printed.slice(0, 7)}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

const OWN: Fixture = {
  name: "our own reviews",
  prefix: "own",
  csv: reviewsCsv(),
  args: ["--source", "banki-ru", "--map", MAP, ...ZONE],
  counts: countsOf(REVIEWS.map(({ bank, printed }) => [bank, printed])),
};

/** Beside the repository, where its developers have it. */
const STREAM = fileURLToPath(new URL("../../../../shared/data/streams/bankiru-2025-01.csv", import.meta.url));

const streamFixture = async (): Promise<Fixture> => {
  const csv = await readFile(STREAM, "utf8");
  const rows = parse(csv, { columns: true, bom: true }) as readonly Readonly<Record<string, string>>[];
  return {
    name: "a month of banks' reviews",
    prefix: "stream",
    csv,
    args: [
      "--source=banki-ru-2025",
      "--map",
      "text=reviewBody,brand=bankName,publishedAt=datePublished,url=url,region=location",
      ...ZONE,
    ],
    counts: countsOf(rows.map((row) => [row["bankName"] ?? "", row["datePublished"] ?? ""])),
  };
};

/** The larger one where there are two: what is killed and what must hold are the same, and a run of it is a minute of processor time. */
const fixture = existsSync(STREAM) ? await streamFixture() : OWN;

it("has a Kafka to work with (in CI its absence is a failure)", () => {
  if (problem !== null) console.warn(`no broker, so nothing distributed was tried: ${problem}`);
  expect(problem === null || process.env["CI"] === undefined).toBe(true);
});

describe("an import over Kafka with each stage a process of its own, on one store over HTTP", () => {
  it(`${fixture.name}: every process killed five times at random, the numbers equal the recount`, async () => {
    if (broker === null) return;
    const { path, remove } = await temporaryFolder();
    const random = randomFrom(20_250_131);
    await writeCluster(path, { brokers: broker.brokers, storePort: await freePort(), prefix: fixture.prefix });
    await writeFile(join(path, "reviews.csv"), fixture.csv);
    const importing = ["import", "reviews.csv", ...fixture.args];
    const json = async <T>(args: readonly string[]): Promise<T> => {
      const ran = await molvaHere([...args, "--json"], path, null, SECRETS);
      if (ran.code !== 0) throw new Error(`molva ${args.join(" ")} ended with ${ran.code}:\n${ran.out}${ran.err}`);
      return JSON.parse(ran.out) as T;
    };
    const parts = [
      ["store", "store"],
      ["classifier", "classifier"],
      ["aggregator-1", "aggregator"],
      ["aggregator-2", "aggregator"],
    ].map(([name = "", only = ""]) => partOf(name, only, path));
    try {
      await Promise.all(parts.map((part) => part.ready()));
      const killImports = async (): Promise<void> => {
        for (let kill = 0; kill < KILLS; kill += 1) {
          const running = startMolva(importing, path, null, SECRETS);
          await new Promise((resolve) => setTimeout(resolve, 500 + random() * 5_000));
          running.child.kill("SIGKILL");
          await running.ended;
        }
      };
      await Promise.all([killImports(), ...parts.map((part) => killAgainAndAgain(part, random))]);
      await Promise.all(parts.map((part) => part.ready()));

      // Imported once more, whole: what the killed ones had left is there now, and nothing twice.
      expect((await molvaHere(importing, path, null, SECRETS)).code).toBe(0);
      const rows = await json<readonly NsrRow[]>(["nsr", "--all", "--step", "month", ...ZONE]);
      expect(counted(rows)).toEqual(fixture.counts);
      const total = Object.values(fixture.counts).reduce((sum, count) => sum + count, 0);
      const listed = await json<readonly ListedMention[]>(["mentions", "--limit", "10000"]);
      expect([listed.length, new Set(listed.map(({ id }) => id)).size]).toEqual([total, total]);
      expect(await json<{ readonly differences: readonly unknown[] }>(["verify"])).toMatchObject({ differences: [] });

      // A brand's history is labelled anew: its facts go through Kafka beside the old ones, then its numbers follow them.
      const [smallest] = Object.entries(
        listed.reduce<Record<string, number>>(
          (sizes, { brand }) => ({ ...sizes, [brand]: (sizes[brand] ?? 0) + 1 }),
          {},
        ),
      ).toSorted(([, a], [, b]) => a - b);
      const [brand = "", mentions = 0] = smallest ?? [];
      const replayed = await json<{ readonly brands: readonly { readonly new: NsrRow }[] }>([
        "replay",
        "--model",
        "accurate",
        "--brand",
        brand,
        "--switch",
        "--by",
        "vera",
      ]);
      expect(replayed).toMatchObject({ switched: [brand], brands: [{ brand, labelled: mentions, stood: 0 }] });
      const [relabelled] = await json<readonly NsrRow[]>(["nsr", "--brand", brand]);
      const { n, nsr, low, high } = replayed.brands[0]?.new ?? {};
      expect(relabelled).toMatchObject({ n, nsr, low, high });
      const anew = await json<readonly ListedMention[]>(["mentions", "--brand", brand, "--limit", "10000"]);
      expect(anew.map(({ provenance }) => provenance.split("@")[0])).toEqual(anew.map(() => "molva-accurate"));
      expect(await json<{ readonly differences: readonly unknown[] }>(["verify"])).toMatchObject({ differences: [] });

      // And the import again: it changes nothing.
      expect(await json(importing)).toMatchObject({ new: 0, changed: 0, unchanged: total });
      const ends = await Promise.all(parts.toReversed().map((part) => part.end()));
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    } finally {
      await Promise.all(parts.map((part) => part.kill()));
      await remove();
    }
  }, 420_000);
});
