import { spawn } from "node:child_process";

/** How much of a program's last words is kept. */
const KEPT = 20_000;

/**
 * Runs a program to its end. `{ code, output, timedOut }`: `code` is null when it was killed or never started;
 * `output` holds the end of both its streams. With `show`, its lines also go to stderr as they come.
 */
export const run = (command, args, { cwd, env = process.env, limitMs = 0, show = false, shell = false } = {}) =>
  new Promise((resolve) => {
    let output = "";
    let timedOut = false;
    const child = spawn(command, args, { cwd, env, shell, stdio: ["ignore", "pipe", "pipe"] });
    // A set-up that is told to stop takes its installer with it.
    const stop = () => {
      child.kill("SIGTERM");
      process.exit(130);
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
    const timer =
      limitMs > 0
        ? setTimeout(() => {
            timedOut = true;
            child.kill("SIGKILL");
          }, limitMs)
        : null;
    const take = (chunk) => {
      output = (output + chunk).slice(-KEPT);
      if (show) process.stderr.write(chunk);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    const end = (code) => {
      if (timer !== null) clearTimeout(timer);
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, stop);
      resolve({ code, output, timedOut });
    };
    child.on("error", (error) => {
      output += error.message;
      end(null);
    });
    // A killed program's children may hold its pipes open: they are not waited for.
    child.on("exit", (code) => setTimeout(() => end(code), code === null ? 0 : 20));
    child.on("close", end);
  });
