import type { ClientAuthentication } from "../core/credentials.js";
import { credentialProblem, findIssues, throwIfIssues, toIssues } from "./checks.js";

/** Options of `clientSecretBasic`. */
export interface ClientSecretBasicOptions {
  /**
   * Whether client id and secret are form-encoded, as RFC 6749 section 2.3.1 requires. `false` is for servers that do not decode
   * them; a client id with a colon is refused then, because the server could not separate it from the secret.
   * @default true
   */
  readonly formEncode?: boolean;
}

/**
 * Authenticates with the client secret in the HTTP Basic scheme (`client_secret_basic`): client id and secret are form-encoded, joined
 * by a colon and encoded in Base64. Form-encoding does not change letters, digits and `* - . _`, so a secret of these characters also
 * works with servers that do not decode.
 *
 * @throws {ConfigurationError} the secret is empty or contains anything but visible ASCII and the space; an option is invalid
 * @see RFC 6749 section 2.3.1 and appendix B
 */
export function clientSecretBasic(secret: string, options: ClientSecretBasicOptions = {}): ClientAuthentication {
  throwIfIssues([
    ...toIssues("clientSecret", credentialProblem(secret, "")),
    ...findIssues(options, {
      formEncode: (value = true) => (typeof value === "boolean" ? undefined : "expected a boolean"),
    }),
  ]);
  const { formEncode = true } = options;
  const encodedSecret = toFormText(secret);
  return {
    method: "client_secret_basic",
    authenticate: ({ clientId }) => {
      if (!formEncode && clientId.includes(":")) throwIfIssues(toIssues("clientId", "a colon requires form-encoding"));
      const plain = `${clientId}:${secret}`;
      const encoded = `${toFormText(clientId)}:${encodedSecret}`;
      const pair = btoa(formEncode ? encoded : plain);
      return {
        headers: { authorization: `Basic ${pair}` },
        secrets: [secret, pair],
        encodingHint: plain === encoded ? undefined : formEncode ? "form-encoded" : "not form-encoded",
      };
    },
    fingerprint: (digest) => digest(`${formEncode}${secret}`),
  };
}

/**
 * Authenticates with the client secret as a form parameter (`client_secret_post`). RFC 6749 section 2.3.1 advises against it: use it
 * for a client that is registered for it.
 *
 * @throws {ConfigurationError} the secret is empty or contains anything but visible ASCII and the space
 */
export function clientSecretPost(secret: string): ClientAuthentication {
  throwIfIssues(toIssues("clientSecret", credentialProblem(secret, "")));
  return {
    method: "client_secret_post",
    authenticate: ({ clientId }) => ({ parameters: { client_id: clientId, client_secret: secret }, secrets: [secret] }),
    fingerprint: (digest) => digest(secret),
  };
}

function toFormText(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
