import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apply, type RunEvent } from "oauth-clients/provision";
import { clientSecretBasic, createTokenSource, requestToken } from "oauth-clients/token";
import { authorizedFetch } from "oauth-clients/token/fetch";
import { createMetadataCache, discoverServer, introspectToken, revokeToken } from "oauth-clients/token/server";
import { afterAll, describe, expect, test } from "vitest";
import { fromFile } from "../../src/provision/config.js";
import { awsStore } from "../../src/provision/stores/aws.js";
import { fileDocuments } from "../../src/provision/stores/file-documents.js";
import { redisDocuments } from "../../src/provision/stores/redis.js";
import { vaultStore } from "../../src/provision/stores/vault.js";
import { simulateSecretsManager } from "../provision/stores/secrets-manager.js";
import { setup } from "../provision/worlds.js";
import { cases, firstResult, vendors } from "./methods.js";
import { rejection } from "./subject.js";

/**
 * A signal with the members that all polyfills have: `reason` and `throwIfAborted` are missing, listeners are functions, and a listener
 * that is added twice is called twice.
 */
class PolyfilledSignal {
  aborted = false;
  readonly listeners: (() => void)[] = [];

  addEventListener(_: "abort", listener: () => void): void {
    if (typeof listener !== "function") throw new TypeError("the listener has to be a function");
    this.listeners.push(listener);
  }

  removeEventListener(_: "abort", listener: () => void): void {
    const index = this.listeners.indexOf(listener);
    if (index >= 0) this.listeners.splice(index, 1);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of [...this.listeners]) listener();
  }
}

/** The signal of a realm with a class of its own: it has a reason. */
class SignalOfAnotherRealm extends PolyfilledSignal {
  reason: unknown;

  override abort(): void {
    this.reason = reason;
    super.abort();
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }
}

const reason = new Error("enough");

const kinds: readonly (readonly [string, new () => PolyfilledSignal, unknown])[] = [
  ["a polyfill", PolyfilledSignal, expect.objectContaining({ name: "AbortError" })],
  ["another realm", SignalOfAnotherRealm, reason],
];

const toOptions = (signal: unknown) => ({ signal: signal as AbortSignal });

// A controller instead of its signal is a common mistake.
const wrongSignals = [new AbortController(), {}, { aborted: false }, 5, "signal", null];

/** A `fetch` that never responds, and rejects when a native signal aborts, like the platform's. */
function hangingFetch(onSend: () => void) {
  const signals: unknown[] = [];
  const fetch = (_: unknown, init?: RequestInit) => {
    const { signal } = init ?? {};
    signals.push(signal);
    return new Promise<Response>((_resolve, reject) => {
      if (signal instanceof AbortSignal) signal.addEventListener("abort", () => reject(signal.reason));
      onSend();
    });
  };
  return { signals, fetch: fetch as typeof globalThis.fetch };
}

// `account` of Ory sends no request.
const sends = cases.filter(([vendor, name]) => vendor !== "ory" || name !== "account");

describe.each(sends)("contract: a signal of another class in %s.%s", (vendor, name, [args]) => {
  const call = (fetch: typeof globalThis.fetch, signal: unknown) => {
    const manager = vendors[vendor]?.create({ retry: { maxRetries: 0 }, fetch }) as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    return rejection(firstResult(manager[name]?.(...args, { signal })));
  };

  test("is refused by name when it is no AbortSignal", async () => {
    const { fetch, signals } = hangingFetch(() => {});
    for (const wrong of wrongSignals)
      expect(await call(fetch, wrong)).toMatchObject({
        code: "invalid_input",
        vendor,
        outcome: "not_applied",
        issues: [{ path: "signal", message: "expected an AbortSignal" }],
      });
    expect(signals).toEqual([]);
  });

  test.each(kinds)("ends a call at once when a signal of %s has aborted before", async (_, Signal, expected) => {
    const { fetch, signals } = hangingFetch(() => {});
    const signal = new Signal();
    signal.abort();
    expect(await call(fetch, signal)).toEqual(expected);
    expect(signals).toEqual([]);
  });

  test.each(kinds)("ends a call when a signal of %s aborts during a request", async (_, Signal, expected) => {
    const signal = new Signal();
    const { fetch, signals } = hangingFetch(() => signal.abort());
    const error = await call(fetch, signal);
    // A create and a rotation whose request was sent have their own error.
    const isAborted = (error as { code?: unknown }).code === "aborted";
    expect(isAborted ? (error as Error).cause : error).toEqual(expected);
    expect(signals).not.toEqual([]);
    for (const given of signals) expect(given).toBeInstanceOf(AbortSignal);
  });
});

