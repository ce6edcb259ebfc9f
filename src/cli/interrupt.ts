/** The signals of a run that Ctrl-C ends. */
export interface Interrupts {
  /** Aborts at the first SIGINT or SIGTERM: the run ends after the step in progress. */
  readonly stopSignal: AbortSignal;
  /** Aborts at the second: the run ends at once. */
  readonly signal: AbortSignal;
}

const names = ["SIGINT", "SIGTERM"] as const;

/**
 * Does work that SIGINT and SIGTERM end in two stages. A third signal ends the process.
 *
 * @param announce - called at the first signal
 */
export async function withInterrupts<T>(announce: () => void, work: (interrupts: Interrupts) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const end = new AbortController();
  const interrupt = () => {
    if (end.signal.aborted) process.exit(130);
    if (stop.signal.aborted) return end.abort(new InterruptedError());
    stop.abort(new InterruptedError());
    announce();
  };
  for (const name of names) process.on(name, interrupt);
  try {
    return await work({ stopSignal: stop.signal, signal: end.signal });
  } finally {
    for (const name of names) process.off(name, interrupt);
  }
}

/** A signal ended the command. */
export class InterruptedError extends Error {
  override get name(): string {
    return "InterruptedError";
  }

  constructor() {
    super("Interrupted.");
  }
}
