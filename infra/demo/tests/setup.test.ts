import { existsSync, readFileSync, rmSync, watch } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
// @boundaries-ignore the set-up is plain JavaScript outside every package
import { completed, placeOf } from "../../../scripts/complete-lockfile.mjs";
// @boundaries-ignore the set-up is plain JavaScript outside every package
import { hasDebianPackage, howToGetOne, systemIds } from "../../../scripts/setup/browser.mjs";
// @boundaries-ignore the set-up is plain JavaScript outside every package
import { installAdvice } from "../../../scripts/setup/install.mjs";
// @boundaries-ignore the set-up is plain JavaScript outside every package
import { agrees } from "../../../scripts/setup/installed.mjs";
// @boundaries-ignore the set-up is plain JavaScript outside every package
import { nodeProblem } from "../../../scripts/setup/node-version.mjs";
import { smallClone } from "./small-clone.ts";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

let clone: ReturnType<typeof smallClone>;
beforeEach(() => {
  clone = smallClone();
});
afterEach(() => clone.remove());

describe("npm start on a fresh clone", () => {
  it("installs, builds and finds a browser; the second time it does none of it and says nothing", async () => {
    const first = await clone.setup("start");
    expect(first).toMatchObject({ code: 0, out: "" });
    expect(clone.calls()).toEqual(["npm ci", "tsc -b"]);
    expect(first.err).toContain("Chromium 150.0.1.2");
    const asked = clone.timesBrowserWasAsked();
    expect(await clone.setup("start")).toEqual({ code: 0, out: "", err: "" });
    expect(clone.calls()).toEqual(["npm ci", "tsc -b"]);
    expect(clone.timesBrowserWasAsked()).toBe(asked);
  });

  it("installs again when the lockfile asks for something else, and not when only its letters changed", async () => {
    await clone.setup("start");
    clone.write("package-lock.json", `${readFileSync(join(clone.root, "package-lock.json"), "utf8")}\n`);
    await clone.setup("start");
    expect(clone.calls().filter((call) => call === "npm ci")).toHaveLength(1);
    clone.lock("7.0.3");
    expect((await clone.setup("start")).code).toBe(0);
    expect(clone.calls().filter((call) => call === "npm ci")).toHaveLength(2);
  });

  it("takes what a person installed by hand", async () => {
    await clone.setup("check");
    rmSync(join(clone.root, "node_modules/.molva-setup.json"));
    await clone.setup("check");
    expect(clone.calls()).toEqual(["npm ci"]);
  });

  it("says what to do when the install fails, exits 1, and gets it done the next time", async () => {
    const flag = clone.write("no-network", "");
    const failed = await clone.setup("start");
    expect(failed.code).toBe(1);
    expect(failed.err).toContain("registry could not be reached");
    rmSync(flag);
    expect((await clone.setup("start")).code).toBe(0);
  });

  it("installs once when two are started at the same time", async () => {
    const both = await Promise.all([
      clone.setup("start", { NPM_TAKES: "700" }),
      clone.setup("start", { NPM_TAKES: "700" }),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(clone.calls().filter((call) => call === "npm ci")).toHaveLength(1);
    expect(clone.calls().filter((call) => call === "tsc -b")).toHaveLength(1);
  });

  it("goes on after one that was killed in the middle", async () => {
    const watcher = watch(clone.root);
    const killed = clone.spawnSetup({ NPM_TAKES: "600000" });
    while (!existsSync(join(clone.root, "npm-pid"))) await once(watcher, "change");
    watcher.close();
    killed.kill("SIGKILL");
    await once(killed, "exit");
    clone.killNpm();
    expect(existsSync(join(clone.root, ".setup/turn"))).toBe(true);
    expect((await clone.setup("start")).code).toBe(0);
    expect(clone.calls().filter((call) => call === "npm ci")).toHaveLength(2);
    expect(existsSync(join(clone.root, ".setup/turn"))).toBe(false);
  });

  it("takes its installer with it when it is told to stop, and holds nobody up", async () => {
    const watcher = watch(clone.root);
    const stopped = clone.spawnSetup({ NPM_TAKES: "600000" });
    while (!existsSync(join(clone.root, "npm-pid"))) await once(watcher, "change");
    watcher.close();
    const npm = Number(readFileSync(join(clone.root, "npm-pid"), "utf8"));
    stopped.kill("SIGTERM");
    await once(stopped, "exit");
    expect(stopped.exitCode).toBe(130);
    await vi.waitUntil(() => !isAlive(npm), { timeout: 20_000 });
    expect(existsSync(join(clone.root, ".setup/turn"))).toBe(false);
  });

  it("goes on without a browser and says in one line what is left out and what to type", async () => {
    const { code, err } = await clone.setup("start", { MOLVA_CHROMIUM: join(clone.root, "nothing") });
    expect(code).toBe(0);
    expect(err.split("\n").filter((line) => line.includes("MOLVA_CHROMIUM"))).toHaveLength(1);
    expect((await clone.setup("start", { MOLVA_CHROMIUM: "none" })).err).toBe("");
  });

  it("reads .env as the program does", async () => {
    clone.write(".env", `MOLVA_CHROMIUM=${clone.chromium}\n`);
    const { err } = await clone.setup("start", { MOLVA_CHROMIUM: "" });
    expect(err).toContain(clone.chromium);
  });

  it("refuses a purpose that it does not know", async () => {
    expect(await clone.setup("dance")).toMatchObject({
      code: 2,
      err: expect.stringContaining("start|test|bench|build|check"),
    });
  });
});

describe("npx molva after a plain install", () => {
  beforeEach(async () => {
    await clone.setup("check");
  });

  it("builds once, hands the arguments over and exits as the program does", async () => {
    const first = await clone.molva("nsr", "--all");
    expect(first).toMatchObject({ code: 2, out: "first nsr,--all\n" });
    expect(await clone.molva("nsr", "--all")).toEqual({ code: 2, out: "first nsr,--all\n", err: "" });
    expect(clone.calls()).toEqual(["npm ci", "tsc -b"]);
  });

  it("builds again when a source changed, were it older than what was built, or when the built was deleted", async () => {
    await clone.molva();
    clone.write("infra/runner/src/main.ts", "second");
    expect((await clone.molva()).out).toBe("second \n");
    rmSync(join(clone.root, "infra/runner/dist"), { recursive: true });
    expect((await clone.molva()).out).toBe("second \n");
    expect(clone.calls().filter((call) => call === "tsc -b")).toHaveLength(3);
  });

  it("shows the compiler's words when the sources do not build", async () => {
    clone.write("infra/runner/src/main.ts", "broken");
    const { code, out, err } = await clone.molva();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("error TS1005");
  });

  it("says so when there is no compiler", async () => {
    rmSync(join(clone.root, "node_modules"), { recursive: true });
    const { code, err } = await clone.molva();
    expect(code).toBe(1);
    expect(err).toContain("npm ci");
  });
});

describe("what the set-up knows", () => {
  it("which Node is too old", () => {
    expect(nodeProblem("20.19.0")).toBeNull();
    expect(nodeProblem("24.1.0")).toBeNull();
    for (const old of ["20.18.3", "18.20.8"]) expect(nodeProblem(old)).toContain(old);
  });

  it("when a tree is what the lockfile asks for: a missing, older or altered package is seen, one for another system is not missed", () => {
    const lock = {
      packages: {
        "": {},
        "node_modules/a": { version: "1.0.0", integrity: "x" },
        "node_modules/other-system": { version: "2.0.0", optional: true },
      },
    };
    const tree = { packages: { "node_modules/a": { version: "1.0.0", integrity: "x" } } };
    expect(agrees(lock, tree)).toBe(true);
    expect(agrees(lock, { packages: {} })).toBe(false);
    expect(agrees(lock, { packages: { "node_modules/a": { version: "0.9.0", integrity: "x" } } })).toBe(false);
    expect(agrees(lock, { packages: { "node_modules/a": { version: "1.0.0", integrity: "y" } } })).toBe(false);
  });

  it("how to get a Chromium on this system, and that Ubuntu's package is none", () => {
    const debian = systemIds('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n');
    const ubuntu = systemIds("ID=ubuntu\nID_LIKE=debian\n");
    const mint = systemIds('ID=linuxmint\nID_LIKE="ubuntu debian"\n');
    expect([debian, ubuntu, mint].map(hasDebianPackage)).toEqual([true, false, false]);
    expect(howToGetOne("linux", debian, false)).toBe("sudo apt-get install chromium");
    expect(howToGetOne("linux", debian, true)).toBe("apt-get install chromium");
    expect(howToGetOne("linux", ubuntu, true)).toContain("--with-deps");
    expect(howToGetOne("darwin", [], false)).toBe("npx playwright install chromium");
  });

  it("what a person can do about each way an install fails", () => {
    expect(installAdvice("npm error code ENOSPC")).toContain("disk is full");
    expect(
      installAdvice(
        "npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync",
      ),
    ).toContain("npm install");
    expect(installAdvice("something new")).toContain("npm ci by hand");
  });
});

describe("a lockfile written from a partial registry", () => {
  const packages = {
    "": { name: "molva" },
    "node_modules/tool": {
      version: "1.2.3",
      dev: true,
      optionalDependencies: {
        "@tool/linux-x64-gnu": "1.2.3",
        "@tool/win32-x64-msvc": "1.2.3",
        "@tool/linux-x64-musl": "1.2.3",
        fsevents: "^2.0.0",
      },
    },
    "node_modules/@tool/linux-x64-gnu": { version: "1.2.3", integrity: "x", optional: true },
  };

  it("gets back the packages for other systems, each with where it belongs, and nothing that nobody can know", () => {
    const { packages: whole, added } = completed(packages);
    expect(added).toBe(2);
    expect(whole).toMatchObject({
      ...packages,
      "node_modules/@tool/win32-x64-msvc": { version: "1.2.3", os: ["win32"], cpu: ["x64"], optional: true, dev: true },
      "node_modules/@tool/linux-x64-musl": {
        version: "1.2.3",
        os: ["linux"],
        cpu: ["x64"],
        libc: ["musl"],
        optional: true,
      },
    });
    expect(completed(whole).added).toBe(0);
  });

  it("reads the place of a package from its name", () => {
    expect(placeOf("@turbo/windows-64")).toEqual({ os: ["win32"], cpu: ["x64"], libc: [] });
    expect(placeOf("@oxlint/binding-linux-arm-musleabihf")).toEqual({ os: ["linux"], cpu: ["arm"], libc: ["musl"] });
    expect(placeOf("@chdb/lib-darwin-arm64")).toEqual({ os: ["darwin"], cpu: ["arm64"], libc: [] });
  });
});
