import type { components } from "../../openapi/genesys.js";
import type { Now } from "../core/time.js";
import { isMembers, type Members } from "./bodies.js";
import { invalidValue, notFound } from "./errors.js";

type Schemas = components["schemas"];

/** Credentials of an integration. The secret is kept beside what is shown. */
export interface StoredCredential {
  readonly id: string;
  readonly name: string;
  /** The name of its type: `pureCloudOAuthClient`, `basicAuth`, `userDefinedOAuth`. */
  readonly type: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly createdDate: string;
  readonly modifiedDate: string;
}

/** The credentials of the integrations of one organization. Methods throw a `ErrorResponse` where Genesys Cloud refuses. */
export interface CredentialStore {
  /** Oldest first. */
  readonly all: () => readonly StoredCredential[];
  readonly find: (id: string) => StoredCredential | undefined;
  readonly get: (id: string) => StoredCredential;
  readonly create: (sent: Members) => StoredCredential;
  readonly replace: (id: string, sent: Members) => StoredCredential;
  readonly remove: (id: string) => void;
}

// The fields that a type requires.
const requiredFields: Readonly<Record<string, readonly string[]>> = {
  pureCloudOAuthClient: ["clientId", "clientSecret"],
  basicAuth: ["userName", "password"],
  userDefinedOAuth: [],
};

/** Makes an empty store. */
export function createCredentialStore(now: Now): CredentialStore {
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
      return save({ ...validateCredential(sent), id: crypto.randomUUID(), createdDate: date, modifiedDate: date });
    },
    replace(id, sent) {
      const before = get(id);
      return save({ ...before, ...validateCredential(sent), modifiedDate: nowText() });
    },
    remove(id) {
      get(id);
      credentials.delete(id);
    },
  };
}

/** Writes credentials as writes answer them: without their fields. */
export function renderCredentialSummary(credential: StoredCredential): Schemas["credentialInfo"] {
  const { id, name, type, createdDate, modifiedDate } = credential;
  return { id, name, type: { id: type, name: type }, createdDate, modifiedDate, selfUri: selfUriOf(id) };
}

/** Writes credentials as `GET` does: the secret is made unreadable. */
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

/** Unknown types and empty fields are refused: how the vendor handles an empty secret is not known. */
function validateCredential(sent: Members): Pick<StoredCredential, "name" | "type" | "fields"> {
  const { name } = sent;
  if (!isFilled(name)) throw invalidValue("name", "a text that is not empty");
  const type = isMembers(sent.type) ? sent.type.name : undefined;
  const required = isFilled(type) && Object.hasOwn(requiredFields, type) ? requiredFields[type] : undefined;
  if (!isFilled(type) || required === undefined) throw invalidValue("type.name", Object.keys(requiredFields).join(", "));
  const fields = isMembers(sent.credentialFields) ? sent.credentialFields : {};
  for (const field of new Set([...required, ...Object.keys(fields)]))
    if (!isFilled(fields[field])) throw invalidValue(`credentialFields.${field}`, "a text that is not empty");
  return { name, type, fields: fields as Record<string, string> };
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
