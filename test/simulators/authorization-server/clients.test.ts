import { describe, expect, test } from "vitest";
import { authenticateClient } from "../../../src/simulators/authorization-server/authentication.js";
import { createClientStore } from "../../../src/simulators/authorization-server/clients.js";
import { createSimulatedTime } from "../../../src/simulators/core/time.js";
import { fixedNow } from "../../time.js";
import { basic, callWith, issuer } from "./calls.js";

const secret = "s+cret:ä &";
const encoded = new URLSearchParams({ "": secret }).toString().slice(1);

function setup() {
  const { now, advanceTime } = createSimulatedTime(fixedNow());
  const store = createClientStore(now);
  store.add({ clientId: "by basic", secret });
  store.add({ clientId: "by-post", secret, method: "client_secret_post" });
  const context = {
    find: store.find,
    issuer,
    tokenEndpoint: `${issuer}/token`,
    isLenient: false,
    now,
    usedJtis: new Set<string>(),
  };
  const authenticate = (form: Record<string, string>, call = callWith()) =>
    authenticateClient(new URLSearchParams(form), call, context);
  return { advanceTime, store, authenticate };
}
const post = { client_id: "by-post", client_secret: secret };

describe("a client store rejects", () => {
  test.each([
    ["a client without an id", { clientId: "", secret }],
    ["a client without a secret", { clientId: "a" }],
    ["a client without keys", { clientId: "a", secret, method: "private_key_jwt" as const }],
  ])("%s", (_, client) => {
    expect(() => setup().store.add(client)).toThrow(TypeError);
  });

  test("a rotation for an unknown client and for a client without a secret", () => {
    const { store } = setup();
    store.add({ clientId: "keyed", jwks: { keys: [] } });
    for (const id of ["unknown", "keyed"])
      expect(() => store.rotate(id, 0)).toThrow("there is no client with this id and a secret");
  });
});

describe("rules 10, 20 and 25: client authentication fails for a client", () => {
  test.each([
    ["without credentials", {}, callWith(), 400, "invalid_request"],
    ["that uses two authentication methods at once", post, basic(`by+basic:${encoded}`), 400, "invalid_request"],
    ["that sends a secret and an assertion", { ...post, client_assertion: "a" }, callWith(), 400, "invalid_request"],
    [
      "that sends an assertion without the known assertion type",
      { client_assertion: "a.b.c" },
      callWith(),
      400,
      "invalid_request",
    ],
    ["whose secret is not form-encoded", {}, basic("by+basic:100%"), 400, "invalid_request"],
    [
      "whose secret contains a plus that is not encoded",
      {},
      basic(`by+basic:${encoded.replace("%2B", "+")}`),
      401,
      "invalid_client",
    ],
    ["whose Basic credentials have no colon", {}, basic("alone"), 400, "invalid_request"],
    ["whose Basic credentials are not UTF-8", {}, basic("by+basic:\u00ff"), 400, "invalid_request"],
    ["that uses another authentication scheme", {}, callWith({ authorization: "Bearer a" }), 401, "invalid_client"],
    ["that is unknown", {}, basic("unknown:a"), 401, "invalid_client"],
    ["with a wrong secret", { ...post, client_secret: "wrong" }, callWith(), 401, "invalid_client"],
    ["with client_id alone", { client_id: "by-post" }, callWith(), 401, "invalid_client"],
    ["with another client_id in the content", { client_id: "by-post" }, basic(`by+basic:${encoded}`), 401, "invalid_client"],
    [
      "that uses client_secret_basic but is registered for client_secret_post",
      {},
      basic(`by-post:${encoded}`),
      401,
      "invalid_client",
    ],
    [
      "that uses client_secret_post but is registered for client_secret_basic",
      { ...post, client_id: "by basic" },
      callWith(),
      401,
      "invalid_client",
    ],
  ])("%s", async (_, form, call, status, code) => {
    await expect(setup().authenticate(form, call)).rejects.toMatchObject({ status, code });
  });

  test("a challenge is returned only when the client used the Authorization header", async () => {
    const { authenticate } = setup();
    await expect(authenticate({}, basic("unknown:a"))).rejects.toMatchObject({
      headers: { "www-authenticate": expect.any(String) },
    });
    await expect(authenticate({ ...post, client_secret: "a" })).rejects.toMatchObject({ headers: {} });
  });
});

describe("client authentication", () => {
  test("succeeds with the registered method", async () => {
    const { authenticate } = setup();
    expect(await authenticate({}, basic(`by+basic:${encoded}`))).toMatchObject({ settings: { clientId: "by basic" } });
    expect(await authenticate({ client_id: "by basic" }, basic(`by%20basic:${encodeURIComponent(secret)}`))).toBeDefined();
    expect(await authenticate(post)).toMatchObject({ settings: { clientId: "by-post" } });
  });

  test("rule 27: succeeds with both secrets during their overlap", async () => {
    const { authenticate, store, advanceTime } = setup();
    const next = store.rotate("by-post", 1_000);
    expect(await authenticate(post)).toBeDefined();
    expect(await authenticate({ ...post, client_secret: next })).toBeDefined();
    advanceTime(1_000);
    await expect(authenticate(post)).rejects.toMatchObject({ code: "invalid_client" });
    expect(await authenticate({ ...post, client_secret: next })).toBeDefined();
  });

  test("fails after the client is removed", async () => {
    const { authenticate, store } = setup();
    store.remove("by-post");
    await expect(authenticate(post)).rejects.toMatchObject({ code: "invalid_client" });
  });
});
