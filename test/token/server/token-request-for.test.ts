import { clientSecretPost, requestToken } from "oauth-clients/token";
import { tokenRequestFor } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { parseMetadata } from "../../../src/token/server/metadata.js";
import { answered, clientAuthentication, endpoints, issuer, json, metadata, record } from "./samples.js";

const discover = async (changes: Record<string, unknown> = {}, mutualTls = false) =>
  parseMetadata(await answered(json(metadata(changes))), issuer, { mutualTls });
const client = { clientId: "client-1", clientAuthentication };
const tls = { clientId: "client-1", clientAuthentication: { ...clientAuthentication, method: "tls_client_auth" } };
const methods = (...names: string[]) => ({ token_endpoint_auth_methods_supported: names });
const aliases = { mtls_endpoint_aliases: { token_endpoint: "https://mtls.example/token" } };
const refused = (message: string) => expect.objectContaining({ issues: [{ path: "clientAuthentication", message }] });

describe("tokenRequestFor", () => {
  test("refuses a method that the server does not list, also by saying nothing (RFC 8414 section 2)", async () => {
    const silent = await discover();
    expect(() => tokenRequestFor(silent, client)).toThrow(refused("the server supports client_secret_basic"));
    const server = await discover(methods("private_key_jwt", "\u001b[31mtls_client_auth"));
    expect(() => tokenRequestFor(server, client)).toThrow(refused("the server supports private_key_jwt, [31mtls_client_auth"));
  });

  test("refuses what is no authentication", async () => {
    const server = await discover();
    expect(() => tokenRequestFor(server, { clientId: "a" } as never)).toThrow(refused("expected a client authentication"));
  });

  test("rule 29: refuses the plain endpoint to who authenticates by certificate where there is another", async () => {
    const plain = await discover({ ...methods("tls_client_auth"), ...aliases });
    expect(() => tokenRequestFor(plain, tls)).toThrow(refused("discover the server with mutualTls for this method"));
    const server = await discover({ ...methods("tls_client_auth"), ...aliases }, true);
    expect(tokenRequestFor(server, tls)).toEqual({ ...tls, tokenEndpoint: "https://mtls.example/token" });
    const single = await discover(methods("tls_client_auth"));
    expect(tokenRequestFor(single, tls)).toEqual({ ...tls, tokenEndpoint: endpoints.tokenEndpoint });
  });

  test("rule 97: sends a client's proof to its own server, and a discovered one says no other", async () => {
    const { fetch, sent } = record(() => json({ access_token: "a", token_type: "Bearer" }));
    for (const name of ["one", "two"]) {
      const own = `https://${name}.example`;
      const body = { issuer: own, token_endpoint: `${own}/token`, ...methods("client_secret_post") };
      const server = parseMetadata(await answered(json(body)), own, {});
      const proof = clientSecretPost(`secret-of-${name}`);
      await requestToken(tokenRequestFor(server, { clientId: name, clientAuthentication: proof }), { fetch });
    }
    expect(sent.map(({ url, form }) => [url, form.get("client_secret")])).toEqual([
      ["https://one.example/token", "secret-of-one"],
      ["https://two.example/token", "secret-of-two"],
    ]);
  });

  test("makes a request with everything that the client has", async () => {
    const server = await discover(methods("client_secret_post"));
    expect(tokenRequestFor(server, { ...client, scopes: ["a"] })).toEqual({
      ...client,
      scopes: ["a"],
      tokenEndpoint: endpoints.tokenEndpoint,
    });
  });
});
