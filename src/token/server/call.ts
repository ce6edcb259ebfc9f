import { validateUrl } from "../../core/url.js";
import { authenticationRule, credentialProblem, textRule } from "../checks.js";
import { type Authenticated, authenticate } from "../form.js";
import { optionFaults, refuseFaults } from "./checks.js";
import type { AuthorizationServerEndpoints, IntrospectionRequest, RequestOptions } from "./types.js";

const tokenFault = textRule(/^[\x21-\x7e]+$/, "visible ASCII, not empty");

/**
 * Checks a call about a token, and makes what prepares its request.
 * @param nobody - what is wrong with a client that proves nothing, where that is wrong
 * @throws {ConfigurationError} something cannot be sent, or the server has no such endpoint
 */
export function prepareCall(
  operation: string,
  endpoint: keyof AuthorizationServerEndpoints,
  call: IntrospectionRequest,
  options: RequestOptions,
  nobody?: string,
): { readonly url: string; readonly prepare: () => Promise<Authenticated> } {
  const { server, clientId, clientAuthentication, token, tokenTypeHint } = call;
  const { tokenEndpoint, [endpoint]: url } = (server ?? {}) as Partial<AuthorizationServerEndpoints>;
  refuseFaults(operation, {
    "server.tokenEndpoint": validateUrl(tokenEndpoint),
    [`server.${endpoint}`]: url === undefined ? "the server has none" : validateUrl(url),
    clientId: credentialProblem(clientId, "clientId"),
    clientAuthentication: authenticationRule(nobody)(clientAuthentication, "clientAuthentication"),
    token: tokenFault(token, "token"),
    tokenTypeHint: tokenTypeHint === undefined ? undefined : credentialProblem(tokenTypeHint, "tokenTypeHint"),
    ...optionFaults(options),
  });
  return {
    url: url as string,
    async prepare() {
      const form = new URLSearchParams({ token });
      if (tokenTypeHint !== undefined) form.set("token_type_hint", tokenTypeHint);
      const proof = await authenticate(
        form,
        clientAuthentication,
        { clientId, tokenEndpoint: server.tokenEndpoint },
        operation,
      );
      return { ...proof, secrets: [token, ...proof.secrets] };
    },
  };
}
