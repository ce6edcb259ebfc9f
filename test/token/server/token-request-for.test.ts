import { clientSecretPost, requestToken } from "oauth-clients/token";
import { tokenRequestFor } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { parseMetadata } from "../../../src/token/server/metadata.js";
import { clientAuthentication, endpoints, issuer, json, metadata, readResponse, record } from "./samples.js";

const discover = async (changes: Record<string, unknown> = {}, mutualTls = false) =>
  parseMetadata(await readResponse(json(metadata(changes))), issuer, { mutualTls });
const client = { clientId: "client-1", clientAuthentication };
const tls = { clientId: "client-1", clientAuthentication: { ...clientAuthentication, method: "tls_client_auth" } };
const methods = (...names: string[]) => ({ token_endpoint_auth_methods_supported: names });
const aliases = { mtls_endpoint_aliases: { token_endpoint: "https://mtls.example/token" } };
const invalidField = (message: string) => expect.objectContaining({ issues: [{ path: "clientAuthentication", message }] });

describe("tokenRequestFor: token requests from server metadata", () => {
  test("tokenRequestFor rejects a method that the server does not support, listed or by default (RFC 8414 section 2)", async () => {
    const withoutMethods = await discover();
    expect(() => tokenRequestFor(withoutMethods, client)).toThrow(invalidField("the server supports client_secret_basic"));
    const server = await discover(methods("private_key_jwt", "\u001b[31mtls_client_auth"));
    expect(() => tokenRequestFor(server, client)).toThrow(
      invalidField("the server supports private_key_jwt, [31mtls_client_auth"),
    );
  });

  test("tokenRequestFor rejects a missing client authentication", async () => {
    const server = await discover();
    expect(() => tokenRequestFor(server, { clientId: "a" } as never)).toThrow(invalidField("expected a client authentication"));
  });

  test("rule 29: tokenRequestFor rejects certificate authentication at the regular endpoint of a server with an mTLS alias", async () => {
    const plain = await discover({ ...methods("tls_client_auth"), ...aliases });
    expect(() => tokenRequestFor(plain, tls)).toThrow(invalidField("discover the server with mutualTls for this method"));
    const server = await discover({ ...methods("tls_client_auth"), ...aliases }, true);
    expect(tokenRequestFor(server, tls)).toEqual({ ...tls, tokenEndpoint: "https://mtls.example/token" });
    const single = await discover(methods("tls_client_auth"));
    expect(tokenRequestFor(single, tls)).toEqual({ ...tls, tokenEndpoint: endpoints.tokenEndpoint });
  });

  test("rule 97: tokenRequestFor sends the secret of a client to its own discovered server only", async () => {
    const { fetch, sent } = record(() => json({ access_token: "a", token_type: "Bearer" }));
    for (const name of ["one", "two"]) {
      const ownIssuer = `https://${name}.example`;
      const body = { issuer: ownIssuer, token_endpoint: `${ownIssuer}/token`, ...methods("client_secret_post") };
      const server = parseMetadata(await readResponse(json(body)), ownIssuer, {});
      const authentication = clientSecretPost(`secret-of-${name}`);
      await requestToken(tokenRequestFor(server, { clientId: name, clientAuthentication: authentication }), { fetch });
    }
    expect(sent.map(({ url, form }) => [url, form.get("client_secret")])).toEqual([
      ["https://one.example/token", "secret-of-one"],
      ["https://two.example/token", "secret-of-two"],
    ]);
  });

  test("tokenRequestFor returns a request with all options of the client", async () => {
    const server = await discover(methods("client_secret_post"));
    expect(tokenRequestFor(server, { ...client, scopes: ["a"] })).toEqual({
      ...client,
      scopes: ["a"],
      tokenEndpoint: endpoints.tokenEndpoint,
    });
  });
});
