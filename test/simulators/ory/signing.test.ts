import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { create, introspect, type Json, read, token, worker } from "./calls.js";

describe("a token of the strategy jwt", () => {
  test("is a JWT that the published key verifies, when the client's strategy is jwt", async () => {
    const ory = simulateOry();
    const client = await create(ory, { ...worker, access_token_strategy: "jwt" });
    const { access_token } = (await token(ory, client, { scope: "invoices.read" })).json;
    const [head = "", payload = "", signature = ""] = String(access_token).split(".");
    const keys = (await read(ory.fetch(`${ory.urls.public}/.well-known/jwks.json`))).json.keys as JsonWebKey[];
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("jwk", keys[0] ?? {}, algorithm, false, ["verify"]);
    const signed = new TextEncoder().encode(`${head}.${payload}`);
    expect(await crypto.subtle.verify(algorithm, key, Buffer.from(signature, "base64url"), signed)).toBe(true);
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Json;
    expect(claims).toMatchObject({
      iss: ory.urls.public,
      sub: client.client_id,
      client_id: client.client_id,
      scp: ["invoices.read"],
    });
    expect(keys[0]).not.toHaveProperty("d");
    expect((await introspect(ory, access_token)).json.active).toBe(true);
  });
});
