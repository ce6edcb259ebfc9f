import type { Report } from "./report.js";

/** What a vendor's demonstration gets. */
export interface Stage {
  readonly report: Report;
  /** A file of clients to use instead of the vendor's own. */
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. What was created is deleted all the same. */
  readonly signal: AbortSignal;
}

/** What one demonstration has done, for the table at the end. */
export interface Outcome {
  /** The vendor's name. */
  readonly title: string;
  /** How often something was made, deleted, used. `undefined`: the vendor's manager has no such thing. */
  readonly counts: Readonly<Record<Counted, number | undefined>>;
  /** What was made and deleted besides clients: `2 policies`. */
  readonly besides: string;
  /** The claims that were checked, all of which held. */
  readonly checks: number;
}

/** What is counted. */
export type Counted = "created" | "deleted" | "tokens" | "rotated" | "imported";

/**
 * Makes everything ready to show what one vendor's manager does: reads the clients and the environment, and starts a server where the
 * environment names none. Rejects when something of it cannot work. Nothing has been sent to a real server by then.
 */
export type Demonstration = (stage: Stage) => Promise<Ready>;

/** A demonstration that can begin. */
export interface Ready {
  /** Shows it. Rejects when a claim did not hold. */
  readonly perform: () => Promise<Outcome>;
  /** Ends the server, where it was started for this. */
  readonly close: () => Promise<void>;
}
