// Checked on the text as given: the URL parser turns other spellings of an address, such as 2130706433, into 127.0.0.1, and
// somebody who writes those does not mean "my own machine".
const loopback = /^http:\/\/(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?=[:/?]|$)/i;

/**
 * What is wrong with an address that credentials are to be sent to, or `undefined` when nothing is.
 *
 * It has to be an absolute `https:` URL; `http:` is for loopback addresses alone (RFC 6749 sections 1.6 and 3.2, RFC 9700
 * section 2.6). User info and a fragment are refused. The value itself is never repeated in the answer.
 */
export function validateUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return "expected an absolute URL";
  const { username, password, protocol } = new URL(value);
  if (username || password) return "a URL with user info is refused";
  if (value.includes("#")) return "a URL with a fragment is refused";
  if (protocol === "https:" || loopback.test(value)) return undefined;
  return "expected an https: URL (http: is for localhost, 127.0.0.0/8 and [::1])";
}
