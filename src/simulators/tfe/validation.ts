import type { Members } from "./bodies.js";
import { ErrorResponse, type Problem } from "./errors.js";
import { findProvider } from "./providers.js";

/** The attributes of a client in responses. */
export interface ClientFields {
  readonly "service-provider": string;
  readonly "http-url": string | null;
  readonly "api-url": string | null;
  readonly name: string | null;
  readonly key: string | null;
  readonly "rsa-public-key": string | null;
  readonly "organization-scoped": boolean;
  readonly "ado-org-name": string | null;
  readonly "ado-entra-tenant-id": string | null;
}

/** A valid client with its write-only attributes. */
export interface ValidClient {
  readonly fields: ClientFields;
  readonly secret: string | null;
  readonly privateKey: string | null;
  /** The personal access token. Null: no token, or the existing one. */
  readonly tokenText: string | null;
}

/** Attributes that cannot change. */
const fixed = ["service-provider", "http-url", "api-url", "private-key"] as const;

/**
 * Validates a new client and sets default values. All errors are reported together. An empty text counts as not sent, because Terraform sends
 * empty texts. Unknown attributes are ignored.
 *
 * Besides the documented rules, these are invalid: URLs without http or https; an RSA public key for providers other than Bitbucket Server and
 * Data Center, or without key and secret; Azure DevOps names for providers other than `ado_services`; a client without a token.
 *
 * @throws {ErrorResponse} 422
 */
export function validateCreation(sent: Members): ValidClient {
  const problems: Problem[] = [];
  const text = (name: string) => readText(sent, name, problems) ?? null;
  const fields: ClientFields = {
    "service-provider": text("service-provider") ?? "",
    "http-url": text("http-url"),
    "api-url": text("api-url"),
    name: text("name"),
    key: text("key"),
    "rsa-public-key": text("rsa-public-key"),
    "organization-scoped": readFlag(sent, "organization-scoped", problems) ?? true,
    "ado-org-name": text("ado-org-name"),
    "ado-entra-tenant-id": text("ado-entra-tenant-id"),
  };
  const client = { fields, secret: text("secret"), privateKey: text("private-key"), tokenText: text("oauth-token-string") };
  problems.push(...kindProblems(client), ...addressProblems(fields), ...fieldProblems(client));
  if (problems.length > 0) throw new ErrorResponse(422, problems);
  return client;
}

/**
 * Validates changes of a client. Attributes that are not sent are kept, null and an empty text clear a value, and an empty token text
 * has no effect. Provider, URLs and private key cannot change. A value that equals the stored one is valid.
 *
 * @throws {ErrorResponse} 422
 */
export function validateChanges(before: Omit<ValidClient, "tokenText">, sent: Members): ValidClient {
  const problems: Problem[] = [];
  const text = (name: string, kept: string | null) => {
    const value = readText(sent, name, problems);
    return value === undefined ? kept : value;
  };
  for (const name of fixed) {
    const value = readText(sent, name, problems);
    const current = name === "private-key" ? before.privateKey : before.fields[name];
    if (value && value !== current) problems.push(problem(name, "cannot be changed"));
  }
  const fields: ClientFields = {
    ...before.fields,
    name: text("name", before.fields.name),
    key: text("key", before.fields.key),
    "rsa-public-key": text("rsa-public-key", before.fields["rsa-public-key"]),
    "organization-scoped": readFlag(sent, "organization-scoped", problems) ?? before.fields["organization-scoped"],
    "ado-org-name": text("ado-org-name", before.fields["ado-org-name"]),
    "ado-entra-tenant-id": text("ado-entra-tenant-id", before.fields["ado-entra-tenant-id"]),
  };
  const secret = text("secret", before.secret);
  const client = { fields, secret, privateKey: before.privateKey, tokenText: text("oauth-token-string", null) };
  const kind = findProvider(fields["service-provider"]);
  if (kind?.takesRsaPublicKey && before.fields.key !== null && fields.key === null) {
    problems.push(problem("key", `is the consumer key for ${kind.displayName} and must be present`));
  }
  problems.push(...fieldProblems(client));
  if (problems.length > 0) throw new ErrorResponse(422, problems);
  return client;
}

/**
 * Parses the SSH key of a token: undefined keeps the key, null removes it. An empty text is invalid, because the vendor documents no meaning.
 *
 * @throws {ErrorResponse} 422
 */
export function validateSshKey(sent: Members): string | null | undefined {
  const key = sent["ssh-key"];
  if (key === undefined || key === null) return key;
  const pem = /^\s*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s[\s\S]+\s-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----\s*$/;
  if (typeof key === "string" && pem.test(key)) return key;
  throw new ErrorResponse(422, [{ detail: "Ssh key is invalid", pointer: "/data/attributes/ssh-key" }]);
}

/** The rules for new clients. */
function kindProblems({ fields, privateKey, tokenText }: ValidClient): Problem[] {
  const kind = findProvider(fields["service-provider"]);
  const found: Problem[] = [];
  if (!kind) found.push(problem("service-provider", "is missing or not one of the supported ones"));
  if (kind?.needsToken && tokenText === null) found.push(problem("oauth-token-string", "is required for this provider"));
  if (kind?.needsPrivateKey && privateKey === null) found.push(problem("private-key", "is required for this provider"));
  if (kind && !kind.needsPrivateKey && privateKey !== null)
    found.push(problem("private-key", "is for Azure DevOps Server only"));
  return found;
}

function addressProblems(fields: ClientFields): Problem[] {
  return (["http-url", "api-url"] as const).flatMap((name) => {
    const url = URL.canParse(fields[name] ?? "") ? new URL(fields[name] ?? "") : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) return [problem(name, "is missing or not an http or https URL")];
    const isGithub = /(?:^|\.)github\.com$/.test(url.hostname);
    return fields["service-provider"] === "github_enterprise" && isGithub
      ? [problem(name, "is on github.com, which is for the provider github")]
      : [];
  });
}

/** The rules for new clients and for changes. */
function fieldProblems({ fields, secret }: ValidClient): Problem[] {
  const kind = findProvider(fields["service-provider"]);
  // An unknown provider has no rules.
  if (!kind) return [];
  const found: Problem[] = [];
  const { key, "rsa-public-key": rsa, "ado-org-name": organization, "ado-entra-tenant-id": tenant } = fields;
  if (rsa !== null && !kind.takesRsaPublicKey)
    found.push(problem("rsa-public-key", "is for Bitbucket Server and Data Center only"));
  if (rsa !== null && (key === null || secret === null)) found.push(problem("rsa-public-key", "needs key and secret"));
  if (organization !== null && !kind.takesAdoNames) found.push(problem("ado-org-name", "is for Azure DevOps Services only"));
  if (organization !== null && !/^(?=.{1,50}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(organization))
    found.push(problem("ado-org-name", "is not up to 50 letters, digits and inner hyphens"));
  if (tenant !== null && !kind.takesAdoNames) found.push(problem("ado-entra-tenant-id", "is for Azure DevOps Services only"));
  return found;
}

function readText(sent: Members, name: string, problems: Problem[]): string | null | undefined {
  const value = sent[name];
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  if (value !== null && value !== "") problems.push(problem(name, "is not a string"));
  return null;
}

function readFlag(sent: Members, name: string, problems: Problem[]): boolean | undefined {
  const value = sent[name];
  if (typeof value === "boolean") return value;
  if (value !== undefined && value !== null) problems.push(problem(name, "is not true or false"));
  return undefined;
}

function problem(name: string, fault: string): Problem {
  return { detail: `The attribute ${name} ${fault}.`, pointer: `/data/attributes/${name}` };
}
