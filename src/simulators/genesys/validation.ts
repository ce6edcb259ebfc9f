import type { components } from "../../openapi/genesys.js";
import { isMembers, type Members } from "./bodies.js";
import { general, invalidValue, platform } from "./errors.js";
import type { GenesysSimulatorOptions } from "./options.js";
import { everyDivision, type GenesysSimulatedOrganization, type Pair } from "./organization.js";

type Request = components["schemas"]["oauthClientRequest"];

/** The fields of a client, with default values. */
export type ClientFields = Required<Omit<Request, "roleIds" | "description" | "dateToDelete" | "state">> & {
  readonly description: string | undefined;
  readonly dateToDelete: string | undefined;
  readonly state: "active" | "inactive" | "disabled" | "deleted";
};

/** A valid client. */
export interface ValidClient {
  readonly fields: ClientFields;
  /** Unknown fields, which are stored and returned. */
  readonly extra: Members;
}

/** The rules of the server for clients. */
export type ClientRules = Pick<GenesysSimulatorOptions, "allowsImplicitGrant" | "requiredField"> & {
  readonly organization: GenesysSimulatedOrganization;
};

const grantTypes: readonly string[] = ["CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", "CLIENT-CREDENTIALS"];
const [minimumValidity, maximumValidity, maximumScimValidity] = [300, 172_800, 38_880_000];

/** Fields that the server sets. Sent values are ignored. */
const readOnly = ["id", "secret", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri", "roleIds"];
const writable = [
  ...["name", "description", "authorizedGrantType", "accessTokenValiditySeconds", "registeredRedirectUri"],
  ...["scope", "roleDivisions", "state", "dateToDelete"],
];

/**
 * Validates a client. Null counts as not sent. A field that is not sent is cleared or gets its default value.
 *
 * Besides the documented rules, these are invalid: grant types with an underscore; roles for grants other than client credentials; a state
 * that only the vendor sets; unknown roles and divisions. The deprecated `roleIds` count as no roles.
 *
 * @param isNew whether the client is about to be created
 * @throws {ErrorResponse} 400
 */
export function validateClient(sent: Members, rules: ClientRules, isNew: boolean): ValidClient {
  const name = readText(sent, "name");
  if (name === undefined || name.trim() === "") throw invalidValue("name", "a text that is not empty");
  const authorizedGrantType = readGrantType(sent);
  if (isNew && authorizedGrantType === "TOKEN" && !rules.allowsImplicitGrant) throw badGrantType();
  const scope = readTexts(sent, "scope");
  const roleDivisions = readRoleDivisions(sent, rules.organization);
  checkGrantFields(authorizedGrantType, scope, roleDivisions);
  const state = sent.state ?? "active";
  if (state !== "active" && state !== "inactive") throw invalidValue("state", "active or inactive");
  const registeredRedirectUri = readTexts(sent, "registeredRedirectUri");
  if (!registeredRedirectUri.every((uri) => URL.canParse(uri))) throw invalidValue("registeredRedirectUri", "a list of URIs");
  const extra = Object.fromEntries(Object.entries(sent).filter(([field]) => ![...readOnly, ...writable].includes(field)));
  const { requiredField } = rules;
  if (isNew && authorizedGrantType === "CLIENT-CREDENTIALS" && requiredField !== undefined && !isFilled(sent[requiredField]))
    throw invalidValue(requiredField, "filled in");
  return {
    fields: {
      name,
      description: readText(sent, "description"),
      authorizedGrantType,
      accessTokenValiditySeconds: readValidity(sent, rules.organization, roleDivisions),
      registeredRedirectUri,
      scope,
      roleDivisions,
      state,
      dateToDelete: readInstant(sent, "dateToDelete"),
    },
    extra,
  };
}

function readGrantType({ authorizedGrantType: sent }: Members): ClientFields["authorizedGrantType"] {
  if (sent === undefined || sent === null || sent === "")
    throw platform(400, { code: "grant.type.required", message: "The grant type is missing." });
  if (typeof sent !== "string" || !grantTypes.includes(sent)) throw badGrantType();
  return sent as ClientFields["authorizedGrantType"];
}

function badGrantType() {
  return platform(400, { code: "bad.grant.type", message: "The grant type is not one that can be used." });
}

function checkGrantFields(grantType: string, scope: readonly string[], roleDivisions: readonly Pair[]): void {
  if (grantType === "CLIENT-CREDENTIALS") {
    if (roleDivisions.length === 0) throw platform(400, { code: "missing.client.roles", message: "Client roles are missing." });
    return;
  }
  if (scope.length === 0) throw general(`The field scope must not be empty with the grant type ${grantType}.`);
  if (roleDivisions.length > 0) throw general(`The field roleDivisions must be empty with the grant type ${grantType}.`);
}

function readRoleDivisions({ roleDivisions: sent }: Members, { roles, divisions }: GenesysSimulatedOrganization): Pair[] {
  const entries: unknown = sent ?? [];
  if (!Array.isArray(entries)) throw invalidValue("roleDivisions", "a list");
  const pairs = entries.map((entry: unknown) => {
    const { roleId, divisionId } = isMembers(entry) ? entry : {};
    if (typeof roleId !== "string" || !roles.some(({ id }) => id === roleId))
      throw invalidValue("roleDivisions.roleId", "the id of a role");
    if (typeof divisionId !== "string" || ![everyDivision, ...divisions.map(({ id }) => id)].includes(divisionId))
      throw invalidValue("roleDivisions.divisionId", "the id of a division, or *");
    return { roleId, divisionId };
  });
  return pairs.filter((pair, index) => pairs.findIndex((other) => isSame(pair, other)) === index);
}

function isSame(one: Pair, other: Pair): boolean {
  return one.roleId === other.roleId && one.divisionId === other.divisionId;
}

/** Longer lifetimes are for SCIM clients. The simulator recognises them by a role, because the vendor's rule is not documented. */
function readValidity(
  { accessTokenValiditySeconds: sent = 86_400 }: Members,
  { roles }: GenesysSimulatedOrganization,
  roleDivisions: readonly Pair[],
): number {
  const isScim = roles.some(({ id, scim }) => scim && roleDivisions.some(({ roleId }) => roleId === id));
  const most = isScim ? maximumScimValidity : maximumValidity;
  const seconds = sent ?? 86_400;
  if (typeof seconds === "number" && Number.isInteger(seconds) && seconds >= minimumValidity && seconds <= most) return seconds;
  throw invalidValue("accessTokenValiditySeconds", `a whole number from ${minimumValidity} to ${most}`);
}

function readText(sent: Members, field: string): string | undefined {
  const value = sent[field] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw invalidValue(field, "a text");
  return value;
}

function readTexts(sent: Members, field: string): string[] {
  const value: unknown = sent[field] ?? [];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string" && entry !== ""))
    throw invalidValue(field, "a list of texts that are not empty");
  return [...new Set(value as string[])];
}

function readInstant(sent: Members, field: string): string | undefined {
  const value = readText(sent, field);
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
  if (value !== undefined && !(shape.test(value) && !Number.isNaN(Date.parse(value))))
    throw invalidValue(field, "a time of ISO 8601");
  return value;
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}