const server = {
  issuer: "https://login.example",
  tokenEndpoint: "https://login.example/token",
  introspectionEndpoint: "https://login.example/introspect",
  revocationEndpoint: "https://login.example/revoke",
} as never;
const clientAuthentication = clientSecretBasic("a-secret");
const request = { tokenEndpoint: "https://login.example/token", clientId: "reports", clientAuthentication };
const token = { server, clientId: "reports", clientAuthentication, token: "a-token" };
const issued = { get: async () => ({ value: "a-token", tokenType: "Bearer" }) as never, invalidate: () => {} };

type Start = (fetch: typeof globalThis.fetch, options: { readonly signal: AbortSignal }) => Promise<unknown>;

const requests: Readonly<Record<string, Start>> = {
  requestToken: (fetch, options) => requestToken(request, { fetch, ...options }),
  "the get of a token source": (fetch, options) => createTokenSource(request, { fetch }).get(options),
  discoverServer: (fetch, options) => discoverServer("https://login.example", { fetch, ...options }),
  "the get of a metadata cache": (fetch, options) => createMetadataCache("https://login.example", { fetch }).get(options),
  introspectToken: (fetch, options) => introspectToken(token, { fetch, ...options }),
  revokeToken: (fetch, options) => revokeToken(token, { fetch, ...options }),
  "authorizedFetch, while it waits for a token": (fetch, options) =>
    authorizedFetch(createTokenSource(request, { fetch }), { origins: ["https://api.example"] })(
      "https://api.example/",
      options,
    ),
  "authorizedFetch, while it waits for a response": (fetch, options) =>
    authorizedFetch(issued, { origins: ["https://api.example"], fetch })("https://api.example/", options),
};

describe.each(Object.entries(requests))("contract: a signal of another class in %s", (name, start) => {
  test.each(kinds)("ends a call at once when a signal of %s has aborted before", async (_, Signal, expected) => {
    const signal = new Signal();
    signal.abort();
    const platformFetch: typeof fetch = async (_input, init) => {
      init?.signal?.throwIfAborted();
      throw new Error("sent");
    };
    expect(await rejection(start(platformFetch, toOptions(signal)))).toEqual(expected);
  });

  test.each(kinds)(
    "ends a call when a signal of %s aborts during a request, and leaves few listeners",
    async (_, Signal, expected) => {
      const signal = new Signal();
      const { fetch, signals } = hangingFetch(() => signal.abort());
      expect(await rejection(start(fetch, toOptions(signal)))).toEqual(expected);
      for (const given of signals) expect(given).toBeInstanceOf(AbortSignal);
      expect(signal.listeners.length).toBeLessThanOrEqual(1);
    },
  );

  const validates = !/^(the get|authorizedFetch)/.test(name);
  test.runIf(validates)("is refused by name when it is no AbortSignal", async () => {
    const { fetch, signals } = hangingFetch(() => {});
    for (const wrong of wrongSignals)
      expect(await rejection(start(fetch, toOptions(wrong)))).toMatchObject({
        code: "invalid_configuration",
        issues: [{ path: "signal", message: "expected an AbortSignal" }],
      });
    expect(signals).toEqual([]);
  });
});

