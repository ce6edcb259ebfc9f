import { isObject, toObject } from "../../core/values.js";
import { encodeJson, randomId, signJwt, toBase64url } from "../auth/jws.js";
import { type AssertionAlgorithm, algorithms, createKeySigner, isCryptoKey, keyProblem } from "../auth/keys.js";
import { findIssues, functionProblem, type Rule, throwIfIssues } from "../checks.js";
import { createNonceStore, type DpopResponse } from "./nonces.js";

/** Options of `createDpopKey`. */
export interface DpopKeyOptions {
  /**
   * The signature algorithm of the proofs.
   * @default "ES256"
   */
  readonly algorithm?: AssertionAlgorithm;
  /**
   * The key pair, or a private key as a JWK. Processes that share tokens through a store must have the same key.
   * @default a new key pair, whose private key cannot be exported
   */
  readonly key?: CryptoKeyPair | JsonWebKey;
  /**
   * The current time in milliseconds since 1970, for machines with a wrong clock.
   * @default () => Date.now()
   */
  readonly now?: () => number;
}

/** The request that a proof is for. */
export interface DpopRequest {
  /** The HTTP method. */
  readonly method: string;
  /** The absolute URL. Its query and fragment are not part of the proof. */
  readonly url: string;
  /** The access token that the request has, for requests to a resource server. */
  readonly accessToken?: string;
}

/** A key that tokens are bound to (RFC 9449). Logging it shows no private key. */
export interface DpopKey {
  /** The SHA-256 thumbprint of the public key (RFC 7638), which servers call `jkt`. */
  readonly thumbprint: string;
  /**
   * Creates the value of the header field `DPoP` for one request. A proof is valid for one request: retries need a new one. It contains
   * the last nonce that the origin sent.
   * @throws {TypeError} the URL is not absolute
   */
  readonly createProof: (request: DpopRequest) => Promise<string>;
  /**
   * Stores the nonce of a response (`DPoP-Nonce`) for further requests to the same origin. Nonces of an authorization server and of a
   * resource server are separate. Returns whether the response requires that the request is sent once more, with the nonce.
   */
  readonly updateNonce: (request: DpopRequest, response: DpopResponse) => boolean;
}

/** A pair of keys, or a private JWK, that fits an algorithm. */
function keyRule(algorithm: AssertionAlgorithm): Rule {
  return (value) => {
    if (value === undefined) return undefined;
    if (isCryptoKey(value)) return "expected a key pair";
    if (!isPair(value)) return keyProblem(value, algorithm) && `expected a key pair or a private JWK for ${algorithm}`;
    const { publicKey, privateKey } = value;
    if (!isCryptoKey(publicKey) || publicKey.type !== "public") return "expected a public key";
    return keyProblem(privateKey, algorithm);
  };
}

function isPair(value: unknown): value is CryptoKeyPair {
  return isObject(value) && "privateKey" in value;
}

/**
 * Creates a key that tokens are bound to: a stolen token cannot be used without the key. Use `withDpop` for token requests, and
 * `dpopFetch` for requests with the token. Create one key and use it as long as its tokens.
 *
 * @throws {ConfigurationError} an option is invalid; `issues` names it
 * @see RFC 9449
 * @example
 * ```ts
 * import { clientSecretBasic, createTokenSource } from "oauth-clients/token";
 * import { createDpopKey, dpopFetch, withDpop } from "oauth-clients/token/dpop";
 * import { authorizedFetch } from "oauth-clients/token/fetch";
 *
 * const key = await createDpopKey();
 * const request = {
 *   tokenEndpoint: "https://login.example.com/oauth2/token",
 *   clientId: "reports",
 *   clientAuthentication: clientSecretBasic("its secret"),
 * };
 * const tokens = createTokenSource(withDpop(request, key));
 * const call = authorizedFetch(tokens, { origins: ["https://api.example.com"], fetch: dpopFetch(key) });
 * const response = await call("https://api.example.com/orders");
 * ```
 */
export async function createDpopKey(options: DpopKeyOptions = {}): Promise<DpopKey> {
  const { algorithm = "ES256" } = toObject(options);
  const isKnown = Object.hasOwn(algorithms, algorithm);
  throwIfIssues(
    findIssues(options, {
      algorithm: () => (isKnown ? undefined : `expected one of ${Object.keys(algorithms).join(", ")}`),
      key: isKnown ? keyRule(algorithm) : () => undefined,
      now: functionProblem,
    }),
    "createDpopKey",
  );
  const { now = () => Date.now() } = options;
  const definition = algorithms[algorithm];
  const key = options.key ?? (await generateKey(algorithm));
  const source = isPair(key) ? await crypto.subtle.exportKey("jwk", key.publicKey) : key;
  // Nothing but the public members, in the order of RFC 7638 section 3.3.
  const names = ["kty" as const, ...definition.publicMembers].sort();
  const jwk = Object.fromEntries(names.map((name) => [name, (source as Record<string, unknown>)[name]]));
  const thumbprint = await sha256(JSON.stringify(jwk));
  const sign = createKeySigner(isPair(key) ? key.privateKey : key, algorithm);
  const encodedHeader = encodeJson({ typ: "dpop+jwt", alg: algorithm, jwk });
  const nonces = createNonceStore();

  return {
    thumbprint,
    async createProof({ method, url, accessToken }) {
      const { origin, pathname } = new URL(url);
      const nonce = nonces.find(origin, accessToken !== undefined);
      const claims = {
        jti: randomId(),
        htm: method,
        htu: origin + pathname,
        iat: Math.floor(now() / 1_000),
        ...(accessToken !== undefined && { ath: await sha256(accessToken) }),
        ...(nonce !== undefined && { nonce }),
      };
      return signJwt(encodedHeader, claims, sign);
    },
    updateNonce: ({ url, accessToken }, response) => nonces.update(new URL(url).origin, accessToken !== undefined, response),
  };
}

async function generateKey(algorithm: AssertionAlgorithm): Promise<CryptoKeyPair> {
  const rsa = { modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) };
  const parameters = { ...rsa, ...(algorithms[algorithm].key as EcKeyGenParams) };
  return crypto.subtle.generateKey(parameters, false, ["sign", "verify"]);
}

async function sha256(text: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
