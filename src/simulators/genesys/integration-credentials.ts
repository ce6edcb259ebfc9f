import type { components } from "../../openapi/genesys.js";
import type { Now } from "../core/time.js";
import { isMembers, type Members } from "./bodies.js";
import { invalidValue, notFound } from "./errors.js";

type Schemas = components["schemas"];

/** Credentials of an integration. The secret is kept beside what is shown. */
export interface StoredCredential {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
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

const typeName = "pureCloudOAuthClient";
const type: Schemas["credentialType"] = { id: typeName, name: typeName };

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
  const { id, name, createdDate, modifiedDate } = credential;
  return { id, name, type, createdDate, modifiedDate, selfUri: selfUriOf(id) };
}

/** Writes credentials as `GET` does: the secret is made unreadable. */
export function renderCredential({ id, name, clientId }: StoredCredential): Schemas["credential"] & { readonly name: string } {
  return { id, name, type, credentialFields: { clientId, clientSecret: "**********" }, selfUri: selfUriOf(id) };
}

function selfUriOf(id: string): string {
  return `/api/v2/integrations/credentials/${id}`;
}

/** Other types of credentials and empty fields are refused: what the vendor does with an empty secret is not known. */
function validateCredential(sent: Members): Pick<StoredCredential, "name" | "clientId" | "clientSecret"> {
  const { name } = sent;
  if (!isFilled(name)) throw invalidValue("name", "a text that is not empty");
  if (!isMembers(sent.type) || sent.type.name !== typeName) throw invalidValue("type.name", typeName);
  const { clientId, clientSecret } = isMembers(sent.credentialFields) ? sent.credentialFields : {};
  if (!isFilled(clientId)) throw invalidValue("credentialFields.clientId", "a text that is not empty");
  if (!isFilled(clientSecret)) throw invalidValue("credentialFields.clientSecret", "a text that is not empty");
  return { name, clientId, clientSecret };
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
