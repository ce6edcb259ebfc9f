import { isObject } from "../../core/values.js";
import { functionProblem, throwIfIssues, toIssues } from "../checks.js";
import { cancelBody, isRequest, isStream, parseUrl } from "../fetch/messages.js";
import type { DpopKey } from "./key.js";

/**
 * Creates a `fetch` that proves the possession of the key: a request whose `authorization` header has the scheme `DPoP` gets a proof for
 * its access token. Other requests are sent unchanged. It is the option `fetch` of `authorizedFetch`, which sets that header.
 *
 * When the resource server requires a nonce, the request is sent once more with it. This needs a body that can be sent again: with a
 * stream in `init.body` the response is returned instead, and the next request has the nonce. The body of a `Request` is copied, and stays
 * in memory until the response is received.
 *
 * @param fetch - sends the requests; the platform's `fetch` by default
 * @throws {ConfigurationError} at once, when the key is not a result of `createDpopKey`, or `fetch` is not a function
 * @see RFC 9449 sections 7.1 and 9
 * @example
 * ```ts
 * import { createDpopKey, dpopFetch } from "oauth-clients/token/dpop";
 *
 * const call = dpopFetch(await createDpopKey());
 * await call("https://api.example.com/orders", { headers: { authorization: "DPoP the-access-token" } });
 * ```
 */
export function dpopFetch(key: DpopKey, fetch?: typeof globalThis.fetch): typeof globalThis.fetch {
  throwIfIssues([...toIssues("key", keyProblem(key)), ...toIssues("fetch", functionProblem(fetch, "fetch"))], "dpopFetch");
  return async (input, init) => {
    const send = fetch ?? globalThis.fetch;
    const request = isRequest(input) ? input : undefined;
    const headers = new Headers(init?.headers ?? [...(request?.headers ?? [])]);
    const [, accessToken] = /^DPoP ([\x21-\x7e]+)$/i.exec(headers.get("authorization") ?? "") ?? [];
    if (accessToken === undefined) return send(input, init);

    const url = request?.url ?? String(input);
    const proven = {
      method: (init?.method ?? request?.method ?? "GET").toUpperCase(),
      url: parseUrl(url)?.href ?? url,
      accessToken,
    };
    const copy = request?.body && !init?.body ? request.clone() : undefined;
    headers.set("dpop", await key.createProof(proven));
    const response = await send(input, { ...init, headers });
    // The nonce of another origin, after a redirect, is not one of this origin.
    const isSameOrigin = !response.url || parseUrl(response.url)?.origin === parseUrl(url)?.origin;
    const { status, headers: fields } = response;
    const needsRepeat = isSameOrigin && key.updateNonce(proven, { status, headers: fields });
    if (!needsRepeat || isStream(init?.body)) {
      cancelBody(copy);
      return response;
    }
    cancelBody(response);
    headers.set("dpop", await key.createProof(proven));
    const repeated = await send(copy ?? input, { ...init, headers });
    key.updateNonce(proven, { status: repeated.status, headers: repeated.headers });
    return repeated;
  };
}

/** The problem of a value that is not a DPoP key. */
export function keyProblem(value: unknown): string | undefined {
  return isObject(value) && typeof value.createProof === "function" ? undefined : "expected a DPoP key";
}
