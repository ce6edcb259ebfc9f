import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { AbortedError, NotFoundError, SecretStorageError, TimeoutError, ValidationError } from "../../src/core/errors.js";
import { type SecretOptions, type SecretSink, type SecretSinkContext, writeSecret } from "../../src/core/secret-sink.js";
import { rejection } from "./acme.js";

const context = { vendor: "acme", operation: "create client" };
const credentials = { clientId: "c1", clientSecret: "hunter22hunter22" };

/** Calls `writeSecret` and records the order of the steps. */
function setup(options?: SecretOptions, result: { credentials?: typeof credentials } = { credentials }) {
  const events: string[] = [];
  const issue = async () => {
    events.push("issue");
    return { id: "c1", name: "worker", ...result };
  };
  return { events, run: () => writeSecret(options, context, issue, (issued) => issued) };
}

describe("writeSecret", () => {
  test.each([
    null,
    "/tmp",
    7,
    {},
    { store: "/tmp" },
    { store: () => {}, prepare: true },
    { write: () => {}, writePending: true },
    { write: () => {}, check: "yes" },
    { write: () => {}, removePending: 1 },
  ])("writeSecret rejects %j as a secret sink before any request", async (secretSink) => {
    const { events, run } = setup({ secretSink } as never);
    const error = await rejection(run());
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).issues[0]?.path).toBe("secretSink");
    expect(error).toMatchObject(context);
    expect((error as ValidationError).message).toBe(
      "acme create client: secretSink: expected a function, or an object with the function write and, optionally, check, writePending and removePending",
    );
    expect(events).toEqual([]);
  });

  test("writeSecret sends nothing when the check of the sink fails", async () => {
    const { events, run } = setup({
      secretSink: {
        check: () => Promise.reject(new Error("EACCES: permission denied")),
        write: () => {
          events.push("store");
        },
      },
    });
    const error = (await rejection(run())) as SecretStorageError;
    expect(error).toBeInstanceOf(SecretStorageError);
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "not_applied", ...context });
    expect(error.message).toBe(
      "acme create client: the secret sink is not ready: EACCES: permission denied. The request was not sent.",
    );
    expect(error.unsavedCredentials()).toBeUndefined();
    expect(events).toEqual([]);
  });

  test("writeSecret sends nothing and checks nothing after the signal aborted", async () => {
    const reason = new Error("enough");
    const { events, run } = setup({
      signal: AbortSignal.abort(reason),
      secretSink: {
        check: () => {
          events.push("prepare");
        },
        write: () => {},
      },
    });
    expect(await rejection(run())).toBe(reason);
    expect(events).toEqual([]);
  });

  test("writeSecret returns the credentials in unsavedCredentials when the write fails, and shows them nowhere else", async () => {
    const { run } = setup({
      secretSink: (received) => {
        throw Object.assign(new Error(`disk full while writing ${JSON.stringify(received)}`), { received });
      },
    });
    const error = (await rejection(run())) as SecretStorageError;
    expect(error).toBeInstanceOf(SecretStorageError);
    expect(error).toMatchObject({ outcome: "applied", clientId: "c1", ...context });
    expect(error.message).toContain("disk full");
    expect(error.unsavedCredentials()).toEqual(credentials);
    for (const shown of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error.stack)])
      expect(shown).not.toContain("hunter22");
  });

  test.each([undefined, null, "text", { message: "odd" }])(
    "writeSecret returns the credentials when the sink throws %j",
    async (thrown) => {
      const { run } = setup({ secretSink: () => Promise.reject(thrown) });
      const error = (await rejection(run())) as SecretStorageError;
      expect(error.unsavedCredentials()).toEqual(credentials);
      expect(error.message).toBe(
        "acme create client: writing the secret of client c1 failed. The change was applied. Call error.unsavedCredentials() and store the secret.",
      );
    },
  );

  test("the error of a failed write names the client only when its id is known", async () => {
    const secretSink = () => Promise.reject(new Error("disk full"));
    const error = await rejection(writeSecret({ secretSink }, context, async () => ({ credentials })));
    expect((error as Error).message).toMatch(
      /^acme create client: writing the secret failed: disk full\. The change was applied\./,
    );
  });

  test("a call that does not identify the client writes the secret with the id and the name of its context", async () => {
    const written: unknown[] = [];
    const secretSink = (_: unknown, about: SecretSinkContext) => {
      written.push(about);
    };
    await writeSecret({ secretSink }, { ...context, id: "c7", name: "report" }, async () => ({ credentials }));
    await writeSecret({ secretSink }, context, async () => ({ credentials }));
    const attemptId = expect.any(String);
    expect(written).toEqual([
      { ...context, attemptId, id: "c7", name: "report" },
      { ...context, attemptId },
    ]);
  });

  test("every context and every secret that the sink receives is frozen", async () => {
    const received: unknown[] = [];
    const record = (...values: readonly unknown[]) => {
      received.push(...values);
    };
    const secretSink = { check: record, writePending: record, removePending: record, write: record };
    await writeSecret({ secretSink }, context, async () => ({ credentials }), undefined, credentials);
    await writeSecret<{ credentials?: typeof credentials }>({ secretSink }, context, async () => ({}));
    expect(received).toHaveLength(9);
    for (const value of received) expect(Object.isFrozen(value)).toBe(true);
    for (const value of received as { credentials?: object }[]) expect(Object.isFrozen(value.credentials ?? value)).toBe(true);
    expect(Object.isFrozen(credentials)).toBe(false);
  });

  test.each([
    ["whose message is not a string", Object.assign(new Error(), { message: { deep: 1 } })],
    ["whose message cannot be read", Object.defineProperty(new Error(), "message", { get: () => expect.fail("no") })],
    ["whose prototype cannot be read", new Proxy(new Error(), { getPrototypeOf: () => expect.fail("no") })],
  ])("writeSecret returns the credentials when the sink throws an error %s", async (_, thrown) => {
    const { run } = setup({ secretSink: () => Promise.reject(thrown) });
    const error = (await rejection(run())) as SecretStorageError;
    expect(error.unsavedCredentials()).toEqual(credentials);
    expect(error.message).toMatch(/^acme create client: writing the secret of client c1 failed\. The change was applied\. /);
  });

  test("writeSecret rejects with the reason of the caller's signal when it aborts during the check", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const check = () => {
      controller.abort(reason);
      throw new Error("the check was aborted");
    };
    const { events, run } = setup({ signal: controller.signal, secretSink: { check, write: () => {} } });
    expect(await rejection(run())).toBe(reason);
    expect(events).toEqual([]);
  });

  test("writeSecret continues the write when the signal aborts during it", async () => {
    const controller = new AbortController();
    let stored = false;
    const { run } = setup({
      signal: controller.signal,
      secretSink: async () => {
        controller.abort();
        await Promise.resolve();
        stored = true;
      },
    });
    expect(await run()).toMatchObject({ credentials });
    expect(stored).toBe(true);
  });

  test("writeSecret rejects with the error of the request", async () => {
    const rejected = new Error("no");
    const secretSink = () => {};
    expect(await rejection(writeSecret({ secretSink }, context, () => Promise.reject(rejected)))).toBe(rejected);
  });

  test("writeSecret writes nothing when the vendor issued no secret", async () => {
    let stored = false;
    const { run } = setup(
      {
        secretSink: () => {
          stored = true;
        },
      },
      {},
    );
    await run();
    expect(stored).toBe(false);
  });

  test("writeSecret returns the result without a sink", async () => {
    expect(await setup().run()).toMatchObject({ id: "c1", credentials });
  });

  test("writeSecret checks, requests and writes once each, in this order, with the client of the secret", async () => {
    const seen: unknown[] = [];
    const { events, run } = setup({
      secretSink: {
        check: (about) => {
          events.push("prepare");
          seen.push(about);
        },
        write: (received, about) => {
          events.push("store");
          seen.push(received, about);
        },
      },
    });
    expect(await run()).toEqual({ id: "c1", name: "worker", credentials });
    expect(events).toEqual(["prepare", "issue", "store"]);
    const attemptId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(seen).toEqual([{ ...context, attemptId }, credentials, { ...context, attemptId, id: "c1", name: "worker" }]);
    expect((seen[0] as SecretSinkContext).attemptId).toBe((seen[2] as SecretSinkContext).attemptId);
  });

  describe("a sink that does not finish", () => {
    const never = () => new Promise<void>(() => undefined);

    test("ends the call at its deadline when it hangs in check, and nothing is sent", async () => {
      const { events, run } = setup({ timeoutMs: 20, secretSink: { check: never, write: () => {} } });
      const error = (await rejection(run())) as SecretStorageError;
      expect(error).toBeInstanceOf(SecretStorageError);
      expect(error).toMatchObject({ outcome: "not_applied" });
      expect(error.message).toContain("did not finish before the deadline");
      expect(error.unsavedCredentials()).toBeUndefined();
      expect(events).toEqual([]);
    });

    test("ends a call without timeoutMs after two minutes", async () => {
      vi.useFakeTimers();
      try {
        const { events, run } = setup({ secretSink: { check: never, write: () => {} } });
        const ended = vi.fn();
        const error = rejection(run());
        error.then(ended);
        await vi.advanceTimersByTimeAsync(119_999);
        expect(ended).not.toHaveBeenCalled();
        await vi.advanceTimersByTimeAsync(1);
        expect(await error).toMatchObject({ code: "secret_storage_failed", outcome: "not_applied" });
        expect(events).toEqual([]);
      } finally {
        vi.useRealTimers();
      }
    });

    test("has at most one second to write after the deadline", async () => {
      vi.useFakeTimers();
      try {
        const ended = rejection(setup({ timeoutMs: 10, secretSink: never }).run());
        await vi.advanceTimersByTimeAsync(1_000);
        expect(await ended).toMatchObject({ outcome: "applied", message: expect.stringContaining("before the deadline") });
      } finally {
        vi.useRealTimers();
      }
    });

    test("leaves no timer after a call", async () => {
      vi.useFakeTimers();
      try {
        await setup({ secretSink: () => {} }).run();
        await rejection(setup({ secretSink: { check: () => Promise.reject(new Error("no")), write: () => {} } }).run());
        expect(vi.getTimerCount()).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    });

    test("ends the call when it hangs in write, and the error has the credentials", async () => {
      vi.useFakeTimers();
      try {
        const { run } = setup({ timeoutMs: 5_000, secretSink: never });
        const ended = rejection(run());
        await vi.advanceTimersByTimeAsync(5_000);
        const error = (await ended) as SecretStorageError;
        expect(error).toBeInstanceOf(SecretStorageError);
        expect(error).toMatchObject({ outcome: "applied", clientId: "c1" });
        expect(error.unsavedCredentials()).toEqual(credentials);
        expect(vi.getTimerCount()).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    });

    test("has one second to write, however little remains of the deadline", async () => {
      vi.useFakeTimers();
      try {
        const { run } = setup({
          timeoutMs: 10,
          secretSink: () => new Promise<void>((resolve) => setTimeout(resolve, 900)),
        });
        const ended = run();
        await vi.advanceTimersByTimeAsync(1_000);
        await expect(ended).resolves.toMatchObject({ credentials });
      } finally {
        vi.useRealTimers();
      }
    });

    test("does not delay a call whose signal aborts during the check", async () => {
      const caller = new AbortController();
      const { events, run } = setup({ signal: caller.signal, secretSink: { check: never, write: () => {} } });
      const ended = rejection(run());
      caller.abort("enough");
      expect(await ended).toBe("enough");
      expect(events).toEqual([]);
    });
  });

  test("the sink gets a frozen copy, so that the error has the credentials as the vendor sent them", async () => {
    const { run } = setup({
      secretSink: (received) => {
        (received as { clientSecret: string }).clientSecret = "changed";
      },
    });
    const error = (await rejection(run())) as SecretStorageError;
    expect(error).toBeInstanceOf(SecretStorageError);
    expect(error.unsavedCredentials()).toEqual({ clientId: "c1", clientSecret: "hunter22hunter22" });
  });

  describe("a pending secret", () => {
    /** A sink that records what happens, and the call of `writeSecret` with it. */
    function pendingSink(overrides: Partial<SecretSink> = {}) {
      const events: unknown[] = [];
      const ids = new Set<string | undefined>();
      const record =
        (event: string) =>
        (...args: readonly unknown[]) => {
          ids.add((args.at(-1) as SecretSinkContext).attemptId);
          events.push(args.length === 1 ? event : [event, args[0]]);
        };
      const secretSink = {
        writePending: record("pending"),
        removePending: record("remove"),
        write: record("write"),
        ...overrides,
      };
      return { events, ids, options: { secretSink } };
    }
    const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

    test("stops the call before the request when it cannot be written", async () => {
      const writePending = () => Promise.reject(new Error(`full: ${credentials.clientSecret}`));
      const { options, events } = pendingSink({ writePending });
      const error = (await rejection(
        writeSecret(options, context, () => expect.fail("sent"), undefined, credentials),
      )) as SecretStorageError;
      expect(error).toBeInstanceOf(SecretStorageError);
      expect(error).toMatchObject({ outcome: "not_applied" });
      expect(error.message).toMatch(/full: .*The request was not sent/);
      expect(error.message).not.toContain(credentials.clientSecret);
      expect(error.unsavedCredentials()).toBeUndefined();
      expect(events).toEqual(["remove"]);
    });

    test("stays when the outcome of the call is unknown", async () => {
      const { options, events } = pendingSink();
      const lost = new TimeoutError({ message: "late", outcome: "unknown" });
      expect(await rejection(writeSecret(options, context, () => Promise.reject(lost), undefined, credentials))).toBe(lost);
      expect(events).toEqual([["pending", { credentials, since }]]);
    });

    test("stays when the caller's signal ends the call", async () => {
      const { options, events } = pendingSink();
      expect(await rejection(writeSecret(options, context, () => Promise.reject("enough")))).toBe("enough");
      expect(events).toEqual([["pending", { since }]]);
    });

    test("is removed when the caller's signal ends the call before its request is sent, and stays afterwards", async () => {
      for (const [error, removed] of [
        ["enough", ["remove"]],
        [new AbortedError({ message: "aborted", outcome: "unknown", cause: "enough" }), []],
      ] as const) {
        const controller = new AbortController();
        const { options, events } = pendingSink();
        const request = () => {
          controller.abort("enough");
          return Promise.reject(error);
        };
        expect(await rejection(writeSecret({ ...options, signal: controller.signal }, context, request))).toBe(error);
        expect(events).toEqual([["pending", { since }], ...removed]);
      }
    });

    test("stays when another error than the reason of the signal ends an aborted call", async () => {
      const { options, events } = pendingSink();
      const caller = new AbortController();
      const broken = new Error("broken");
      const request = () => {
        caller.abort("enough");
        return Promise.reject(broken);
      };
      expect(await rejection(writeSecret({ ...options, signal: caller.signal }, context, request))).toBe(broken);
      expect(events).toEqual([["pending", { since }]]);
    });

    test("is removed when the call was not applied, and an error of its removal does not replace the call's", async () => {
      const refused = new NotFoundError({ message: "no", status: 404 });
      const { options, events } = pendingSink();
      expect(await rejection(writeSecret(options, context, () => Promise.reject(refused)))).toBe(refused);
      expect(events).toEqual([["pending", { since }], "remove"]);
      const failing = pendingSink({ removePending: () => Promise.reject(new Error("denied")) });
      expect(await rejection(writeSecret(failing.options, context, () => Promise.reject(refused)))).toBe(refused);
    });

    test("is removed when the vendor issued no secret", async () => {
      const { options, events, ids } = pendingSink();
      await writeSecret<{ credentials?: typeof credentials }>(options, context, async () => ({}));
      expect(events).toEqual([["pending", { since }], "remove"]);
      expect([...ids]).toEqual([expect.any(String)]);
    });

    test("delays the error of the call by one second at most when its removal hangs", async () => {
      vi.useFakeTimers();
      try {
        const refused = new NotFoundError({ message: "no", status: 404 });
        const { options } = pendingSink({ removePending: () => new Promise(() => undefined) });
        const ended = rejection(writeSecret(options, context, () => Promise.reject(refused)));
        await vi.advanceTimersByTimeAsync(1_000);
        expect(await ended).toBe(refused);
      } finally {
        vi.useRealTimers();
      }
    });

    test("is written before the request and again before a second request, with one attempt id", async () => {
      const { options, events, ids } = pendingSink();
      const second = { ...credentials, clientSecret: "another-secret" };
      await writeSecret(options, context, async (stage) => {
        events.push("request");
        await stage(second);
        events.push("request");
        return { credentials: second };
      });
      expect(events).toEqual([
        ["pending", { since }],
        "request",
        ["pending", { credentials: second, since }],
        "request",
        ["write", second],
      ]);
      expect(ids.size).toBe(1);
    });
  });
});
