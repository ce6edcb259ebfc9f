// This library, behind the same words as its peers.
import { load } from "./library.js";

const { clientSecretBasic, createTokenSource, requestToken } = await load("token");

const request = (tokenUrl) => ({ tokenUrl, clientId: "client-1", authentication: clientSecretBasic("secret-1") });

export async function ours(tokenUrl, fetch) {
  const options = fetch ? { fetch } : {};
  return {
    grant: () => requestToken(request(tokenUrl), options),
    cached: (more) => createTokenSource(request(tokenUrl), { ...options, ...more }),
  };
}
