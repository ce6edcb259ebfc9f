import { type CallOptions, isOAuthClientsError, type OAuthClientsError, type TransportOptions } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { advanceTimeUntilEnded, stopTime } from "../time.js";
import { expectConsistentOutcome } from "./outcome.js";

/** The description of a vendor that the cancellation tests take. */
export interface CancellationSubject<Manager> {
  readonly start: () => {
    readonly fetch: typeof fetch;
    readonly connect: (transport: TransportOptions) => Manager;
  };
  /** Calls by name: the number of requests that each sends, and a function that prepares the call. The first word of a name is the method. */
  readonly calls: Readonly<Record<string, readonly [requests: number, prepare: Prepare<Manager>]>>;
}

type Prepare<Manager> = (manager: Manager) => Promise<(manager: Manager, options: CallOptions) => Promise<unknown>>;

const deadlineMs = 80;

// Only a create and a rotation whose request was sent have their own error: it has the credentials, or says what to do.
function expectAborted(name: string, error: OAuthClientsError, reason: Error): void {
  expect(name).toMatch(/^(create|rotateSecret)\b/);
  expectConsistentOutcome(error);
  expect(error).toMatchObject({ code: "aborted", outcome: "unknown", cause: reason });
  if (error.unsavedCredentials() === undefined) expect(error.message).toMatch(/\blist\(\)|rotate again/);
}

/**
 * A signal and a deadline end a call at each of its requests. Effects that were applied before are not undone: a call that has
 * already received a secret may resolve, or reject with an error that has the unsaved credentials.
 */
export function describeCancellation<Manager>(vendor: string, { start, calls }: CancellationSubject<Manager>): void {
  /** Calls the method with one request that never gets a response, and returns the result of the call. */
  async function hang(name: string, at: number, options: CallOptions, hangs: () => void = () => {}) {
    const { fetch, connect } = start();
    const plain = connect({ fetch });
    const call = await calls[name]?.[1](plain);
    // Time is stopped until the request is pending, and advances to the deadline without a real wait.
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
    const settled = Promise.resolve(call?.(manager, options)).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (at > 0) await advanceTimeUntilEnded(settled, () => sent >= at);
    const result = await settled;
    return { sent, ...(result as { value?: unknown; error?: { unsavedCredentials?: () => unknown } }) };
  }

  const hasResult = ({ value, error }: { value?: unknown; error?: { unsavedCredentials?: () => unknown } }) =>
    value !== undefined || error?.unsavedCredentials?.() !== undefined;

  const each = Object.entries(calls).flatMap(([name, [requests]]) =>
    Array.from({ length: requests }, (_, index) => [name, index + 1, requests] as const),
  );

  describe(`${vendor} contract: cancellation`, () => {
    test.each(each)("%s rejects when its signal aborts at request %d of %d", async (name, at) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      // The deadline ends the steps that a signal no longer ends.
      const options = { signal: controller.signal, timeoutMs: 2_000 };
      const call = await hang(name, at, options, () => controller.abort(reason));
      expect(call.sent).toBeGreaterThanOrEqual(at);
      if (isOAuthClientsError(call.error) && call.error.code === "aborted") expectAborted(name, call.error, reason);
      else if (!hasResult(call)) expect(call.error).toBe(reason);
    });

    test.each(each)("%s rejects when its deadline passes at request %d of %d", async (name, at) => {
      const call = await hang(name, at, { timeoutMs: deadlineMs });
      // `secret_storage_failed` when the pending request is the check of a secret sink.
      if (!hasResult(call))
        expect(call.error).toMatchObject({ code: expect.stringMatching(/^(timeout|secret_storage_failed)$/), vendor });
    });

    test.each(Object.entries(calls).map(([name, [requests]]) => [name, requests] as const))(
      "%s sends %d requests",
      async (name, requests) => {
        const { sent, error } = await hang(name, 0, {});
        expect(error).toBeUndefined();
        expect(sent).toBe(requests);
      },
    );

    test.each(Object.keys(calls))("%s rejects an unknown option by name and sends no request", async (name) => {
      const { sent, error } = await hang(name, 0, { secretSinc: "misspelt" } as CallOptions);
      expect(error).toMatchObject({
        code: "invalid_input",
        vendor,
        issues: [{ path: "secretSinc", message: expect.stringMatching(/^unknown field(; did you mean secretSink\?)?$/) }],
      });
      expect(sent).toBe(0);
    });
  });
}
