import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { read } from "./calls.js";

describe("the discovery document", () => {
  test("contains the configured base URLs and no introspection endpoint", async () => {
    const ory = simulateOry({ adminUrl: "https://hydra.acme.test/admin-port/", publicUrl: "https://hydra.acme.test" });
    const { json } = await read(ory.fetch("https://hydra.acme.test/.well-known/openid-configuration"));
    expect(json).toMatchObject({
      issuer: "https://hydra.acme.test",
      token_endpoint: "https://hydra.acme.test/oauth2/token",
      revocation_endpoint: "https://hydra.acme.test/oauth2/revoke",
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"],
    });
    expect(json).not.toHaveProperty("introspection_endpoint");
    expect(json).not.toHaveProperty("registration_endpoint");
    expect((await read(ory.fetch("https://hydra.acme.test/admin-port/clients"))).status).toBe(200);
  });
});
