import { type Authorize, bearer, bearerFrom } from "../core/authorize.js";
import { createHttp, type HttpOptions } from "../core/http/request.js";
import { createLimiter } from "../core/limits.js";
import { toTokenTransport } from "../core/options.js";
import type { paths } from "../openapi/ovh.js";
import { createTokenSource } from "../token/source.js";
import type { OvhSettings } from "./options.js";
import { createServerClock, signedWith } from "./signature.js";
import { makeTokenRequest, requireTokenUrl } from "./tokens.js";
import { timeWire } from "./wire.js";

/** How requests get their credential: one of the three ways in. */
export function authorizeWith({ access, tokenEndpoint, fetch }: OvhSettings, transport: HttpOptions): Authorize {
  if (access.kind === "token") return bearer(access.accessToken);
  if (access.kind === "account") {
    const request = makeTokenRequest(requireTokenUrl(tokenEndpoint, "createOvhManager"), access);
    return bearerFrom(createTokenSource(request, toTokenTransport(fetch)), [access.clientSecret]);
  }
  // Asked on behalf of a request that holds its own place among those under way.
  const open = createHttp<paths>({ ...transport, limiter: createLimiter() });
  const readTime = async () => {
    const { value } = await open({ operation: "get time", method: "get", path: "/v1/auth/time", returns: timeWire });
    return value;
  };
  return signedWith(access, createServerClock(readTime));
}
