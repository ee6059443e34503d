/** How often the page asks by itself when it is not told of changes; milliseconds. */
const POLL_MS = 10_000;
/** Even a live page looks again from time to time: windows move with the clock, without any change. */
const IDLE_MS = 60_000;

export interface Live {
  /** Whether the server tells of changes right now. */
  readonly told: () => boolean;
}

/** Calls `refresh` when the server says that something changed, and from time to time where it does not; `turned` when that way opens or breaks. */
export const listen = (refresh: () => void, turned: () => void): Live => {
  let open = false;
  let asked = Date.now();
  const ask = (): void => {
    asked = Date.now();
    refresh();
  };
  const connect = (): void => {
    const events = new EventSource("/api/events");
    events.addEventListener("open", () => {
      open = true;
      turned();
      ask();
    });
    events.addEventListener("changed", () => {
      if (document.visibilityState === "visible") ask();
    });
    events.addEventListener("error", () => {
      open = false;
      turned();
      // The browser reconnects by itself unless it was refused; then we begin anew.
      if (events.readyState === EventSource.CLOSED) setTimeout(connect, POLL_MS);
    });
  };
  connect();
  setInterval(() => {
    if (document.visibilityState === "visible" && Date.now() - asked >= (open ? IDLE_MS : POLL_MS)) ask();
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
  return { told: () => open };
};
