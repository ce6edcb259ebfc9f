// The Vault store on a real OpenBao, with the policies that docs/guides/secret-stores.md lists.
import { randomUUID } from "node:crypto";
import { PermissionDeniedError } from "oauth-clients";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { StoreError } from "../../src/provision/stores/errors.js";
import { vaultDocuments, vaultStore } from "../../src/provision/stores/vault.js";
import { rejection } from "../provision/stores/folder.js";
import { context, describeDocumentStore, describeSecretStore, record } from "../provision/stores/subject.js";

const { address, token } = inject("bao");
const retry = { maxRetries: 0 };

async function request(
  method: string,
  path: string,
  body?: unknown,
  namespace?: string,
): Promise<{ data?: unknown; auth?: { client_token: string } }> {
  const headers = { "x-vault-token": token, ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }) };
  const response = await fetch(`${address}/v1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text === "" ? {} : JSON.parse(text);
}

/** A token with a policy. */
async function tokenFor(policy: string): Promise<string> {
  const name = `policy-${randomUUID()}`;
  await request("PUT", `sys/policies/acl/${name}`, { policy });
  const { auth } = await request("POST", "auth/token/create", { policies: [name], ttl: "5m" });
  return auth?.client_token ?? "";
}

const applyPolicy = (path: string) => `
path "secret/data/${path}" { capabilities = ["create", "read", "update"] }
path "secret/data/${path}.next" { capabilities = ["create", "read", "update"] }
path "secret/data/${path}.journal" { capabilities = ["create", "read", "update"] }
path "secret/metadata/${path}" { capabilities = ["read", "delete"] }
path "secret/metadata/${path}.next" { capabilities = ["read", "delete"] }`;
const planPolicy = (path: string) => `
path "secret/data/${path}.journal" { capabilities = ["read"] }
path "secret/metadata/${path}" { capabilities = ["read"] }
path "secret/metadata/${path}.next" { capabilities = ["read"] }`;
const consumerPolicy = (path: string) => `path "secret/data/${path}" { capabilities = ["read"] }`;

beforeAll(async () => {
  await request("POST", "sys/mounts/required", { type: "kv", options: { version: "2" } });
  await request("POST", "required/config", { cas_required: true });
  await request("POST", "sys/mounts/team/old", { type: "kv", options: { version: "1" } });
});

describe("an OpenBao server", () => {
  test("fails the check with an invalid token", async () => {
    const store = vaultStore({ address, token: "s.invalid", path: randomUUID(), retry });
    expect(await rejection(Promise.resolve(store.check?.(context)))).toBeInstanceOf(PermissionDeniedError);
  });

  test("fails the check with a read-only policy", async () => {
    const path = `prod/${randomUUID()}`;
    const store = vaultStore({
      address,
      token: await tokenFor(`path "secret/data/*" { capabilities = ["read"] }`),
      path,
      retry,
    });
    const error = await rejection(Promise.resolve(store.check?.(context)));
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toContain(`may not write secret/data/${path}`);
  });

  test.each(["team/old", "missing"])("fails the check on the mount %s", async (mount) => {
    const store = vaultStore({ address, token, mount, path: randomUUID(), retry });
    await rejection(Promise.resolve(store.check?.(context)));
  });

  test("a plan can read states and no secrets, and a consumer can read its own secret alone", async () => {
    const path = `prod/${randomUUID()}`;
    const open = async (policy: string) => vaultStore({ address, token: await tokenFor(policy), path, retry });
    const [apply, plan, consumer] = await Promise.all(
      [applyPolicy, planPolicy, consumerPolicy].map((policy) => open(policy(path))),
    );
    expect(await plan!.status()).toEqual({});
    await apply!.check?.(context);
    await apply!.journal.write({ id: "client-1" }, undefined);
    await apply!.stage(record());
    expect(await plan!.status()).toEqual({ next: {} });
    await apply!.promote("attempt-1");
    expect(await plan!.status()).toEqual({ current: {}, next: {} });
    expect((await plan!.journal.read())?.document).toEqual({ id: "client-1" });
    expect((await consumer!.read?.("current"))?.credentials).toEqual(record().credentials);
    for (const denied of [
      () => plan!.read!("current"),
      () => plan!.read!("next"),
      () => consumer!.read!("next"),
      () => consumer!.journal.read(),
    ])
      expect(await rejection(denied())).toBeInstanceOf(PermissionDeniedError);
    await apply!.remove();
    expect(await plan!.status()).toEqual({});
  });

  describe.each(["secret", "required"])("conforms to the contract of a secret store on the mount %s", (mount) => {
    describeSecretStore(async () => {
      const path = `prod/${randomUUID()}`;
      return { store: vaultStore({ address, token, mount, path }), other: vaultStore({ address, token, mount, path }) };
    });
  });

  describe("conforms to the contract of a document store", () => {
    describeDocumentStore(async () => {
      const path = `oauth-clients/${randomUUID()}`;
      return { store: vaultDocuments({ address, token, path }), other: vaultDocuments({ address, token, path }) };
    });
  });

  test("separates namespaces", async () => {
    const namespace = `ns-${randomUUID().slice(0, 8)}`;
    await request("POST", `sys/namespaces/${namespace}`);
    await request("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } }, namespace);
    const path = randomUUID();
    const inside = vaultStore({ address, token, path, namespace });
    await inside.check?.(context);
    await inside.write(record().credentials, context);
    expect(await inside.status()).toEqual({ current: { clientId: "client-1" } });
    expect(await vaultStore({ address, token, path }).status()).toEqual({});
  });

  test("returns the age of a journal version", async () => {
    const { journal } = vaultStore({ address, token, path: randomUUID() });
    await journal.write({ id: 1 }, undefined);
    expect((await journal.read())?.ageMs).toBeGreaterThanOrEqual(0);
  });
});
