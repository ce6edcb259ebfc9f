import { describe, expect, test } from "vitest";
import { NotFoundError, TokenEndpointError, ValidationError } from "../../src/core/errors.js";
import { type Adoption, importClientWith } from "../../src/core/import.js";
import type { OAuthClient } from "../../src/core/manager.js";
import { rejection } from "./acme.js";

const client: OAuthClient = { vendor: "acme", id: "c1", name: "worker" };
const clientSecret = "hunter22hunter22";
const credentials = { clientId: "c1", clientSecret };

/** Adopts, and writes down the order of things. */
function adopting(own: Partial<Adoption<OAuthClient>> = {}) {
  const events: unknown[] = [];
  let asked = 0;
  const adoption: Adoption<OAuthClient> = {
    vendor: "acme",
    read: async (id, options) => {
      events.push(["read", id, options]);
      return client;
    },
    join: ({ id }, secret) => ({ clientId: id, clientSecret: secret }),
    prove: async (_, proven, options) => {
      events.push(["prove", proven, options]);
    },
    ...own,
  };
  const adopt = (reference: { id: string; clientSecret?: string }, verifySecret?: boolean) =>
    importClientWith(adoption, reference, verifySecret === undefined ? undefined : { verifySecret }, {
      remaining: () => ({ timeoutMs: ++asked }),
    });
  return { adopt, events };
}

describe("a client is not adopted", () => {
  test("where a proof is asked for without a secret, before anything is read", async () => {
    const { adopt, events } = adopting();
    const error = await rejection(adopt({ id: "c1" }, true));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as Error).message).toBe("acme import client: clientSecret: required for verifySecret");
    expect(events).toEqual([]);
  });

  test("where there is none, and nothing is proven", async () => {
    const gone = new NotFoundError({ message: "no", status: 404 });
    const { adopt, events } = adopting({ read: () => Promise.reject(gone) });
    expect(await rejection(adopt({ id: "c1", clientSecret }, true))).toBe(gone);
    expect(events).toEqual([]);
  });

  test("where its secret is refused, which the error tells of this vendor and this call", async () => {
    const refusal = new TokenEndpointError({ message: "no", status: 401, error: "invalid_client", operation: "request token" });
    const { adopt } = adopting({ prove: () => Promise.reject(refusal) });
    const error = await rejection(adopt({ id: "c1", clientSecret }, true));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ vendor: "acme", operation: "import client", error: "invalid_client", status: 401 });
    expect(refusal.operation).toBe("request token");
  });

  test("where its caller ends the proof, whose reason comes back", async () => {
    const reason = new Error("enough");
    const { adopt } = adopting({ prove: () => Promise.reject(reason) });
    expect(await rejection(adopt({ id: "c1", clientSecret }, true))).toBe(reason);
  });
});

describe("a client is adopted", () => {
  test("by its id alone", async () => {
    const { adopt } = adopting();
    expect(await adopt({ id: "c1" })).toEqual({ client, secretVerified: false });
  });

  test.each([undefined, false])("with a secret that nobody proves (verifySecret: %s)", async (verify) => {
    const { adopt, events } = adopting();
    expect(await adopt({ id: "c1", clientSecret }, verify)).toEqual({ client, credentials, secretVerified: false });
    expect(events).toHaveLength(1);
  });

  test("with a secret that is proven, each request with what is left of the deadline", async () => {
    const { adopt, events } = adopting();
    expect(await adopt({ id: "c1", clientSecret }, true)).toEqual({ client, credentials, secretVerified: true });
    expect(events).toEqual([
      ["read", "c1", { timeoutMs: 1 }],
      ["prove", credentials, { timeoutMs: 2 }],
    ]);
  });
});
