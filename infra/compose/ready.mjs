// The container's health check: 0 when the process in it is ready for work. An argument names another address.
const address = process.argv[2] ?? "http://127.0.0.1:9464/readyz";
const reply = await fetch(address, { signal: AbortSignal.timeout(7_000) }).catch(() => null);
process.exitCode = reply?.ok === true ? 0 : 1;
