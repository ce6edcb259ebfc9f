import type { Call } from "./router.js";

/** One request that a simulator received, with redacted secrets. */
export interface RecordedRequest<Id extends string = string> {
  /** Undefined when no operation has this path and method. */
  readonly operationId: Id | undefined;
  /** HTTP method, upper case. */
  readonly method: string;
  /** Scheme, host and port of the request URL. */
  readonly origin: string;
  /** Encoded path, without the path prefix of the base URL. */
  readonly path: string;
  /** Query parameters. A repeated parameter has a list of values. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON or form content. Other content is replaced by its length. Undefined when the request has no content. */
  readonly body: unknown;
  /** HTTP status of the response. Undefined before the response and after a dropped connection. */
  readonly status: number | undefined;
  /** Time of receipt, by the simulator's clock. */
  readonly at: Date;
}

/** The text that replaces a secret. */
export const redactedText = "[redacted]";

const secretHeaders = new Set(["authorization", "proxy-authorization", "cookie", "x-api-key"]);
const plainHeaders = new Set([
  ...["accept", "accept-encoding", "accept-language", "connection", "content-length", "content-type", "host", "origin"],
  ...["priority", "sec-fetch-mode", "transfer-encoding", "user-agent"],
]);
const secretMembers = new Set([
  ...["client_secret", "token", "access_token", "refresh_token", "id_token", "registration_access_token"],
  ...["client_assertion", "assertion", "password", "code", "secret", "clientSecret"],
  // The private members of a JSON Web Key (RFC 7518 section 6).
  ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"],
]);

/** Names of secrets besides those that are redacted for every vendor. Case-insensitive. */
export interface SecretNames {
  readonly headers?: readonly string[];
  /** Redact every header field except those that a client or `fetch` sets in every request. */
  readonly unknownHeaders?: boolean;
  readonly members?: readonly string[];
}

/** Creates the function that records a request without its secrets. */
export function createRecorder<Id extends string>(names: SecretNames = {}) {
  const headerNames = new Set([...secretHeaders, ...(names.headers ?? [])].map((name) => name.toLowerCase()));
  const memberNames = new Set([...secretMembers, ...(names.members ?? [])].map((name) => name.toLowerCase()));
  const isSecret = (name: string) => memberNames.has(name.toLowerCase());

  const redact = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(redact);
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [name, isSecret(name) ? redactedText : redact(member)]);
    const copy: Record<string, unknown> = Object.fromEntries(members);
    // A JSON Patch operation has the member name in `path` and the secret in `value`.
    const target = typeof copy.path === "string" ? copy.path.split("/").at(-1) : undefined;
    return target !== undefined && "value" in copy && isSecret(target) ? { ...copy, value: redactedText } : copy;
  };
  const parameters = (search: URLSearchParams) => {
    const names = [...new Set(search.keys())];
    return Object.fromEntries(
      names.map((name) => {
        const values = search.getAll(name).map((value) => (isSecret(name) ? redactedText : value));
        return [name, values.length === 1 ? (values[0] ?? "") : values];
      }),
    );
  };
  const header = (name: string, value: string) => {
    if (!headerNames.has(name) && !(names.unknownHeaders && !plainHeaders.has(name))) return value;
    const scheme = /^(?:basic|bearer|dpop)(?= )/i.exec(value)?.[0];
    return scheme ? `${scheme} ${redactedText}` : redactedText;
  };
  const body = ({ text, headers }: Call): unknown => {
    if (text === "") return undefined;
    if (headers.get("content-type")?.startsWith("application/x-www-form-urlencoded"))
      return parameters(new URLSearchParams(text));
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null) return redact(value);
    } catch {
      // Not JSON: only the length is recorded.
    }
    return `[${text.length} characters]`;
  };

  return {
    redact,
    record: (call: Call, operationId: Id | undefined, at: number): RecordedRequest<Id> & { status: number | undefined } => ({
      operationId,
      method: call.method,
      origin: call.url.origin,
      path: call.url.pathname,
      query: parameters(call.url.searchParams),
      headers: Object.fromEntries([...call.headers].map(([name, value]) => [name, header(name, value)])),
      body: body(call),
      status: undefined,
      at: new Date(at),
    }),
  };
}
