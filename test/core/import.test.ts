import { describe, expect, test } from "vitest";
import { NotFoundError, TokenEndpointError, ValidationError } from "../../src/core/errors.js";
import { type ImportSteps, importClientWith } from "../../src/core/import.js";
import type { OAuthClient } from "../../src/core/manager.js";
import { rejection } from "./acme.js";

const client: OAuthClient = { vendor: "acme", id: "c1", name: "worker" };
const clientSecret = "hunter22hunter22";
const credentials = { clientId: "c1", clientSecret };

/** Imports with steps that record their calls. */
function setup(own: Partial<ImportSteps<OAuthClient>> = {}) {
  const events: unknown[] = [];
  let requests = 0;
  const steps: ImportSteps<OAuthClient> = {
    vendor: "acme",
    read: async (id, options) => {
      events.push(["read", id, options]);
      return client;
    },
    toCredentials: ({ id }, secret) => ({ clientId: id, clientSecret: secret }),
    verify: async (_, verified, options) => {
      events.push(["verify", verified, options]);
    },
    ...own,
  };
  const run = (reference: { id: string; clientSecret?: string }, verifySecret?: boolean) =>
    importClientWith(steps, reference, verifySecret === undefined ? undefined : { verifySecret }, {
      remaining: () => ({ timeoutMs: ++requests }),
    });
  return { run, events };
}

describe("an import fails", () => {
  test("when a verification is requested without a secret, before any request", async () => {
    const { run, events } = setup();
    const error = await rejection(run({ id: "c1" }, true));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as Error).message).toBe("acme import client: clientSecret: required for verifySecret");
    expect(events).toEqual([]);
  });

  test("when the client does not exist, without a verification", async () => {
    const gone = new NotFoundError({ message: "no", status: 404 });
    const { run, events } = setup({ read: () => Promise.reject(gone) });
    expect(await rejection(run({ id: "c1", clientSecret }, true))).toBe(gone);
    expect(events).toEqual([]);
  });

  test("when the secret is rejected, and the error names this vendor and this operation", async () => {
    const rejected = new TokenEndpointError({
      message: "no",
      status: 401,
      error: "invalid_client",
      operation: "request token",
    });
    const { run } = setup({ verify: () => Promise.reject(rejected) });
    const error = await rejection(run({ id: "c1", clientSecret }, true));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ vendor: "acme", operation: "import client", error: "invalid_client", status: 401 });
    expect(rejected.operation).toBe("request token");
  });

  test("with the reason of the caller's signal when it aborts during the verification", async () => {
    const reason = new Error("enough");
    const { run } = setup({ verify: () => Promise.reject(reason) });
    expect(await rejection(run({ id: "c1", clientSecret }, true))).toBe(reason);
  });
});

describe("an import succeeds", () => {
  test("with an id only", async () => {
    const { run } = setup();
    expect(await run({ id: "c1" })).toEqual({ client, secretVerified: false });
  });

  test.each([undefined, false])("without a verification of the secret (verifySecret: %s)", async (verify) => {
    const { run, events } = setup();
    expect(await run({ id: "c1", clientSecret }, verify)).toEqual({ client, credentials, secretVerified: false });
    expect(events).toHaveLength(1);
  });

  test("with a verified secret, and each request has the remaining time of the deadline", async () => {
    const { run, events } = setup();
    expect(await run({ id: "c1", clientSecret }, true)).toEqual({ client, credentials, secretVerified: true });
    expect(events).toEqual([
      ["read", "c1", { timeoutMs: 1 }],
      ["verify", credentials, { timeoutMs: 2 }],
    ]);
  });
});
