import type { ClientAuthentication, TokenRequest } from "../../core/credentials.js";
import { toObject } from "../../core/values.js";
import { authenticationRule, throwIfIssues, toIssues } from "../checks.js";
import { keyProblem } from "./fetch.js";
import type { DpopKey } from "./key.js";

// The same object for the same arguments: a client authentication without a fingerprint is equal only to itself.
const bound = new WeakMap<DpopKey, WeakMap<ClientAuthentication, ClientAuthentication>>();

/**
 * Returns a token request whose token is bound to a key: each request has a new proof, and a response without the token type `DPoP` is
 * rejected. When the server requires a nonce, the request is sent once more with it, with a new proof and a new client assertion.
 * A cache and a shared store distinguish tokens by the thumbprint of the key.
 *
 * @throws {ConfigurationError} the request has no client authentication, or the key is not a result of `createDpopKey`
 * @see RFC 9449 sections 5 and 8
 */
export function withDpop(request: TokenRequest, key: DpopKey): TokenRequest {
  const { clientAuthentication } = toObject(request);
  throwIfIssues(
    [...toIssues("clientAuthentication", authenticationRule()(clientAuthentication, "")), ...toIssues("key", keyProblem(key))],
    "withDpop",
  );
  const ofKey = bound.get(key) ?? new WeakMap<ClientAuthentication, ClientAuthentication>();
  bound.set(key, ofKey);
  const authentication = ofKey.get(clientAuthentication) ?? bind(clientAuthentication, key);
  ofKey.set(clientAuthentication, authentication);
  return { ...request, clientAuthentication: authentication };
}

function bind(clientAuthentication: ClientAuthentication, key: DpopKey): ClientAuthentication {
  const { method, fingerprint } = clientAuthentication;
  return {
    method,
    async authenticate(context) {
      const target = { method: "POST", url: context.tokenEndpoint };
      const authenticated = await clientAuthentication.authenticate(context);
      const proof = await key.createProof(target);
      return {
        ...authenticated,
        headers: { ...authenticated.headers, dpop: proof },
        secrets: [...authenticated.secrets, proof],
        tokenType: "DPoP",
        needsRepeat: (response) => key.updateNonce(target, response),
      };
    },
    ...(fingerprint && { fingerprint: (digest) => fingerprint((material) => digest(`${material} ${key.thumbprint}`)) }),
  };
}
