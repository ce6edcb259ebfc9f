import type { CallOptions, TransportOptions } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { passUntilEnded, stopTime } from "../time.js";

/** What a vendor says to have every request of every call ended. */
export interface EndingSubject<Manager> {
  readonly start: () => {
    readonly fetch: typeof fetch;
    readonly connect: (transport: TransportOptions) => Manager;
  };
  /** Calls, each with how many requests it sends, and with what makes everything ready for it. */
  readonly calls: Readonly<Record<string, readonly [requests: number, prepare: Prepare<Manager>]>>;
}

type Prepare<Manager> = (manager: Manager) => Promise<(manager: Manager, options: CallOptions) => Promise<unknown>>;

const deadlineMs = 80;

/**
 * A call of many requests ends with each of them: by its signal, and by its deadline. What stands by then is not undone: a call
 * whose secret is out may succeed, or fail with an error that has it.
 */
export function describeEnding<Manager>(vendor: string, { start, calls }: EndingSubject<Manager>): void {
  /** Lets one request of the call hang, and tells what became of the call. */
  async function hang(name: string, at: number, options: CallOptions, hangs: () => void = () => {}) {
    const { fetch, connect } = start();
    const plain = connect({ fetch });
    const call = await calls[name]?.[1](plain);
    // No deadline passes before its request hangs, and then nobody waits for it.
    if (at > 0) stopTime();
    let sent = 0;
    const manager = connect({
      retry: { maxRetries: 0 },
      timeoutMs: 60_000,
      fetch: async (input, init) => {
        if (++sent !== at) return fetch(input, init);
        hangs();
        return new Promise<Response>(() => {});
      },
    });
    const ending = Promise.resolve(call?.(manager, options)).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (at > 0) await passUntilEnded(ending, () => sent >= at);
    const result = await ending;
    return { sent, ...(result as { value?: unknown; error?: { unsavedCredentials?: () => unknown } }) };
  }

  const stands = ({ value, error }: { value?: unknown; error?: { unsavedCredentials?: () => unknown } }) =>
    value !== undefined || error?.unsavedCredentials?.() !== undefined;

  const each = Object.entries(calls).flatMap(([name, [requests]]) =>
    Array.from({ length: requests }, (_, index) => [name, index + 1, requests] as const),
  );

  describe(`${vendor} ends a call`, () => {
    test.each(each)("%s: by its signal, at request %d of %d", async (name, at) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      // The deadline is for what a signal no longer ends.
      const options = { signal: controller.signal, timeoutMs: 2_000 };
      const ending = await hang(name, at, options, () => controller.abort(reason));
      expect(ending.sent).toBeGreaterThanOrEqual(at);
      if (!stands(ending)) expect(ending.error).toBe(reason);
    });

    test.each(each)("%s: by its deadline, at request %d of %d", async (name, at) => {
      const ending = await hang(name, at, { timeoutMs: deadlineMs });
      // The second where it is a place for the secret that did not answer, before there was one.
      if (!stands(ending))
        expect(ending.error).toMatchObject({ code: expect.stringMatching(/^(timeout|secret_storage_failed)$/), vendor });
    });

    test.each(Object.entries(calls).map(([name, [requests]]) => [name, requests] as const))(
      "%s takes %d requests",
      async (name, requests) => {
        const { sent, error } = await hang(name, 0, {});
        expect(error).toBeUndefined();
        expect(sent).toBe(requests);
      },
    );

    test.each(Object.keys(calls))("%s does not begin with an option that there is not", async (name) => {
      const { sent, error } = await hang(name, 0, { delivery: "misspelt" } as CallOptions);
      expect(error).toMatchObject({ code: "invalid_input", vendor, issues: [{ path: "delivery", message: "unknown field" }] });
      expect(sent).toBe(0);
    });
  });
}
