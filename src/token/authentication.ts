import type { ClientAuthentication } from "../core/credentials.js";
import { credentialProblem, findIssues, throwIfIssues, toIssues } from "./checks.js";

/** How `clientSecretBasic` spells the credentials. */
export interface ClientSecretBasicOptions {
  /**
   * Leave out the form-encoding, for servers that do not decode. RFC 6749 section 2.3.1 demands it, so this is off; an id with a
   * colon is refused then, because the server could not tell where it ends.
   * @default false
   */
  readonly raw?: boolean;
}

/**
 * Presents the client secret as HTTP Basic (`client_secret_basic`): id and secret are each form-encoded, then joined and put in
 * Base64. The encoding leaves letters, digits and `* - . _` alone, so a secret made of these also reaches servers that do not decode.
 *
 * @throws {ConfigurationError} the secret is empty or holds something else than visible ASCII and the space; an option is wrong
 * @see RFC 6749 section 2.3.1 and appendix B
 */
export function clientSecretBasic(secret: string, options: ClientSecretBasicOptions = {}): ClientAuthentication {
  throwIfIssues([
    ...toIssues("clientSecret", credentialProblem(secret, "")),
    ...findIssues(options, { raw: (value = false) => (typeof value === "boolean" ? undefined : "expected a boolean") }),
  ]);
  const raw = options?.raw === true;
  return {
    method: "client_secret_basic",
    authenticate: ({ clientId }) => {
      if (raw && clientId.includes(":")) throwIfIssues(toIssues("clientId", "a colon needs form-encoding"));
      const plain = `${clientId}:${secret}`;
      const encoded = `${formEncode(clientId)}:${formEncode(secret)}`;
      const pair = btoa(raw ? plain : encoded);
      return {
        headers: { authorization: `Basic ${pair}` },
        secrets: [secret, pair],
        encodingHint: plain === encoded ? undefined : raw ? "raw" : "form-encoded",
      };
    },
    fingerprint: (digest) => digest(`${raw}${secret}`),
  };
}

/**
 * Presents the client secret as a form parameter (`client_secret_post`). RFC 6749 section 2.3.1 advises against it: use it where a
 * client is registered for it.
 *
 * @throws {ConfigurationError} the secret is empty or holds something else than visible ASCII and the space
 */
export function clientSecretPost(secret: string): ClientAuthentication {
  throwIfIssues(toIssues("clientSecret", credentialProblem(secret, "")));
  return {
    method: "client_secret_post",
    authenticate: ({ clientId }) => ({ parameters: { client_id: clientId, client_secret: secret }, secrets: [secret] }),
    fingerprint: (digest) => digest(secret),
  };
}

function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
