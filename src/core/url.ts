// Applied to the text before it is parsed: the URL parser converts other forms of an address, such as 2130706433, to 127.0.0.1. These
// are not accepted as loopback addresses.
const loopback = /^http:\/\/(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?=[:/?]|$)/i;

/**
 * What is wrong with a URL that credentials are sent to, or `undefined` when it is valid.
 *
 * It has to be an absolute `https:` URL. `http:` is valid for loopback addresses (RFC 6749 sections 1.6 and 3.2, RFC 9700 section 2.6)
 * and for the hosts that the caller names. User info and a fragment are invalid. The message does not contain the value.
 * @param allowInsecureHttp - host names, without port, for which `http:` is valid
 */
export function validateUrl(value: unknown, allowInsecureHttp?: readonly string[]): string | undefined {
  const url = parseUrl(value, allowInsecureHttp);
  return typeof url === "string" ? url : undefined;
}

/** The URL, or what is wrong with it: see `validateUrl`. */
export function parseUrl(value: unknown, allowInsecureHttp: readonly string[] = []): URL | string {
  if (typeof value !== "string" || !URL.canParse(value)) return "expected an absolute URL";
  const url = new URL(value);
  const { username, password, protocol, hostname } = url;
  if (username || password) return "a URL with user info is refused";
  if (value.includes("#")) return "a URL with a fragment is refused";
  if (protocol === "https:" || loopback.test(value)) return url;
  if (protocol === "http:" && allowInsecureHttp.includes(hostname)) return url;
  return "expected an https: URL (http: is for localhost, 127.0.0.0/8, [::1] and the hosts of allowInsecureHttp)";
}

/** What is wrong with the option `allowInsecureHttp`: a list of host names, without scheme, port and path. */
export function insecureHostsProblem(value: unknown): string | undefined {
  const isHost = (host: unknown) => typeof host === "string" && /^[a-z\d_]([a-z\d._-]*[a-z\d_])?$|^\[[\da-f:.]+\]$/.test(host);
  return value === undefined || (Array.isArray(value) && value.every(isHost))
    ? undefined
    : "expected an array of host names in lower case, without scheme, port and path";
}

/**
 * A base URL in the normal form of the URL parser, without query and without slashes at its end. White space at the ends, which the
 * parser ignores, would otherwise be in the middle of the URLs of requests.
 */
export function normalizeBaseUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, "");
}
