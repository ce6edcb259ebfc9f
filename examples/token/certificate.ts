// Gets a token with a client certificate (RFC 8705) from a server with published metadata.
//
//   ISSUER=... CLIENT_ID=... CERT_FILE=... KEY_FILE=... CA_FILE=... npx tsx examples/token/certificate.ts
import { readFileSync } from "node:fs";
import { certificateThumbprint, nodeFetch } from "oauth-clients/node";
import { createTokenSource } from "oauth-clients/token";
import { tlsClientAuth } from "oauth-clients/token/auth";
import { discoverServer, tokenRequestFor } from "oauth-clients/token/server";

const { ISSUER = "", CLIENT_ID = "", CERT_FILE = "", KEY_FILE = "", CA_FILE } = process.env;
const [cert, key] = [readFileSync(CERT_FILE, "utf8"), readFileSync(KEY_FILE, "utf8")];

// The transport presents the certificate to the token endpoint and to the API.
const fetch = nodeFetch({ cert, key, ...(CA_FILE ? { ca: readFileSync(CA_FILE, "utf8") } : {}) });

// Servers may publish other endpoints for clients with a certificate: `mutualTls` selects them.
const server = await discoverServer(ISSUER, { fetch, mutualTls: true });
// The thumbprint separates tokens of this certificate from tokens of the next one.
const clientAuthentication = tlsClientAuth({ thumbprint: certificateThumbprint(cert) });
const tokens = createTokenSource(tokenRequestFor(server, { clientId: CLIENT_ID, clientAuthentication }), { fetch });

const { expiresAt } = await tokens.get();
console.log(`a token of ${new URL(server.tokenEndpoint).host}, valid until ${expiresAt?.toISOString() ?? "it is rejected"}`);
fetch.close();
