import { json } from "./errors.js";

type Grant = Readonly<Record<string, unknown>>;

const altered = (changes: Grant) => (grant: Grant) => json(200, { ...grant, ...changes });
/** Numbers that JavaScript cannot represent are inserted as text. */
const written = (member: string, text: string) => (grant: Grant) =>
  raw(JSON.stringify({ ...grant, [member]: "\u0000" }).replace('"\\u0000"', text));
const raw = (text: string, headers: Readonly<Record<string, string>> = { "content-type": "application/json" }, status = 200) =>
  new Response(new TextEncoder().encode(text), { status, headers });
const plain = (text: string, type: string) => () => raw(text, { "content-type": type });
const empty = (status: number, headers: Readonly<Record<string, string>> = {}) => new Response(null, { status, headers });
const elsewhere = { location: "https://elsewhere.example/token?code=secret-of-the-redirect" };

/** Malformed responses of real servers, and some of hostile servers. */
const responses = {
  token_type_missing: altered({ token_type: undefined }),
  token_type_null: altered({ token_type: null }),
  token_type_empty: altered({ token_type: "" }),
  token_type_number: altered({ token_type: 1 }),
  token_type_mac: altered({ token_type: "mac" }),
  token_type_dpop: altered({ token_type: "DPoP" }),
  token_type_lower_case: altered({ token_type: "bearer" }),
  token_type_upper_case: altered({ token_type: "BEARER" }),

  expires_in_missing: altered({ expires_in: undefined }),
  expires_in_null: altered({ expires_in: null }),
  expires_in_zero: altered({ expires_in: 0 }),
  expires_in_one: altered({ expires_in: 1 }),
  expires_in_negative: altered({ expires_in: -5 }),
  expires_in_fraction: altered({ expires_in: 3599.9 }),
  expires_in_numeric_string: altered({ expires_in: "3600" }),
  expires_in_text: altered({ expires_in: "abc" }),
  expires_in_empty: altered({ expires_in: "" }),
  expires_in_boolean: altered({ expires_in: true }),
  expires_in_object: altered({ expires_in: {} }),
  expires_in_huge: written("expires_in", "1e308"),
  expires_in_infinite: written("expires_in", "1e999"),

  access_token_missing: altered({ access_token: undefined }),
  access_token_null: altered({ access_token: null }),
  access_token_empty: altered({ access_token: "" }),
  access_token_number: altered({ access_token: 123 }),
  access_token_object: altered({ access_token: {} }),
  access_token_line_break: (grant: Grant) => json(200, { ...grant, access_token: `${grant.access_token}\r\nx-injected: 1` }),
  access_token_space: (grant: Grant) => json(200, { ...grant, access_token: `${grant.access_token} 1` }),
  access_token_non_ascii: (grant: Grant) => json(200, { ...grant, access_token: `${grant.access_token}é` }),
  access_token_long: (grant: Grant) => json(200, { ...grant, access_token: `${grant.access_token}${"a".repeat(16_384)}` }),

  scope_missing: altered({ scope: undefined }),
  scope_null: altered({ scope: null }),
  scope_array: altered({ scope: ["read"] }),
  scope_narrower: (grant: Grant) =>
    json(200, {
      ...grant,
      scope: String(grant.scope ?? "")
        .split(" ")
        .slice(1)
        .join(" "),
    }),
  scope_wider: (grant: Grant) => json(200, { ...grant, scope: `${grant.scope ?? ""} admin`.trim() }),

  error_with_status_200: () => json(200, { error: "invalid_scope" }),
  error_beside_token: altered({ error: "invalid_scope" }),
  error_object_beside_token: altered({ error: { code: 400 } }),
  error_object: () => json(400, { error: { code: 400, message: "no" } }),
  error_html: () => raw("<html><title>Bad request</title></html>", { "content-type": "text/html" }, 400),

  status_201: (grant: Grant) => json(201, grant),
  status_202: (grant: Grant) => json(202, grant),
  status_204: () => empty(204),
  redirect_302: () => empty(302, elsewhere),
  redirect_307: () => empty(307, elsewhere),
  challenge: () => empty(401, { "www-authenticate": 'bearer realm="error=fake", ERROR="invalid_client"' }),
  challenge_and_code: () => json(401, { error: "unauthorized_client" }, { "www-authenticate": "Basic" }),
  rate_limited: () => empty(429, { "retry-after": "2" }),
  unavailable: () => empty(503, { "retry-after": "2" }),

  content_type_missing: (grant: Grant) => raw(JSON.stringify(grant), {}),
  content_type_text: (grant: Grant) => raw(JSON.stringify(grant), { "content-type": "text/plain" }),
  content_type_with_charset: (grant: Grant) => raw(JSON.stringify(grant), { "content-type": "Application/JSON;charset=UTF-8" }),
  byte_order_mark: (grant: Grant) => raw(`\ufeff${JSON.stringify(grant)}`),
  array: (grant: Grant) => json(200, [grant]),
  null: plain("null", "application/json"),
  string: plain('"token"', "application/json"),
  truncated: (grant: Grant) => raw(JSON.stringify(grant).slice(0, -2)),
  empty: plain("", "application/json"),
  html: plain("<html><title>Sign in</title></html>", "text/html"),
  too_large: (grant: Grant) => json(200, { ...grant, filler: "a".repeat(2_097_152) }),

  refresh_token: altered({ refresh_token: "refresh-token-without-a-request" }),
  unknown_members: altered({ organization: "acme", nested: { a: [1] } }),
  prototype_members: (grant: Grant) =>
    raw(JSON.stringify(grant).replace("{", '{"__proto__":{"polluted":true},"constructor":1,')),
} satisfies Record<string, (grant: Grant) => Response>;

/** The name of a malformed token response. */
export type MalformedTokenResponse = keyof typeof responses;

/** All names of malformed token responses. */
export const malformedTokenResponses: readonly MalformedTokenResponse[] = Object.keys(responses) as MalformedTokenResponse[];

/** Creates the malformed response for a token. */
export function distort(name: MalformedTokenResponse, grant: Grant): Response {
  return responses[name](grant);
}
