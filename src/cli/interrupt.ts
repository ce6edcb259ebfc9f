/** The two signals of a run that Ctrl-C ends. */
export interface Interrupts {
  /** Aborts at the first SIGINT or SIGTERM: the run ends after the step in progress. */
  readonly stopSignal: AbortSignal;
  /** Aborts at the second: the run ends at once. */
  readonly signal: AbortSignal;
  /** Removes the listeners. */
  readonly dispose: () => void;
}

/** Listens to SIGINT and SIGTERM. `announce` is called at the first one. */
export function listenForInterrupts(announce: () => void): Interrupts {
  const stop = new AbortController();
  const end = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) end.abort(new Error("interrupted"));
    else {
      stop.abort(new Error("interrupted"));
      announce();
    }
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, interrupt);
  return {
    stopSignal: stop.signal,
    signal: end.signal,
    dispose: () => {
      for (const name of names) process.off(name, interrupt);
    },
  };
}
