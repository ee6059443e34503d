/** How Chromium is started: without services of its own, and with every way out through our proxy. */
export const chromiumArguments = (): readonly string[] => [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
  // Chromium refuses to run its sandbox as root; containers often are.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];
