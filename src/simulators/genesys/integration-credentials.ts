import type { components } from "../../openapi/genesys.js";
import type { Now } from "../core/time.js";
import { isMembers, type Members } from "./bodies.js";
import { invalidValue, notFound } from "./errors.js";
import type { GenesysSimulatorOptions } from "./options.js";

type Schemas = components["schemas"];

/** Credentials of an integration. */
export interface StoredCredential {
  readonly id: string;
  readonly name: string;
  /** The name of its type: `pureCloudOAuthClient`, `basicAuth`, `userDefinedOAuth`. */
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly createdDate: string;
  readonly modifiedDate: string;
}

/** The credentials of the integrations of one organization. @throws {ErrorResponse} from the methods of the API */
export interface CredentialStore {
  /** Oldest first. */
  readonly all: () => readonly StoredCredential[];
  readonly find: (id: string) => StoredCredential | undefined;
  readonly get: (id: string) => StoredCredential;
  readonly create: (sent: Members) => StoredCredential;
  readonly replace: (id: string, sent: Members) => StoredCredential;
  readonly remove: (id: string) => void;
}

type CredentialRules = Pick<GenesysSimulatorOptions, "allowsEmptyCredentialSecret">;

// The fields that a type requires.
const requiredFields: Readonly<Record<string, readonly string[]>> = {
  pureCloudOAuthClient: ["clientId", "clientSecret"],
  basicAuth: ["userName", "password"],
  userDefinedOAuth: [],
};

/** Creates an empty store. */
export function createCredentialStore(now: Now, rules: CredentialRules): CredentialStore {
  const credentials = new Map<string, StoredCredential>();
  const get = (id: string): StoredCredential => {
    const credential = credentials.get(id);
    if (!credential) throw notFound("credential", id);
    return credential;
  };
  const save = (credential: StoredCredential): StoredCredential => {
    credentials.set(credential.id, credential);
    return credential;
  };
  const nowText = () => new Date(now()).toISOString();
  return {
    all: () => [...credentials.values()],
    find: (id) => credentials.get(id),
    get,
    create(sent) {
      const date = nowText();
      return save({ ...validateCredential(sent, rules), id: crypto.randomUUID(), createdDate: date, modifiedDate: date });
    },
    replace(id, sent) {
      const before = get(id);
      return save({ ...before, ...validateCredential(sent, rules), modifiedDate: nowText() });
    },
    remove(id) {
      get(id);
      credentials.delete(id);
    },
  };
}

/** Creates the response to a write, without the fields. */
export function renderCredentialSummary(credential: StoredCredential): Schemas["credentialInfo"] {
  const { id, name, type, createdDate, modifiedDate } = credential;
  return { id, name, type: { id: type, name: type }, createdDate, modifiedDate, selfUri: selfUriOf(id) };
}

/** Creates the response to GET, with masked secrets. */
export function renderCredential({
  id,
  name,
  type,
  fields,
}: StoredCredential): Schemas["credential"] & { readonly name: string } {
  const visible = ["clientId", "userName"];
  const shown = Object.entries(fields).map(([field, value]) => [field, visible.includes(field) ? value : "**********"]);
  return {
    id,
    name,
    type: { id: type, name: type },
    credentialFields: Object.fromEntries(shown),
    selfUri: selfUriOf(id),
  };
}

function selfUriOf(id: string): string {
  return `/api/v2/integrations/credentials/${id}`;
}

/** Unknown types and empty fields are invalid. Empty secrets are an option, because the vendor's handling is not documented. */
function validateCredential(
  sent: Members,
  { allowsEmptyCredentialSecret = false }: CredentialRules,
): Pick<StoredCredential, "name" | "type" | "fields"> {
  const { name } = sent;
  if (!isFilled(name)) throw invalidValue("name", "a text that is not empty");
  const type = isMembers(sent.type) ? sent.type.name : undefined;
  const required = isFilled(type) && Object.hasOwn(requiredFields, type) ? requiredFields[type] : undefined;
  if (!isFilled(type) || required === undefined) throw invalidValue("type.name", Object.keys(requiredFields).join(", "));
  const fields = isMembers(sent.credentialFields) ? sent.credentialFields : {};
  for (const field of new Set([...required, ...Object.keys(fields)]))
    if (!isFilled(fields[field]) && !(allowsEmptyCredentialSecret && field === "clientSecret" && fields[field] === ""))
      throw invalidValue(`credentialFields.${field}`, "a text that is not empty");
  return { name, type, fields: fields as Record<string, string> };
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
