import { NotFoundError, RateLimitError, TokenEndpointError, ValidationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { expectSecrecy } from "../contract/secrecy.js";
import { rejection } from "../contract/subject.js";
import { missingId, roleId, stage } from "./stage.js";

const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleId }] } as const;
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const;
const wrong = "wrong canary+secret/=";
const proof = { verifySecret: true };

describe("an import is refused", () => {
  test("before anything is sent: a proof without a secret", async () => {
    const { manager, sent } = stage();
    const error = await rejection(manager.import(missingId, proof));
    expect((error as ValidationError).issues.map(({ path }) => path)).toEqual(["clientSecret"]);
    expect(sent).toHaveLength(0);
  });

  test("before anything is sent: a secret behind a pipe, as elsewhere, which would end up in an address", async () => {
    const { manager, sent } = stage();
    const error = await rejection(manager.import(`${missingId}|${wrong}`.replaceAll(" ", "-").replaceAll("/", "-")));
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).not.toContain("canary");
    expect(sent).toHaveLength(0);
  });

  test("when there is no such client", async () => {
    expect(await rejection(stage().manager.import(missingId))).toBeInstanceOf(NotFoundError);
  });

  test.each([
    ["a client of another grant", desk, "authorization_code"],
    ["a client that gets no tokens", { ...worker, state: "inactive" } as const, "inactive"],
  ])("when the secret of %s is to be proven", async (_, input, word) => {
    const { manager, asked } = stage();
    const { client, credentials } = await manager.create(input);
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    const error = await rejection(manager.import(reference, proof));
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).toContain(`verifySecret: the client`);
    expect(String(error)).toContain(word);
    expect(asked().filter((one) => one === "postOauthToken")).toHaveLength(1);
  });

  test.each([400, 401] as const)("when the secret is wrong (%d), and it is not shown", async (invalidClientStatus) => {
    const { manager } = stage({ invalidClientStatus });
    const { client } = await manager.create(worker);
    const error = await rejection(manager.import({ id: client.id, clientSecret: wrong }, proof));
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ error: "invalid_client", status: invalidClientStatus, outcome: "not_applied" });
    expectSecrecy(error, [wrong]);
  });

  test("when the login host throttles for too long", async () => {
    const { manager, simulator } = stage();
    const { client, credentials } = await manager.create(worker);
    simulator.throttleNext("postOauthToken", { times: 9 });
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect(await rejection(manager.import(reference, proof))).toBeInstanceOf(RateLimitError);
  });
});

describe("an import joins a client", () => {
  test("with nothing", async () => {
    const { manager } = stage();
    const { client } = await manager.create(worker);
    expect(await manager.import(client.id)).toEqual({ client, secretVerified: false });
  });

  test("with a secret that is taken on trust", async () => {
    const { manager, asked } = stage();
    const { client } = await manager.create(desk);
    expect(await manager.import({ id: client.id, clientSecret: wrong })).toEqual({
      client,
      credentials: { clientId: client.id, clientSecret: wrong },
      secretVerified: false,
    });
    expect(asked().filter((one) => one === "postOauthToken")).toHaveLength(1);
  });

  test("with a secret that is proven, past throttling", async () => {
    const { manager, simulator, sent } = stage();
    const { client, credentials } = await manager.create(worker);
    simulator.throttleNext("postOauthToken");
    const reference = { id: client.id, clientSecret: credentials.clientSecret };
    expect(await manager.import(reference, proof)).toEqual({ client, credentials, secretVerified: true });
    const proofs = sent.filter(({ path }) => path === "/oauth/token").slice(1);
    expect(proofs).toHaveLength(2);
    expect(proofs[1]).toMatchObject({ body: "grant_type=client_credentials" });
  });
});