test("a signal of a polyfill gets one listener, however many requests have it", async () => {
  const signal = new PolyfilledSignal();
  const respond: typeof fetch = async () => Response.json({ access_token: "a-token", token_type: "Bearer", expires_in: 3_600 });
  const fetchWithToken = authorizedFetch(issued, { origins: ["https://api.example"], fetch: respond });
  for (let count = 0; count < 50; count++) {
    await requestToken(request, { fetch: respond, ...toOptions(signal) });
    await fetchWithToken("https://api.example/", toOptions(signal));
  }
  expect(signal.listeners).toHaveLength(1);
});

describe("contract: a signal of another class in stores", () => {
  const folder = mkdtempSync(join(tmpdir(), "signals-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const hanging = { eval: () => new Promise<never>(() => {}) };
  const vault = { address: "http://127.0.0.1:9", token: "root", path: "a", retry: { maxRetries: 0 } };

  const stores: Readonly<Record<string, (options: { readonly signal: AbortSignal }) => Promise<unknown>>> = {
    awsStore: (options) => awsStore(simulateSecretsManager().client, { name: "a" }).status(options),
    redisDocuments: (options) =>
      redisDocuments(hanging as never)
        .document("a")
        .read(options),
    vaultStore: (options) => vaultStore(vault).status(options),
    "the secret of a file": (options) => fromFile(join(folder, "missing")).read(options),
  };

  test.each(
    Object.entries(stores).flatMap(([name, read]) =>
      kinds.map(([kind, Signal, expected]) => [name, kind, read, Signal, expected] as const),
    ),
  )("%s rejects with the reason of a signal of %s", async (_, _kind, read, Signal, expected) => {
    const signal = new Signal();
    signal.abort();
    expect(await rejection(read(toOptions(signal)))).toEqual(expected);
  });

  test("a call of Secrets Manager that hangs ends when a signal of a polyfill aborts", async () => {
    const aws = simulateSecretsManager();
    aws.fail("describeSecret", "hang");
    const signal = new PolyfilledSignal();
    const call = rejection(awsStore(aws.client, { name: "a" }).status(toOptions(signal)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    signal.abort();
    expect(await call).toMatchObject({ name: "AbortError" });
  });

  test("the wait for the lock of a file ends with the reason of a signal of a polyfill", async () => {
    writeFileSync(join(folder, "journal.json.lock"), "{}");
    const signal = new PolyfilledSignal();
    signal.abort();
    const document = fileDocuments(join(folder, "journal.json")).document("a");
    expect(await rejection(document.write({}, undefined, toOptions(signal)))).toMatchObject({ name: "AbortError" });
  });
});

describe.each(["ory", "ovh", "genesys", "tfe"] as const)(
  "contract: a signal of another class in provisioning at %s",
  (vendor) => {
    test.each(kinds)("an apply ends when a signal of %s aborts after the claim", async (_, Signal) => {
      const { world, report } = await setup(vendor);
      const signal = new Signal();
      const onEvent = abortAfterClaim(signal);
      const result = await apply(await report(), { ...toOptions(signal), onEvent });
      expect(result).toMatchObject({ ok: false, clients: [{ status: "failed" }] });
      expect(await world.count()).toBe(0);
    });

    test.each(kinds)("an apply ends before the next step when a stop signal of %s aborts", async (_, Signal) => {
      const { world, report } = await setup(vendor);
      const signal = new Signal();
      const options = { stopSignal: signal as unknown as AbortSignal };
      signal.abort();
      expect(await apply(await report(), options)).toMatchObject({ ok: false, clients: [{ status: "skipped" }] });
      expect(await world.count()).toBe(0);
    });
  },
);

function abortAfterClaim(signal: PolyfilledSignal): (event: RunEvent) => void {
  return (event) => {
    if (event.type === "step" && event.step === "claim" && event.state === "done") signal.abort();
  };
}
