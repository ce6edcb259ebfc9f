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

/** Shows what one vendor's manager does. Rejects when a claim did not hold. */
export type Demonstration = (stage: Stage) => Promise<void>;
