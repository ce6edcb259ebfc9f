import { inspect } from "node:util";
import {
  ConfigurationError,
  NetworkError,
  NotFoundError,
  PermissionDeniedError,
  TimeoutError,
  UnexpectedResponseError,
} from "oauth-clients";
import { describe, expect, test } from "vitest";
import { VersionConflictError } from "../../../src/provision/errors.js";
import { StoreError } from "../../../src/provision/stores/errors.js";
import { type VaultStoreOptions, vaultDocuments, vaultStore } from "../../../src/provision/stores/vault.js";
import { unusedUrl } from "../../core/loopback.js";
import { rejection } from "./folder.js";
import { startKvServer } from "./kv-server.js";
import { canary, context, describeDocumentStore, describeSecretStore, record } from "./subject.js";

const path = "prod/nightly-report";
const retry = { maxRetries: 0 };

async function setup(options: Partial<VaultStoreOptions> = {}, server?: Parameters<typeof startKvServer>[0]) {
  const kv = await startKvServer(server);
  const store = vaultStore({ address: kv.address, token: "root", path, retry, ...options });
  return { kv, store, check: async () => store.check?.(context) };
}

describe("vaultStore", () => {
  test.each([
    [{ address: "http://vault.example" }, "baseUrl"],
    [{ address: "https://vault.example?x" }, "baseUrl"],
    [{ token: "" }, "token"],
    [{ token: undefined }, "token"],
    [{ mount: "" }, "mount"],
    [{ path: "" }, "path"],
    [{ path: "/a" }, "path"],
    [{ path: "a//b" }, "path"],
    [{ path: "a/../b" }, "path"],
    [{ path: "a/./b" }, "path"],
    [{ path: "a\nb" }, "path"],
    [{ keys: { clientId: "A", clientSecret: "A" } }, "keys"],
  ])("refuses the options %j at once, and names the field", (wrong, field) => {
    const options = { address: "https://vault.example", token: "root", path, ...wrong } as VaultStoreOptions;
    expect(() => vaultStore(options)).toThrow(ConfigurationError);
    expect(() => vaultStore(options)).toThrow(`${field}: `);
  });

  test("is not ready where the token is not valid", async () => {
    const { check } = await setup({ token: "canary-token" });
    const error = await rejection(check());
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ vendor: "vault", operation: "check store", outcome: "not_applied" });
    expect(inspect(error, { depth: 12 })).not.toContain("canary-token");
  });

  test.each(["", ".next", ".journal"])("is not ready where the policy does not allow to write <path>%s", async (suffix) => {
    const { kv, check } = await setup({ token: "limited" });
    kv.deny(new RegExp(`^POST .*${path}${suffix.replace(".", "\\.")}$`));
    const error = await rejection(check());
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toMatch(
      new RegExp(`may not write secret/data/${path}${suffix}\\. Nothing was written\\. Add the capabilities`),
    );
  });

  test("is not ready where the engine has version 1", async () => {
    const { check } = await setup({}, { version: "1" });
    expect((await rejection(check())).message).toContain("secret is not a KV version 2 engine");
  });

  test("is not ready where there is no such mount", async () => {
    const { check } = await setup({ mount: "other" });
    expect(await rejection(check())).toBeInstanceOf(NotFoundError);
  });

  test("is not ready where the secret has other fields, and names them without their values", async () => {
    const { kv, check } = await setup();
    kv.documents.set(path, [{ data: { PASSWORD: canary }, created: "2026-02-03T04:05:06Z", deleted: "" }]);
    const error = await rejection(check());
    expect(error.message).toContain("has other fields (PASSWORD)");
    expect(error.message).not.toContain("c4n4ry");
  });

  test("is ready where the token may neither read the secret nor look up its own rights", async () => {
    const { kv, check } = await setup({ token: "limited" });
    kv.deny(/^GET \/v1\/secret\/data\/prod\/nightly-report$/);
    kv.deny(/\/v1\/sys\//);
    await check();
    expect(kv.documents.size).toBe(0);
  });

  test.each([
    ["a page of a gateway", "<html>404</html>"],
    ["a 404 of another API", '{"message":"not found"}'],
    ["an unknown route", '{"errors":["no handler for route"]}'],
  ])("never takes %s for a missing document", async (_, body) => {
    const { kv, store } = await setup();
    for (const read of [() => store.journal.read(), () => store.status(), () => store.read?.("next") ?? Promise.resolve()]) {
      kv.fail(/^GET/, { status: 404, body });
      expect(await rejection(read())).toBeInstanceOf(NotFoundError);
    }
  });

  test.each([
    [{ status: 302, body: "", headers: { location: "http://127.0.0.1:1/" } }, "redirects are not followed"],
    [{ status: 503, body: '{"errors":["Vault is sealed"]}' }, "Vault is sealed"],
    [{ status: 403, body: '{"errors":["permission denied"]}' }, "permission denied"],
  ])("rejects a read that got %j", async (fault, message) => {
    const { kv, store } = await setup();
    kv.fail(/^GET/, fault);
    const error = await rejection(store.journal.read());
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ outcome: "not_applied" });
  });

  test.each(["{}", "null", '{"data":{}}', "<html>"])(
    "rejects a write whose response is %j, with an unknown outcome",
    async (body) => {
      const { kv, store } = await setup();
      kv.fail(/^POST/, { status: 200, body });
      const error = await rejection(store.stage(record()));
      expect(error).toBeInstanceOf(UnexpectedResponseError);
      expect(error).toMatchObject({ outcome: "unknown" });
      expect(inspect(error, { depth: 12 })).not.toContain("c4n4ry");
    },
  );

  test("says of a write whose connection broke that the store may have written, without the secret", async () => {
    const { kv, store } = await setup();
    kv.fail(/^POST/, "lost");
    const error = await rejection(store.stage(record()));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ outcome: "unknown", operation: "write secret" });
    expect(inspect(error, { depth: 12 })).not.toMatch(/c4n4ry|root/);
  });

  test("says of a server that is not there that nothing was written", async () => {
    const store = vaultStore({ address: await unusedUrl(), token: "root", path, retry });
    expect(await rejection(store.stage(record()))).toMatchObject({ outcome: "not_applied", code: "network" });
  });

  test("ends a write at the deadline, with an unknown outcome", async () => {
    const { kv, store } = await setup();
    kv.fail(/^POST/, "hang");
    const error = await rejection(store.stage(record(), { timeoutMs: 50 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ outcome: "unknown" });
  });

  test("ends with the reason of the signal", async () => {
    const { store } = await setup();
    const reason = new Error("enough");
    expect(await rejection(store.stage(record(), { signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test("shows no secret of an error response that repeats the request", async () => {
    const { kv, store } = await setup();
    kv.fail(/^POST/, {
      status: 400,
      body: JSON.stringify({ errors: [`invalid: ${JSON.stringify(record().credentials)} root`] }),
    });
    const error = await rejection(store.stage(record()));
    expect(error.message).toContain("invalid");
    expect(inspect(error, { depth: 12 })).not.toContain("c4n4ry");
  });

  test("repeats the write of a secret after a broken connection, since it stores the same again", async () => {
    const { kv, store } = await setup({ retry: { maxRetries: 1, initialDelayMs: 1 } });
    kv.fail(/^POST/, "lost");
    await store.stage(record());
    expect((await store.read?.("next"))?.credentials).toEqual(record().credentials);
    expect(kv.documents.get(`${path}.next`)).toHaveLength(2);
  });

  test("never repeats the write of a journal blindly", async () => {
    const { kv, store } = await setup({ retry: { maxRetries: 3, initialDelayMs: 1 } });
    kv.fail(/^POST/, "not sent");
    const error = await rejection(store.journal.write({ id: 1 }, undefined));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(kv.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("reads the journal after a lost response, and resolves when the write has arrived", async () => {
    const { kv, store } = await setup();
    kv.fail(/^POST/, "lost");
    const version = await store.journal.write({ id: 1 }, undefined);
    expect(await store.journal.read()).toMatchObject({ document: { id: 1 }, version });
    kv.fail(/^POST/, "lost");
    const second = await store.journal.write({ id: 2 }, version);
    expect(await store.journal.read()).toMatchObject({ document: { id: 2 }, version: second });
  });

  test("reports slots without a permission to read secrets", async () => {
    const { kv, store } = await setup();
    const limited = vaultStore({ address: kv.address, token: "limited", path, retry });
    kv.deny(/^GET \/v1\/secret\/data\/.*report(\.next)?$/);
    expect(await limited.status()).toEqual({});
    await store.stage(record());
    expect(await limited.status()).toEqual({ next: {} });
    await store.promote("attempt-1");
    await store.unstage();
    expect(await limited.status()).toEqual({ current: {} });
    expect(await limited.journal.read()).toBeUndefined();
    expect(await rejection(limited.read?.("current") ?? Promise.resolve())).toBeInstanceOf(PermissionDeniedError);
  });

  test("takes a secret and a journal that a person deleted for missing ones, and writes them again", async () => {
    const { kv, store } = await setup();
    await store.journal.write({ id: 1 }, undefined);
    await store.write(record().credentials, context);
    for (const versions of kv.documents.values()) versions.at(-1)!.deleted = "2026-02-03T04:05:06Z";
    expect(await store.status()).toEqual({});
    expect(await store.journal.read()).toBeUndefined();
    expect(await store.journal.write({ id: 2 }, undefined)).toBe("2");
    await store.write(record(2).credentials, context);
    expect(await store.status()).toEqual({ current: { clientId: "client-1" } });
  });

  test("refuses a version of another kind of store", async () => {
    const { kv, store } = await setup();
    expect(await rejection(store.journal.write({}, crypto.randomUUID()))).toBeInstanceOf(VersionConflictError);
    expect(kv.requests).toEqual([]);
  });

  test("says how long a version of the journal has existed, by the server's clock", async () => {
    const { kv, store } = await setup();
    await store.journal.write({ id: 1 }, undefined);
    kv.advance(90_000);
    expect((await store.journal.read())?.ageMs).toBe(90_000);
  });

  test("sends token and namespace as headers, and never in a URL", async () => {
    const { kv, store } = await setup({ namespace: "team/a" });
    await store.stage(record());
    expect(kv.requests[0]?.headers).toMatchObject({
      "x-vault-token": "root",
      "x-vault-namespace": "team/a",
      "x-vault-request": "true",
    });
    for (const request of kv.requests) expect(request.path).not.toMatch(/root|c4n4ry/);
  });

  test("reads the token anew for each request, without white space at its ends", async () => {
    const tokens = ["root\n", "limited"];
    const token = { read: async () => tokens.shift() ?? "" };
    const { kv, store } = await setup({ token });
    await store.stage(record());
    await store.read?.("next");
    expect(kv.requests.map(({ headers }) => headers["x-vault-token"])).toEqual(["root", "limited"]);
  });

  test("stores only the configured names where consumers read", async () => {
    const { kv, store } = await setup({ keys: { clientId: "id", clientSecret: "secret" } });
    await store.stage(record());
    await store.promote("attempt-1");
    const { clientId, clientSecret } = record().credentials;
    expect(kv.content(path)).toEqual({ id: clientId, secret: clientSecret });
  });

  test("leaves no old version of a staged secret", async () => {
    const { kv, store } = await setup();
    await store.stage(record());
    await store.unstage();
    expect([...kv.documents.keys()]).toEqual([]);
  });

  test("escapes the segments of a path", async () => {
    const { kv, store } = await setup({ path: "a b/ü%{x}?#" });
    await store.stage(record());
    expect([...kv.documents.keys()]).toEqual(["a b/ü%{x}?#.next"]);
  });

  describe("behaves as a secret store", () => {
    describeSecretStore(async () => {
      const { kv, store } = await setup();
      return { store, other: vaultStore({ address: kv.address, token: "root", path }) };
    });
  });

  describe("behaves as a secret store where check-and-set is required", () => {
    describeSecretStore(async () => {
      const { kv, store } = await setup({}, { casRequired: true });
      return { store, other: vaultStore({ address: kv.address, token: "root", path }) };
    });
  });
});

describe("vaultDocuments", () => {
  test.each(["", "/", "a//b", "a/..", "\n"])("refuses the key %j", async (key) => {
    expect(() => vaultDocuments({ address: "https://vault.example", token: "root", path }).document(key)).toThrow(
      ConfigurationError,
    );
  });

  test("rejects a listing that is denied", async () => {
    const kv = await startKvServer();
    kv.deny(/list=true|metadata/);
    const store = vaultDocuments({ address: kv.address, token: "limited", path, retry });
    expect(await rejection(store.keys())).toBeInstanceOf(PermissionDeniedError);
  });

  describeDocumentStore(async () => {
    const { address } = await startKvServer();
    const open = () => vaultDocuments({ address, token: "root", path: "oauth-clients" });
    return { store: open(), other: open() };
  });
});
