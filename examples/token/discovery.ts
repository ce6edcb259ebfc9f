// Reads a server's metadata, gets a token, introspects it and revokes it.
//
//   ISSUER=... CLIENT_ID=... CLIENT_SECRET=... npx tsx examples/token/discovery.ts
import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
import { discoverServer, introspectToken, revokeToken, tokenRequestFor } from "oauth-clients/token/server";

const { ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;

const server = await discoverServer(ISSUER);
// Valid, and worth a check: credentials are sent there. `allowedHosts: []` rejects it.
if (server.otherHosts.length > 0) console.log(`endpoints on other hosts: ${server.otherHosts.join(", ")}`);

const client = { clientId: CLIENT_ID, clientAuthentication: clientSecretBasic(CLIENT_SECRET) };
const source = createTokenSource(tokenRequestFor(server, { ...client, scopes: ["read"] }));
const { value: token } = await source.get();

const before = await introspectToken({ server, ...client, token });
console.log(before.active ? `active, for ${before.scopes?.join(" ") ?? "no stated scope"}` : "not active");

// The source drops the token first, so that no caller receives it during the revocation.
await revokeToken({ server, ...client, token, source });
const after = await introspectToken({ server, ...client, token });
console.log(after.active ? "still active" : "revoked");
