import { collect, NotFoundError, ResponseError, TokenEndpointError } from "oauth-clients";
import { createOryManager, oryOptionsFromEnv } from "oauth-clients/ory";
import { requestToken } from "oauth-clients/token";
import { afterEach, describe, expect, test, vi } from "vitest";
import { isLive, variables } from "./hosts.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

// Changes only clients with this owner, which is unique to this run.
const owner = `oauth-clients-live-${crypto.randomUUID()}`;
const input = { owner, grantTypes: ["client_credentials"], scopes: ["read"] };

describe.skipIf(!isLive(process.env))(`a real Ory server (runs when ${variables.join(", ")} name one)`, () => {
  const connect = (credentialsFrom: "library" | "server") =>
    createOryManager({ ...oryOptionsFromEnv(process.env), credentialsFrom });

  afterEach(async () => {
    const ory = connect("library");
    for (const client of await collect(ory.list({ owner }))) if (client.owner === owner) await ory.delete(client.id);
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "creates, reads, gets a token, rotates and deletes with %s",
    async (tokenEndpointAuthMethod) => {
      // Chosen by the server, as Hydra 2.0 and 2.1 demand and every other one allows.
      const ory = connect("server");
      const { client, credentials } = await ory.create({ ...input, name: "live", tokenEndpointAuthMethod });
      expect(await ory.get(client.id)).toMatchObject({ ...input, name: "live", tokenEndpointAuthMethod });

      const ask = (using: typeof credentials) => requestToken(ory.tokenRequest(using, { scopes: ["read"] }));
      const token = await ask(credentials);
      expect(await ory.introspect(token.value)).toMatchObject({ active: true, clientId: client.id, scopes: ["read"] });

      const rotated = await ory.rotateSecret(client.id);
      expect(await ory.introspect((await ask(rotated.credentials)).value)).toMatchObject({ active: true });
      const old = ask(credentials);
      if (rotated.previousSecret === "still-valid") await old;
      else await expect(old).rejects.toThrow(TokenEndpointError);
      await ory.deleteRotatedSecrets(client.id);
      await expect(ask(credentials)).rejects.toThrow(TokenEndpointError);

      await ory.delete(client.id);
      await expect(ory.get(client.id)).rejects.toThrow(NotFoundError);
    },
  );

  test("takes an id and a secret that were chosen here, or refuses the id as Hydra 2.0 and 2.1 do", async () => {
    const ory = connect("library");
    const created = await ory.create({ ...input, name: "live" }).catch((error: unknown) => error);
    if (created instanceof ResponseError) return expect(created.status).toBe(400);
    const { client, credentials } = created as Awaited<ReturnType<typeof ory.create>>;
    const { secretVerified } = await ory.import(
      { id: client.id, clientSecret: credentials?.clientSecret ?? "" },
      { verifySecret: true },
    );
    expect(secretVerified).toBe(true);
  });
});
