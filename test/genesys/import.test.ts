import { NotFoundError, RateLimitError, TokenEndpointError, ValidationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { expectSecrecy } from "../contract/secrecy.js";
import { rejection } from "../contract/subject.js";
import { missingId, roleId, setup } from "./setup.js";

const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleId }] } as const;
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const;
const wrong = "wrong canary+secret/=";
const proof = { verifySecret: true };

describe("import rejects", () => {
  test("verifySecret without a secret before any request", async () => {
    const { manager, sent } = setup();
    const error = await rejection(manager.import(missingId, proof));
    expect((error as ValidationError).issues.map(({ path }) => path)).toEqual(["clientSecret"]);
    expect(sent).toHaveLength(0);
  });

  test("a reference with a secret after a pipe before any request, because it would become part of a URL", async () => {
    const { manager, sent } = setup();
    const error = await rejection(manager.import(`${missingId}|${wrong}`.replaceAll(" ", "-").replaceAll("/", "-")));
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).not.toContain("canary");
    expect(sent).toHaveLength(0);
  });

  test("with a NotFoundError for a missing client", async () => {
    expect(await rejection(setup().manager.import(missingId))).toBeInstanceOf(NotFoundError);
  });

  test.each([
    ["a client with another grant type", desk, "authorization_code"],
    ["a client that cannot get tokens", { ...worker, state: "inactive" } as const, "inactive"],
  ])("verifySecret for %s", async (_, input, word) => {
    const { manager, operations } = setup();
    const { client, credentials } = await manager.create(input);
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    const error = await rejection(manager.import(reference, proof));
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).toContain(`verifySecret: the client`);
    expect(String(error)).toContain(word);
    expect(operations().filter((one) => one === "postOauthToken")).toHaveLength(1);
  });

  test.each([400, 401] as const)(
    "a wrong secret (status %d) with a TokenEndpointError that does not contain it",
    async (invalidClientStatus) => {
      const { manager } = setup({ invalidClientStatus });
      const { client } = await manager.create(worker);
      const error = await rejection(manager.import({ id: client.id, clientSecret: wrong }, proof));
      expect(error).toBeInstanceOf(TokenEndpointError);
      expect(error).toMatchObject({ error: "invalid_client", status: invalidClientStatus, outcome: "not_applied" });
      expectSecrecy(error, [wrong]);
    },
  );

  test("with a RateLimitError when the login host's rate limit persists", async () => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(worker);
    simulator.throttleNext("postOauthToken", { times: 9 });
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect(await rejection(manager.import(reference, proof))).toBeInstanceOf(RateLimitError);
  });
});

describe("import returns", () => {
  test("the client alone for a reference without a secret", async () => {
    const { manager } = setup();
    const { client } = await manager.create(worker);
    expect(await manager.import(client.id)).toEqual({ client, secretVerified: false });
  });

  test("a secret without verification by default", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(desk);
    expect(await manager.import({ id: client.id, clientSecret: wrong })).toEqual({
      client,
      credentials: { clientId: client.id, clientSecret: wrong },
      secretVerified: false,
    });
    expect(operations().filter((one) => one === "postOauthToken")).toHaveLength(1);
  });

  test("a verified secret after a retry of a rate limit", async () => {
    const { manager, simulator, sent } = setup();
    const { client, credentials } = await manager.create(worker);
    simulator.throttleNext("postOauthToken");
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect(await manager.import(reference, proof)).toEqual({ client, credentials, secretVerified: true });
    const proofs = sent.filter(({ path }) => path === "/oauth/token").slice(1);
    expect(proofs).toHaveLength(2);
    expect(proofs[1]).toMatchObject({ body: "grant_type=client_credentials" });
  });
});
