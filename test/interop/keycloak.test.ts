// A prepared realm of a Keycloak (26.2 or newer), which `KEYCLOAK_URL` names: `https://login.example.com/realms/test`. Skipped otherwise.
//
// KEYCLOAK_CLIENT_ID, KEYCLOAK_CLIENT_SECRET: a confidential client with service account and standard token exchange.
// KEYCLOAK_FEDERATED_CLIENT_ID, KEYCLOAK_ASSERTION_FILE: a client with the authenticator `federated-jwt`, and a file with a JWT of the
// identity provider that it trusts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clientAssertion } from "../../src/token/auth/index.js";
import { tokenExchange } from "../../src/token/grants/index.js";
import { type ClientAuthentication, clientSecretBasic, requestToken } from "../../src/token/index.js";
import { discoverServer, tokenRequestFor } from "../../src/token/server/index.js";

const {
  KEYCLOAK_URL: issuer,
  KEYCLOAK_CLIENT_ID: clientId = "",
  KEYCLOAK_CLIENT_SECRET: secret = "",
  KEYCLOAK_FEDERATED_CLIENT_ID: federatedId,
  KEYCLOAK_ASSERTION_FILE: file,
} = process.env;

describe("Keycloak", { skip: !issuer && "KEYCLOAK_URL is not set" }, () => {
  const prepare = async (id: string, clientAuthentication: ClientAuthentication) =>
    tokenRequestFor(await discoverServer(issuer ?? "", { wellKnown: "openid-configuration" }), {
      clientId: id,
      clientAuthentication,
    });

  test("an unknown subject token is rejected", async () => {
    const request = await prepare(clientId, clientSecretBasic(secret));
    const grant = tokenExchange({ subjectToken: "unknown" });
    await assert.rejects(requestToken({ ...request, grant }), { code: "token_endpoint_error" });
  });

  test("tokenExchange gets a token for a token of the client", async () => {
    const request = await prepare(clientId, clientSecretBasic(secret));
    const { value } = await requestToken(request);
    const token = await requestToken({ ...request, grant: tokenExchange({ subjectToken: value }) });
    assert.equal(token.additionalFields.issued_token_type, "urn:ietf:params:oauth:token-type:access_token");
  });

  const skip = !(federatedId && file) && "KEYCLOAK_FEDERATED_CLIENT_ID and KEYCLOAK_ASSERTION_FILE are not set";
  for (const sendClientId of [true, false]) {
    test(`federated-jwt accepts a foreign assertion ${sendClientId ? "with" : "without"} client_id`, { skip }, async () => {
      const clientAuthentication = clientAssertion({ file: file ?? "", sendClientId });
      assert.equal((await requestToken(await prepare(federatedId ?? "", clientAuthentication))).tokenType, "Bearer");
    });
  }
});
