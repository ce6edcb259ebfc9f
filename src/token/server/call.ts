import type { AppliedAuthentication } from "../../core/credentials.js";
import { urlFault } from "../../core/url.js";
import { authenticationFault, optionFaults, refuseFaults, textFault } from "./checks.js";
import type { ServerMessage } from "./request.js";
import type { ServerCallOptions, ServerEndpoints, TokenCall } from "./types.js";

/**
 * Checks a call about a token, and makes what prepares its request.
 * @throws {ConfigurationError} something cannot be sent, or the server has no such endpoint
 */
export function prepareCall(
  operation: string,
  endpoint: keyof ServerEndpoints,
  call: TokenCall,
  options: ServerCallOptions,
): { readonly url: string; readonly prepare: () => Promise<ServerMessage> } {
  const { server, clientId, authentication, token, tokenTypeHint } = call;
  const { tokenUrl, [endpoint]: url } = (server ?? {}) as Partial<ServerEndpoints>;
  refuseFaults(operation, {
    "server.tokenUrl": urlFault(tokenUrl),
    [`server.${endpoint}`]: url === undefined ? "the server has none" : urlFault(url),
    clientId: textFault(clientId),
    authentication: authenticationFault(authentication),
    token: textFault(token, /^[\x21-\x7e]+$/),
    tokenTypeHint: tokenTypeHint === undefined ? undefined : textFault(tokenTypeHint),
    ...optionFaults(options),
  });
  return {
    url: url as string,
    async prepare() {
      const applied = await authentication.apply({ clientId, tokenUrl: server.tokenUrl });
      const form = new URLSearchParams({ token });
      if (tokenTypeHint !== undefined) form.set("token_type_hint", tokenTypeHint);
      return { init: compose(operation, form, applied), secrets: [token, ...applied.secrets] };
    },
  };
}

/** Joins the form with what the client authentication adds, which may add but not replace. */
function compose(operation: string, form: URLSearchParams, applied: AppliedAuthentication): RequestInit {
  const headers: Record<string, string> = {};
  const faults: Record<string, string> = {};
  for (const [name, value] of Object.entries(applied.parameters ?? {})) {
    if (form.has(name)) faults[`authentication.parameters.${name}`] = "is set already";
    form.set(name, value);
  }
  for (const [name, value] of Object.entries(applied.headers ?? {})) {
    const fault = textFault(value);
    if (fault) faults[`authentication.headers.${name}`] = fault;
    headers[name.toLowerCase()] = value;
  }
  // RFC 6749 section 2.3
  const isTwofold = headers.authorization && (form.has("client_secret") || form.has("client_assertion"));
  if (isTwofold) faults.authentication = "expected one method, not two";
  refuseFaults(operation, faults);
  headers.accept = "application/json";
  headers["content-type"] = "application/x-www-form-urlencoded";
  return { method: "POST", headers, body: form.toString() };
}
