import type { ClientCredentials } from "../../core/credentials.js";
import type { SecretRecord } from "../types.js";

// The id of a version has the attempt, the method and the time of a secret, since its value holds the configured names only.
const methods = { b: "client_secret_basic", p: "client_secret_post" } as const;

/** The id of a new version, 32 to 64 characters. The random part makes each write a version of its own. */
export function makeToken({ attemptId, issuedAt, credentials }: SecretRecord): string {
  const method = credentials.tokenEndpointAuthMethod;
  const time = Number.isNaN(Date.parse(issuedAt)) ? "0" : Date.parse(issuedAt).toString(36);
  const letter = method === undefined ? "n" : method === methods.p ? "p" : "b";
  return `${attemptId.slice(0, 36)}_${letter}${time}_${crypto.randomUUID().replaceAll("-", "")}`.slice(0, 64);
}

/** The id of a version that holds no secret. */
export function emptyToken(): string {
  return `empty_${crypto.randomUUID()}`;
}

/** Whether a version holds no secret. */
export function isEmptyToken(token: string): boolean {
  return token.startsWith("empty_");
}

/** Reads the attempt and the time. Empty for a version that this library did not write. */
export function readToken(token: string): { attemptId: string; issuedAt: string } {
  const [, attemptId = "", time = "0"] = /^(.*)_[nbp]([0-9a-z]+)_[0-9a-f]+$/.exec(token) ?? [];
  return { attemptId, issuedAt: time === "0" ? "" : new Date(Number.parseInt(time, 36)).toISOString() };
}

/** Reads the authentication method. */
export function readMethod(token: string): Pick<ClientCredentials, "tokenEndpointAuthMethod"> {
  const letter = /_([bp])[0-9a-z]+_[0-9a-f]+$/.exec(token)?.[1];
  return letter === "b" || letter === "p" ? { tokenEndpointAuthMethod: methods[letter] } : {};
}
