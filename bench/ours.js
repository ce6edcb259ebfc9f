// This library, behind the same words as its peers.
import { load } from "./library.js";

const { clientSecretBasic, createTokenSource, requestToken } = await load("token");

const request = (tokenEndpoint) => ({
  tokenEndpoint,
  clientId: "client-1",
  clientAuthentication: clientSecretBasic("secret-1"),
});

export async function ours(tokenEndpoint, fetch) {
  const options = fetch ? { fetch } : {};
  // Created once, like the configurations of the peers.
  const repeated = request(tokenEndpoint);
  return {
    grant: () => requestToken(repeated, options),
    cached: (more) => createTokenSource(request(tokenEndpoint), { ...options, ...more }),
  };
}
