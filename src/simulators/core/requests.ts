import type { Call } from "./operations.js";

/** One request that reached a simulator, secrets struck out. */
export interface RecordedRequest<Id extends string = string> {
  /** The operation, or undefined when the address led to none. */
  readonly operationId: Id | undefined;
  /** HTTP method, upper case. */
  readonly method: string;
  /** Scheme, host and port that the request was sent to. */
  readonly origin: string;
  /** Path as it was sent, still encoded, without the prefix of the configured address. */
  readonly path: string;
  /** Query parameters. A list where one was repeated. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON or form content, read. Text of any other kind is replaced by its length. Undefined when there was none. */
  readonly body: unknown;
  /** HTTP status answered, or undefined while there is none and when the connection was cut. */
  readonly status: number | undefined;
  /** When it came, by the simulator's clock. */
  readonly at: Date;
}

/** What stands in the place of a secret. */
export const struckOut = "[struck out]";

const secretHeaders = new Set(["authorization", "proxy-authorization", "cookie", "x-api-key"]);
const secretMembers = new Set([
  ...["client_secret", "token", "access_token", "refresh_token", "id_token", "registration_access_token"],
  ...["client_assertion", "assertion", "password", "code", "secret", "clientSecret"],
  // The private members of a JSON Web Key (RFC 7518 section 6).
  ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"],
]);

/** The names that a vendor adds to the ones that are struck out everywhere. Compared without regard to case. */
export interface SecretNames {
  readonly headers?: readonly string[];
  readonly members?: readonly string[];
}

/** Makes the function that writes down a call without its secrets. */
export function createRecorder<Id extends string>(names: SecretNames = {}) {
  const headerNames = new Set([...secretHeaders, ...(names.headers ?? [])].map((name) => name.toLowerCase()));
  const memberNames = new Set([...secretMembers, ...(names.members ?? [])].map((name) => name.toLowerCase()));
  const isSecret = (name: string) => memberNames.has(name.toLowerCase());

  const strike = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strike);
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [name, isSecret(name) ? struckOut : strike(member)]);
    const copy: Record<string, unknown> = Object.fromEntries(members);
    // A JSON Patch names the member in its path and carries the secret as the value.
    const target = typeof copy.path === "string" ? copy.path.split("/").at(-1) : undefined;
    return target !== undefined && "value" in copy && isSecret(target) ? { ...copy, value: struckOut } : copy;
  };
  const parameters = (search: URLSearchParams) => {
    const names = [...new Set(search.keys())];
    return Object.fromEntries(
      names.map((name) => {
        const values = search.getAll(name).map((value) => (isSecret(name) ? struckOut : value));
        return [name, values.length === 1 ? (values[0] ?? "") : values];
      }),
    );
  };
  const header = (name: string, value: string) => {
    if (!headerNames.has(name)) return value;
    const scheme = /^(?:basic|bearer|dpop)(?= )/i.exec(value)?.[0];
    return scheme ? `${scheme} ${struckOut}` : struckOut;
  };
  const body = ({ text, headers }: Call): unknown => {
    if (text === "") return undefined;
    if (headers.get("content-type")?.startsWith("application/x-www-form-urlencoded"))
      return parameters(new URLSearchParams(text));
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null) return strike(value);
    } catch {
      // Not JSON: the length alone is told.
    }
    return `[${text.length} characters]`;
  };

  return {
    strike,
    record: (call: Call, operationId: Id | undefined, at: Date): RecordedRequest<Id> & { status: number | undefined } => ({
      operationId,
      method: call.method,
      origin: call.url.origin,
      path: call.url.pathname,
      query: parameters(call.url.searchParams),
      headers: Object.fromEntries([...call.headers].map(([name, value]) => [name, header(name, value)])),
      body: body(call),
      status: undefined,
      at,
    }),
  };
}
