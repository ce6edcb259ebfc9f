import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { NotFoundError, SecretStorageError, TimeoutError, ValidationError } from "../../src/core/errors.js";
import { type SecretOptions, type SecretSink, type SecretSinkContext, writeSecret } from "../../src/core/secret-sink.js";
import { rejection } from "./acme.js";

const occasion = { vendor: "acme", operation: "create client" };
const credentials = { clientId: "c1", clientSecret: "hunter22hunter22" };

/** Issues, and writes down the order of things. */
function issuing(options?: SecretOptions, result: { credentials?: typeof credentials } = { credentials }) {
  const events: string[] = [];
  const issue = async () => {
    events.push("issue");
    return { id: "c1", name: "worker", ...result };
  };
  return { events, done: () => writeSecret(options, occasion, issue, (issued) => issued) };
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
  ])("refuses %j as a place for secrets, before anything is sent", async (secretSink) => {
    const { events, done } = issuing({ secretSink } as never);
    const error = await rejection(done());
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).issues[0]?.path).toBe("secretSink");
    expect(events).toEqual([]);
  });

  test("sends nothing when the place turns out not to be ready", async () => {
    const { events, done } = issuing({
      secretSink: {
        check: () => Promise.reject(new Error("EACCES: permission denied")),
        write: () => {
          events.push("store");
        },
      },
    });
    const error = (await rejection(done())) as SecretStorageError;
    expect(error).toBeInstanceOf(SecretStorageError);
    expect(error).toMatchObject({ code: "secret_storage_failed", outcome: "not_applied", ...occasion });
    expect(error.message).toContain("EACCES: permission denied");
    expect(error.unsavedCredentials()).toBeUndefined();
    expect(events).toEqual([]);
  });

  test("sends nothing and prepares nothing once the signal has fired", async () => {
    const reason = new Error("enough");
    const { events, done } = issuing({
      signal: AbortSignal.abort(reason),
      secretSink: {
        check: () => {
          events.push("prepare");
        },
        write: () => {},
      },
    });
    expect(await rejection(done())).toBe(reason);
    expect(events).toEqual([]);
  });

  test("offers the credentials when they could not be stored, and shows them nowhere", async () => {
    const { done } = issuing({
      secretSink: (given) => {
        throw Object.assign(new Error(`disk full while writing ${JSON.stringify(given)}`), { given });
      },
    });
    const error = (await rejection(done())) as SecretStorageError;
    expect(error).toBeInstanceOf(SecretStorageError);
    expect(error).toMatchObject({ outcome: "applied", clientId: "c1", ...occasion });
    expect(error.message).toContain("disk full");
    expect(error.unsavedCredentials()).toEqual(credentials);
    for (const shown of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error.stack)])
      expect(shown).not.toContain("hunter22");
  });

  test.each([undefined, null, "text", { message: "odd" }])("survives a place that throws %j", async (thrown) => {
    const { done } = issuing({ secretSink: () => Promise.reject(thrown) });
    expect(((await rejection(done())) as SecretStorageError).unsavedCredentials()).toEqual(credentials);
  });

  test.each([
    ["whose message is no text", Object.assign(new Error(), { message: { deep: 1 } })],
    ["whose message cannot be read", Object.defineProperty(new Error(), "message", { get: () => expect.fail("no") })],
    ["that cannot be looked at", new Proxy(new Error(), { getPrototypeOf: () => expect.fail("no") })],
  ])("survives a place that throws an error %s", async (_, thrown) => {
    const { done } = issuing({ secretSink: () => Promise.reject(thrown) });
    expect(((await rejection(done())) as SecretStorageError).unsavedCredentials()).toEqual(credentials);
  });

  test("tells the caller's own reason when the signal fires while the place is tried", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const prepare = () => {
      controller.abort(reason);
      throw new Error("the place was left");
    };
    const { events, done } = issuing({ signal: controller.signal, secretSink: { check: prepare, write: () => {} } });
    expect(await rejection(done())).toBe(reason);
    expect(events).toEqual([]);
  });

  test("goes on when the signal fires while the secret is being stored", async () => {
    const controller = new AbortController();
    let stored = false;
    const { done } = issuing({
      signal: controller.signal,
      secretSink: async () => {
        controller.abort();
        await Promise.resolve();
        stored = true;
      },
    });
    expect(await done()).toMatchObject({ credentials });
    expect(stored).toBe(true);
  });

  test("passes the vendor's own refusal on", async () => {
    const refusal = new Error("no");
    const secretSink = () => {};
    expect(await rejection(writeSecret({ secretSink }, occasion, () => Promise.reject(refusal)))).toBe(refusal);
  });

  test("stores nothing where no secret was issued", async () => {
    let stored = false;
    const { done } = issuing(
      {
        secretSink: () => {
          stored = true;
        },
      },
      {},
    );
    await done();
    expect(stored).toBe(false);
  });

  test("does nothing of all this where nobody asks for it", async () => {
    expect(await issuing().done()).toMatchObject({ id: "c1", credentials });
  });

  test("prepares, issues and stores once each, in this order, and tells whose secret it is", async () => {
    const seen: unknown[] = [];
    const { events, done } = issuing({
      secretSink: {
        check: (about) => {
          events.push("prepare");
          seen.push(about);
        },
        write: (given, about) => {
          events.push("store");
          seen.push(given, about);
        },
      },
    });
    expect(await done()).toEqual({ id: "c1", name: "worker", credentials });
    expect(events).toEqual(["prepare", "issue", "store"]);
    const attemptId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(seen).toEqual([{ ...occasion, attemptId }, credentials, { ...occasion, attemptId, id: "c1", name: "worker" }]);
    expect((seen[0] as SecretSinkContext).attemptId).toBe((seen[2] as SecretSinkContext).attemptId);
  });

  describe("a sink that does not finish", () => {
    const never = () => new Promise<void>(() => undefined);

    test("ends the call at its deadline when it hangs in check, and nothing is sent", async () => {
      const { events, done } = issuing({ timeoutMs: 20, secretSink: { check: never, write: () => {} } });
      const error = (await rejection(done())) as SecretStorageError;
      expect(error).toBeInstanceOf(SecretStorageError);
      expect(error).toMatchObject({ outcome: "not_applied" });
      expect(error.message).toContain("did not finish before the deadline");
      expect(error.unsavedCredentials()).toBeUndefined();
      expect(events).toEqual([]);
    });

    test("ends the call when it hangs in write, and the error has the credentials", async () => {
      vi.useFakeTimers();
      try {
        const { done } = issuing({ timeoutMs: 5_000, secretSink: never });
        const ended = rejection(done());
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
        const { done } = issuing({
          timeoutMs: 10,
          secretSink: () => new Promise<void>((resolve) => setTimeout(resolve, 900)),
        });
        const ended = done();
        await vi.advanceTimersByTimeAsync(1_000);
        await expect(ended).resolves.toMatchObject({ credentials });
      } finally {
        vi.useRealTimers();
      }
    });

    test("does not hold up a call whose signal aborts during check", async () => {
      const caller = new AbortController();
      const { events, done } = issuing({ signal: caller.signal, secretSink: { check: never, write: () => {} } });
      const ended = rejection(done());
      caller.abort("enough");
      expect(await ended).toBe("enough");
      expect(events).toEqual([]);
    });
  });

  test("the sink gets a frozen copy, so that the error has the credentials as the vendor sent them", async () => {
    const { done } = issuing({
      secretSink: (given) => {
        (given as { clientSecret: string }).clientSecret = "changed";
      },
    });
    const error = (await rejection(done())) as SecretStorageError;
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
        writeSecret(options, occasion, () => expect.fail("sent"), undefined, credentials),
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
      expect(await rejection(writeSecret(options, occasion, () => Promise.reject(lost), undefined, credentials))).toBe(lost);
      expect(events).toEqual([["pending", { credentials, since }]]);
    });

    test("stays when the caller's signal ends the call", async () => {
      const { options, events } = pendingSink();
      expect(await rejection(writeSecret(options, occasion, () => Promise.reject("enough")))).toBe("enough");
      expect(events).toEqual([["pending", { since }]]);
    });

    test("is removed when the call was not applied, and an error of its removal does not replace the call's", async () => {
      const refused = new NotFoundError({ message: "no", status: 404 });
      const { options, events } = pendingSink();
      expect(await rejection(writeSecret(options, occasion, () => Promise.reject(refused)))).toBe(refused);
      expect(events).toEqual([["pending", { since }], "remove"]);
      const failing = pendingSink({ removePending: () => Promise.reject(new Error("denied")) });
      expect(await rejection(writeSecret(failing.options, occasion, () => Promise.reject(refused)))).toBe(refused);
    });

    test("is removed when the vendor issued no secret", async () => {
      const { options, events } = pendingSink();
      await writeSecret<{ credentials?: typeof credentials }>(options, occasion, async () => ({}));
      expect(events).toEqual([["pending", { since }], "remove"]);
    });

    test("delays the error of the call by one second at most when its removal hangs", async () => {
      vi.useFakeTimers();
      try {
        const refused = new NotFoundError({ message: "no", status: 404 });
        const { options } = pendingSink({ removePending: () => new Promise(() => undefined) });
        const ended = rejection(writeSecret(options, occasion, () => Promise.reject(refused)));
        await vi.advanceTimersByTimeAsync(1_000);
        expect(await ended).toBe(refused);
      } finally {
        vi.useRealTimers();
      }
    });

    test("is written before the request and again before a second request, with one attempt id", async () => {
      const { options, events, ids } = pendingSink();
      const second = { ...credentials, clientSecret: "another-secret" };
      await writeSecret(options, occasion, async (stage) => {
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
