import type { Members } from "./bodies.js";
import { ErrorResponse, type Problem } from "./errors.js";
import { findProvider } from "./providers.js";

/** What answers show of a client, among what was sent. */
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

/** A client, and beside it what no answer shows. */
export interface ValidClient {
  readonly fields: ClientFields;
  readonly secret: string | null;
  readonly privateKey: string | null;
  /** The personal access token. Null: none, or the one there is. */
  readonly tokenText: string | null;
}

/** Attributes that a client is made with and keeps. */
const fixed = ["service-provider", "http-url", "api-url", "private-key"];

/**
 * Holds a new client against the rules, all at once, and fills in what was not sent. An empty text counts as not sent, as
 * Terraform sends many of these; attributes that nobody knows are passed over.
 *
 * Beyond what is documented it refuses, since the vendor's own clients never send it: addresses that are no web addresses, an
 * RSA public key for other kinds than the two of Bitbucket or without key and secret, and Azure DevOps names for other kinds
 * than `ado_services`. The web interface makes clients with key and secret alone; here a token is asked for all the same.
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
 * Holds changes of a client against the rules. What is not sent stays, null and an empty text clear, and an empty token text
 * does nothing. Provider, addresses and private key cannot change: what the vendor does with them is not known, here they are
 * refused, even when nothing would change.
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
    if (readText(sent, name, problems)) problems.push(problem(name, "cannot be changed"));
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
 * Reads the key of a token: undefined when the content does not speak of it, null to remove it. An empty text is refused, for
 * nobody says that it removes the key.
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

/** The rules that only a new client is held to. */
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

/** The rules that hold at any time. */
function fieldProblems({ fields, secret }: ValidClient): Problem[] {
  const kind = findProvider(fields["service-provider"]);
  // A kind that nobody knows has rules that nobody knows.
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
