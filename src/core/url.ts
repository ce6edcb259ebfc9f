import { type ErrorFacts, ValidationError } from "./errors.js";

// Checked on the text as given: the URL parser turns other spellings of an address, such as 2130706433, into 127.0.0.1, and
// somebody who writes those does not mean "my own machine".
const loopback = /^http:\/\/(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?=[:/?]|$)/i;

/**
 * What is wrong with a URL that credentials are sent to, or `undefined` when it is valid.
 *
 * It has to be an absolute `https:` URL. `http:` is valid for loopback addresses (RFC 6749 sections 1.6 and 3.2, RFC 9700 section 2.6)
 * and for the hosts that the caller names. User info and a fragment are refused. The message does not contain the value.
 * @param allowInsecureHttp - host names, without port, for which `http:` is valid
 */
export function validateUrl(value: unknown, allowInsecureHttp: readonly string[] = []): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return "expected an absolute URL";
  const { username, password, protocol, hostname } = new URL(value);
  if (username || password) return "a URL with user info is refused";
  if (value.includes("#")) return "a URL with a fragment is refused";
  if (protocol === "https:" || loopback.test(value)) return undefined;
  if (protocol === "http:" && allowInsecureHttp.includes(hostname)) return undefined;
  return "expected an https: URL (http: is for localhost, 127.0.0.0/8, [::1] and the hosts of allowInsecureHttp)";
}

/** What is wrong with the option `allowInsecureHttp`: a list of host names, without scheme, port and path. */
export function insecureHostsProblem(value: unknown): string | undefined {
  const isHost = (host: unknown) => typeof host === "string" && /^[a-z\d]([a-z\d.-]*[a-z\d])?$|^\[[\da-f:.]+\]$/.test(host);
  return value === undefined || (Array.isArray(value) && value.every(isHost))
    ? undefined
    : "expected an array of host names in lower case, without scheme, port and path";
}

/**
 * An address that paths are added to, in the parser's own spelling and without slashes at its end: what the parser passes over, such
 * as white space at the ends, must not end up in the middle of an address.
 */
export function normalizeBaseUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, "");
}

/**
 * Puts parameters into a path template: `/clients/{id}` and `{ id: "a b" }` make `/clients/a%20b`.
 *
 * Each value is encoded by itself. The empty string, `.` and `..` are refused, since they would name another resource than the
 * one that is meant.
 *
 * @throws {ValidationError} a value is missing or cannot be one segment of a path
 */
export function fillPath(
  template: string,
  params: Readonly<Record<string, unknown>> = {},
  door: Pick<ErrorFacts, "vendor" | "operation"> = {},
): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = params[name];
    const fault = segmentFault(value);
    if (fault !== undefined) {
      const title = [door.vendor, door.operation].filter(Boolean).join(" ");
      const message = `${title}${title && ": "}${name}: ${fault}`;
      throw new ValidationError({ ...door, message, issues: [{ path: name, message: fault }] });
    }
    return encodeURIComponent(value as string);
  });
}

function segmentFault(value: unknown): string | undefined {
  if (typeof value !== "string") return "expected a string";
  if (value === "") return "expected a value that is not empty";
  if (value === "." || value === "..") return "a dot segment would name another resource";
  if (/\p{Cs}/u.test(value)) return "expected well-formed Unicode";
  return undefined;
}
